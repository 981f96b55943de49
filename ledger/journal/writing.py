"""Writing acts that were accepted: accounts, entries, transfers, then the head of the chain, all in one breath."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.journal.exercices import check_open
from ledger.journal.keys import AccountKey
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.overdraft import Overdraft
from ledger.journal.seal import Draft, Move, Stamp, digest, entry_seal, entry_text, said_by
from ledger.journal.survey import Survey, Used, lock_head, long_batch
from ledger.storage.bulk import insert_missing, insert_rows, stored_value
from ledger.storage.driver import run, together
from ledger.storage.identity import database_role
from ledger.storage.session import context

_FIRST_HEAD = "INSERT INTO chain_head (sequence, seal, contract) VALUES (?, ?, ?)"
_NEXT_HEAD = "UPDATE chain_head SET sequence = ?, seal = ? WHERE contract = ?"


def write(session: Session, drafts: Sequence[Draft], book: Survey) -> dict[str, int]:
    """Write these acts, whose references are free; gives their numbers by reference.

    book: what they found, its accounts locked. The head of the chain is locked last: writers then wait little for it.
    raises: DayClosed, Overdraft; nothing is written then.
    """
    contract, agent, command = context(session).signature
    check_open({draft.effect_on for draft in drafts}, book.closed)
    texts, transfers = _moves(drafts, book.used)
    stamp = Stamp(contract, datetime.now(UTC), agent, command, database_role(session.connection()))
    digests, sealed = _texts(drafts, texts, stamp.text())
    before, seal = book.head or lock_head(session)
    seals, version = [], stamp.version
    for sequence, text in enumerate(sealed, start=before + 1):
        seal = entry_seal(seal, sequence, text, version)
        seals.append(seal)
    with nullcontext() if long_batch(drafts) else together(session):
        insert_missing(session, Account, _accounts(contract, book))
        insert_rows(session, Entry, _entries(session, stamp, drafts, digests, seals, before))
        insert_rows(session, Transfer, [(contract, before + place, *rest) for place, *rest in transfers])
        run(session, _NEXT_HEAD if before else _FIRST_HEAD, (before + len(drafts), seal, contract))
    return {draft.reference: number for number, draft in enumerate(drafts, start=before + 1)}


def _moves(
    drafts: Sequence[Draft], used: Mapping[AccountKey, Used]
) -> tuple[list[str], list[tuple[int, int, int, int, int]]]:
    """The canonical text of what each act moves, and its rows; what accounts hold follows."""
    texts: list[str] = []
    rows: list[tuple[int, int, int, int, int]] = []
    for place, draft in enumerate(drafts, start=1):
        text = ""
        for rank, move in enumerate(draft.moves, start=1):
            cents = move.amount.cents
            debit, credit = used[move.debit], used[move.credit]
            credit.held -= cents * credit.sign
            debit.held += cents * debit.sign
            if credit.held < 0 or debit.held < 0:
                raise _overdraft(move, debit, credit)
            figures = str(cents)
            text += f"{debit.text}{credit.text}{len(figures)}:{figures}"
            rows.append((place, rank, debit.id, credit.id, cents))
        texts.append(text)
    return texts, rows


def _overdraft(move: Move, debit: Used, credit: Used) -> Overdraft:
    """The refusal of this move, which leaves the account it takes from, else the one it gives to, below zero."""
    key, wanting = (move.credit, credit) if credit.held < 0 else (move.debit, debit)
    return Overdraft(key, Money(wanting.held + move.amount.cents), move.amount)


def _texts(drafts: Sequence[Draft], moves: Sequence[str], stamp: str) -> tuple[list[str], list[str]]:
    """The content hash of each act, and the text its seal covers."""
    digests, sealed = [], []
    for draft, moved in zip(drafts, moves, strict=True):
        content, words = said_by(draft)
        hashed = digest(content, draft.facts, moved)
        digests.append(hashed)
        sealed.append(entry_text(draft.reference, words, hashed, stamp, moved))
    return digests, sealed


def _entries(
    session: Session, stamp: Stamp, drafts: Sequence[Draft], digests: Sequence[str], seals: Sequence[str], before: int
) -> list[tuple[Any, ...]]:
    dialect = session.get_bind().dialect
    stored_day = stored_value(Entry, "effect_on", dialect)
    days = {day: stored_day(day) for day in {draft.effect_on for draft in drafts}}
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
            days[draft.effect_on],
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


def _accounts(contract: str, book: Survey) -> list[tuple[Any, ...]]:
    """The rows of the accounts that are not there yet."""
    return [
        (contract, used.id, key.position.value, key.position.side, *key[1:], 0, 0)
        for key, used in book.used.items()
        if not used.known
    ]
