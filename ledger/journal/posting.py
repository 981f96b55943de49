"""The one way into the book: check, chain, seal and write a batch of acts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
from ledger.core.money import ZERO
from ledger.journal.balances import held_by
from ledger.journal.context import context
from ledger.journal.exercices import check_open
from ledger.journal.keys import AccountKey
from ledger.journal.model import Account, ChainHead, Entry, Transfer
from ledger.journal.overdraft import check_moves
from ledger.journal.seal import GENESIS, content_hash, entry_seal
from ledger.journal.seal import Draft as Draft
from ledger.journal.seal import Move as Move

_ROWS_A_QUERY = 500


class Posted(NamedTuple):
    """An act that is in the book: its number, its reference, and whether this call wrote it."""

    sequence: int
    reference: str
    new: bool


class OtherContent(LedgerError):
    """A reference already used by an act with another content."""

    code = "reference_deja_utilisee"

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"La référence « {reference} » désigne déjà un autre acte.",
            "Consultez-le (cofiville journal lister), ou donnez une autre référence ou une autre pièce.",
        )


def post(session: Session, drafts: Sequence[Draft]) -> list[Posted]:
    """Write the acts in order, each once, all or none; gives where each stands in the book.

    An act whose reference is there with the same content is given back, not written again.
    raises: OtherContent, DayClosed, Overdraft; nothing is written then.
    """
    contract = context(session).contract
    known = _known(session, contract, [draft.reference for draft in drafts])
    fresh: dict[str, Draft] = {}
    for draft in drafts:
        earlier = known[draft.reference][1] if draft.reference in known else None
        if earlier is None and draft.reference in fresh:
            earlier = content_hash(fresh[draft.reference])
        if earlier is None:
            fresh[draft.reference] = draft
        elif earlier != content_hash(draft):
            raise OtherContent(draft.reference)
    numbers = _write(session, contract, list(fresh.values())) if fresh else {}
    return [
        Posted(numbers[draft.reference], draft.reference, True)
        if draft.reference in numbers
        else Posted(known[draft.reference][0], draft.reference, False)
        for draft in drafts
    ]


def recorded(session: Session, draft: Draft) -> Posted | None:
    """Where this act stands in the book already; None when its reference is free.

    raises: OtherContent when the reference names another act.
    """
    found = _known(session, context(session).contract, [draft.reference]).get(draft.reference)
    if found is None:
        return None
    if found[1] != content_hash(draft):
        raise OtherContent(draft.reference)
    return Posted(found[0], draft.reference, False)


def _known(session: Session, contract: str, references: list[str]) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    for start in range(0, len(references), _ROWS_A_QUERY):
        query = select(Entry.reference, Entry.sequence, Entry.content_hash).where(
            Entry.contract == contract, Entry.reference.in_(references[start : start + _ROWS_A_QUERY])
        )
        found.update({reference: (sequence, digest) for reference, sequence, digest in session.execute(query)})
    return found


def _write(session: Session, contract: str, drafts: list[Draft]) -> dict[str, int]:
    check_open(session, {draft.effect_on for draft in drafts})
    moves = [move for draft in drafts for move in draft.moves]
    keys = sorted({key for move in moves for key in (move.debit, move.credit)})
    held = held_by(session, contract, keys, lock=True)
    check_moves(moves, held)
    _open_accounts(session, contract, [key for key in keys if key not in held])
    head = session.execute(
        select(ChainHead)
        .where(ChainHead.contract == contract)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    sequence, seal = (head.sequence, head.seal) if head else (0, GENESIS)
    _, agent, command = context(session)
    recorded_at = datetime.now(UTC)
    entries: list[dict[str, Any]] = []
    transfers: list[dict[str, Any]] = []
    for draft in drafts:
        sequence += 1
        seal = entry_seal(
            seal,
            contract,
            sequence,
            draft,
            content_hash(draft),
            recorded_at=recorded_at,
            agent=agent,
            command=command,
        )
        entries.append(_entry_row(draft, contract, sequence, seal, recorded_at, agent, command))
        transfers.extend(_transfer_rows(draft, contract, sequence))
    session.execute(insert(Entry), entries)
    if transfers:
        session.execute(insert(Transfer), transfers)
    _move_head(session, contract, sequence, seal, existed=head is not None)
    return {row["reference"]: row["sequence"] for row in entries}


def _entry_row(
    draft: Draft, contract: str, sequence: int, seal: str, recorded_at: datetime, agent: str, command: str
) -> dict[str, Any]:
    return {
        "contract": contract,
        "sequence": sequence,
        "reference": draft.reference,
        "kind": draft.kind,
        "label": draft.label,
        "piece": draft.piece,
        "motive": draft.motive,
        "effect_on": draft.effect_on,
        "recorded_at": recorded_at,
        "agent": agent,
        "command": command,
        "reverses": draft.reverses,
        "content_hash": content_hash(draft),
        "seal": seal,
    }


def _transfer_rows(draft: Draft, contract: str, sequence: int) -> list[dict[str, Any]]:
    return [
        {
            "contract": contract,
            "sequence": sequence,
            "rank": rank,
            "debit_account": move.debit.account_id(),
            "credit_account": move.credit.account_id(),
            "amount": move.amount,
        }
        for rank, move in enumerate(draft.moves, start=1)
    ]


def _open_accounts(session: Session, contract: str, keys: list[AccountKey]) -> None:
    rows = [
        {
            "contract": contract,
            "id": key.account_id(),
            "position": str(key.position),
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
    if not rows:
        return
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgresql_insert

        session.execute(postgresql_insert(Account).on_conflict_do_nothing(), rows)
    else:
        session.execute(insert(Account), rows)


def _move_head(session: Session, contract: str, sequence: int, seal: str, *, existed: bool) -> None:
    values = {"sequence": sequence, "seal": seal}
    if existed:
        session.execute(
            update(ChainHead).where(ChainHead.contract == contract).values(values),
            execution_options={"synchronize_session": False},
        )
    else:
        session.execute(insert(ChainHead).values(contract=contract, **values))
