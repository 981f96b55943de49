"""Writing acts that were accepted: accounts, entries, transfers, then the head of the chain, all in one breath."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.journal.balances import held_by
from ledger.journal.context import context
from ledger.journal.exercices import check_open
from ledger.journal.keys import AccountKey
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.overdraft import Overdraft
from ledger.journal.seal import GENESIS, Draft, Stamp, canonical, content_hash, entry_seal, entry_text
from ledger.storage.bulk import insert_missing, insert_rows, stored_value
from ledger.storage.driver import on_postgresql, run
from ledger.storage.identity import database_role

_HEAD = "SELECT sequence, seal FROM chain_head WHERE contract = ?"
_FIRST_HEAD = "INSERT INTO chain_head (sequence, seal, contract) VALUES (?, ?, ?)"
_NEXT_HEAD = "UPDATE chain_head SET sequence = ?, seal = ? WHERE contract = ?"


class _Known(NamedTuple):
    """An account as a batch needs it at each move: its id, its canonical text, 1 when debits make it grow, else -1."""

    id: int
    text: str
    sign: int


def write(session: Session, drafts: Sequence[Draft]) -> dict[str, int]:
    """Write these acts, whose references are free; gives their numbers by reference.

    The accounts are locked first, the head of the chain last: several writers then wait for it as little as can be.
    raises: DayClosed, Overdraft; nothing is written then.
    """
    contract, agent, command = context(session)
    check_open(session, {draft.effect_on for draft in drafts})
    keys = sorted({key for draft in drafts for move in draft.moves for key in (move.debit, move.credit)})
    known = {
        key: _Known(key.account_id(), canonical(key.key_text()), 1 if key.position.side == "D" else -1) for key in keys
    }
    held = held_by(session, contract, {key: account.id for key, account in known.items()}, lock=True)
    texts, transfers = _moves(drafts, known, {key: amount.cents for key, amount in held.items()})
    _open_accounts(session, contract, [key for key in keys if key not in held], known)
    stamp = Stamp(contract, datetime.now(UTC), agent, command, database_role(session.connection()))
    stamped = stamp.text()
    digests = [content_hash(draft, text) for draft, text in zip(drafts, texts, strict=True)]
    sealed = [entry_text(*parts, stamped) for parts in zip(drafts, digests, texts, strict=True)]
    before, seal = _lock_head(session, contract)
    seals = []
    for sequence, text in enumerate(sealed, start=before + 1):
        seal = entry_seal(seal, sequence, text, stamp.version)
        seals.append(seal)
    insert_rows(session, Entry, _entries(session, stamp, drafts, digests, seals, before))
    insert_rows(session, Transfer, [(contract, before + place, *rest) for place, *rest in transfers])
    _move_head(session, contract, before + len(drafts), seal, first=not before)
    return {draft.reference: number for number, draft in enumerate(drafts, start=before + 1)}


def _moves(
    drafts: Sequence[Draft], known: Mapping[AccountKey, _Known], held: dict[AccountKey, int]
) -> tuple[list[str], list[tuple[int, int, int, int, int]]]:
    texts: list[str] = []
    rows: list[tuple[int, int, int, int, int]] = []
    for place, draft in enumerate(drafts, start=1):
        text = ""
        for rank, move in enumerate(draft.moves, start=1):
            cents = move.amount.cents
            debit, credit = known[move.debit], known[move.credit]
            for key, change in ((move.credit, -cents * credit.sign), (move.debit, cents * debit.sign)):
                after = held.get(key, 0) + change
                if after < 0:
                    raise Overdraft(key, Money(after - change), move.amount)
                held[key] = after
            figures = str(cents)
            text += f"{debit.text}{credit.text}{len(figures)}:{figures}"
            rows.append((place, rank, debit.id, credit.id, cents))
        texts.append(text)
    return texts, rows


def _entries(
    session: Session, stamp: Stamp, drafts: Sequence[Draft], digests: Sequence[str], seals: Sequence[str], before: int
) -> list[tuple[Any, ...]]:
    dialect = session.get_bind().dialect
    day = stored_value(Entry, "effect_on", dialect)
    at = stored_value(Entry, "recorded_at", dialect)(stamp.recorded_at)
    return [
        (
            stamp.contract,
            sequence,
            draft.reference,
            draft.kind,
            draft.label,
            draft.piece,
            draft.motive,
            day(draft.effect_on),
            at,
            stamp.agent,
            stamp.command,
            draft.reverses,
            digest,
            seal,
            stamp.database_role,
        )
        for sequence, (draft, digest, seal) in enumerate(zip(drafts, digests, seals, strict=True), start=before + 1)
    ]


def _open_accounts(
    session: Session, contract: str, keys: Sequence[AccountKey], known: Mapping[AccountKey, _Known]
) -> None:
    rows = [
        (contract, known[k].id, k.position.value, k.position.side, k.line, k.year, k.convention, k.action, 0, 0)
        for k in keys
    ]
    insert_missing(session, Account, rows)


def _lock_head(session: Session, contract: str) -> tuple[int, str]:
    sql = _HEAD + " FOR UPDATE" if on_postgresql(session) else _HEAD
    found = run(session, sql, (contract,))
    return found[0] if found else (0, GENESIS)


def _move_head(session: Session, contract: str, sequence: int, seal: str, *, first: bool) -> None:
    run(session, _FIRST_HEAD if first else _NEXT_HEAD, (sequence, seal, contract))
