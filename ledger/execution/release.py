"""Releasing what is engaged and will not be ordered, and what was released so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from ledger.conventions.freeing import lost_right, release_target
from ledger.conventions.lookups import check_state, hold, is_passed_on
from ledger.conventions.model import Convention
from ledger.core.money import ZERO, Money
from ledger.execution.due import NothingDue
from ledger.execution.lookups import convention_balances, of_position
from ledger.journal.exercices import closed_years
from ledger.journal.keys import Position
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.posting import Draft, Move, Posted
from ledger.journal.reversal import record
from ledger.storage.session import context, known_at

RELEASE = "degagement"


def released(
    session: Session, action: str, before: Mapping[str, int | None] | None = None
) -> dict[tuple[str, str], Money]:
    """By convention and line, what acts of release that stand freed of what was engaged for the action.

    As known at the instant of the session. What a bilan frees is no release: it follows from the final amount. A
    closing releases nothing that is engaged: it carries it over, or attaches it to the year.
    before: by convention, the number of the entry (its bilan's) that only acts written before count; None for all.
    """
    contract, known, undoing = context(session).contract, known_at(session), aliased(Entry)
    undone = select(undoing.sequence).where(undoing.contract == contract, undoing.reverses == Entry.sequence)
    query = (
        select(Account.convention, Account.line, Entry.sequence, func.sum(Transfer.amount))
        .join(Transfer, (Transfer.contract == Account.contract) & (Transfer.credit_account == Account.id))
        .join(Entry, (Entry.contract == Transfer.contract) & (Entry.sequence == Transfer.sequence))
        .where(
            Account.contract == contract,
            Account.action == action,
            Account.position == str(Position.ENGAGE),
            Entry.kind == RELEASE,
        )
        .group_by(Account.convention, Account.line, Entry.sequence)
    )
    if known is not None:
        query, undone = query.where(Entry.recorded_at <= known), undone.where(undoing.recorded_at <= known)
    found: dict[tuple[str, str], Money] = {}
    for convention, line, sequence, amount in session.execute(query.where(~undone.exists())):
        limit = None if before is None else before.get(convention)
        if limit is None or sequence < limit:
            found[convention, line] = found.get((convention, line), ZERO) + amount
    return found


def release(session: Session, convention: Convention, *, motive: str, on: date) -> tuple[Posted, Money]:
    """The entry that frees all that is engaged and not ordered on a convention, and the amount freed.

    raises: WrongState, NothingDue when nothing is engaged, DayClosed.
    """
    hold(session, [convention.number])
    check_state(convention, "signee")
    engaged = of_position(convention_balances(session, convention.number), Position.ENGAGE)
    if not engaged:
        raise NothingDue(
            f"La convention {convention.number} n'a plus rien d'engagé.",
            f"Consultez-la : cofiville convention montrer {convention.number}.",
        )
    moves: list[Move] = []
    closed = closed_years(session)
    for key, held in engaged.items():
        passed_on = is_passed_on(session, convention, key.line)
        moves.append(Move(release_target(convention, key, passed_on=passed_on, closed=closed), key, held))
        if passed_on:
            moves.append(lost_right(convention, key.line, held))
    draft = Draft(
        reference=f"DEGAGEMENT {convention.number}",
        kind=RELEASE,
        label=f"Dégagement du solde de la convention {convention.number}",
        piece=convention.piece,
        effect_on=on,
        moves=tuple(moves),
        motive=motive,
    )
    return record(session, draft), Money(sum(held.cents for held in engaged.values()))
