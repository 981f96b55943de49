"""Writing acts that were accepted: accounts, entries, transfers, then the head of the chain, all in one breath."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from ledger.core.money import ZERO
from ledger.journal.balances import held_by
from ledger.journal.context import context
from ledger.journal.exercices import check_open
from ledger.journal.keys import AccountKey
from ledger.journal.model import Account, ChainHead, Entry, Transfer
from ledger.journal.overdraft import check_moves
from ledger.journal.seal import GENESIS, Draft, Stamp, content_hash, entry_seal, moves_text
from ledger.storage.bulk import insert_rows, stored_value


def write(session: Session, drafts: Sequence[Draft]) -> dict[str, int]:
    """Write these acts, whose references are free; gives their numbers by reference.

    The accounts are locked first, the head of the chain last: several writers then wait for it as little as can be.
    raises: DayClosed, Overdraft; nothing is written then.
    """
    contract, agent, command = context(session)
    check_open(session, {draft.effect_on for draft in drafts})
    keys = {key for draft in drafts for move in draft.moves for key in (move.debit, move.credit)}
    ids = {key: key.account_id() for key in keys}
    held = held_by(session, contract, ids, lock=True)
    check_moves((move for draft in drafts for move in draft.moves), held)
    _open_accounts(session, contract, [key for key in sorted(keys) if key not in held], ids)
    sequence, seal = _lock_head(session, contract)
    before = sequence
    stamp = Stamp(contract, datetime.now(UTC), agent, command)
    entries: list[tuple[Any, ...]] = []
    transfers: list[tuple[Any, ...]] = []
    day = stored_value(Entry, "effect_on", session.get_bind().dialect)
    at = stored_value(Entry, "recorded_at", session.get_bind().dialect)(stamp.recorded_at)
    fields = stamp.fields()
    for draft in drafts:
        sequence += 1
        moves = moves_text(draft.moves)
        digest = content_hash(draft, moves)
        seal = entry_seal(seal, sequence, draft, digest, moves, fields)
        entries.append(
            (
                contract,
                sequence,
                draft.reference,
                draft.kind,
                draft.label,
                draft.piece,
                draft.motive,
                day(draft.effect_on),
                at,
                agent,
                command,
                draft.reverses,
                digest,
                seal,
            )
        )
        for rank, move in enumerate(draft.moves, start=1):
            transfers.append((contract, sequence, rank, ids[move.debit], ids[move.credit], move.amount.cents))
    session.flush()
    insert_rows(session, Entry, entries)
    insert_rows(session, Transfer, transfers)
    _move_head(session, contract, sequence, seal, first=not before)
    return {draft.reference: number for number, draft in enumerate(drafts, start=before + 1)}


def _open_accounts(session: Session, contract: str, keys: Sequence[AccountKey], ids: dict[AccountKey, int]) -> None:
    if not keys:
        return
    if session.get_bind().dialect.name == "sqlite":
        rows = [
            (contract, ids[k], k.position.value, k.position.side, k.line, k.year, k.convention, k.action, 0, 0)
            for k in keys
        ]
        insert_rows(session, Account, rows)
        return
    from sqlalchemy.dialects.postgresql import insert as insert_or_leave

    values = [
        {
            "contract": contract,
            "id": ids[key],
            "position": key.position.value,
            "side": key.position.side,
            "line": key.line,
            "year": key.year,
            "convention": key.convention,
            "action": key.action,
            "debit": ZERO,
            "credit": ZERO,
        }
        for key in keys
    ]
    session.execute(insert_or_leave(Account).on_conflict_do_nothing(), values)


def _lock_head(session: Session, contract: str) -> tuple[int, str]:
    query = select(ChainHead.sequence, ChainHead.seal).where(ChainHead.contract == contract).with_for_update()
    found = session.execute(query).one_or_none()
    return (found.sequence, found.seal) if found else (0, GENESIS)


def _move_head(session: Session, contract: str, sequence: int, seal: str, *, first: bool) -> None:
    values = {"sequence": sequence, "seal": seal}
    if first:
        session.execute(insert(ChainHead).values(contract=contract, **values))
    else:
        session.execute(
            update(ChainHead).where(ChainHead.contract == contract).values(values),
            execution_options={"synchronize_session": False},
        )
