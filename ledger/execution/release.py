"""Releasing what is engaged and will not be ordered."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.freeing import lost_right, release_target
from ledger.conventions.lookups import check_state, hold, is_passed_on
from ledger.conventions.model import Convention
from ledger.core.money import Money
from ledger.execution.due import NothingDue
from ledger.execution.lookups import convention_balances, of_position
from ledger.journal.exercices import closed_years
from ledger.journal.keys import Position
from ledger.journal.posting import Draft, Move, Posted
from ledger.journal.reversal import record


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
        kind="degagement",
        label=f"Dégagement du solde de la convention {convention.number}",
        piece=convention.piece,
        effect_on=on,
        moves=tuple(moves),
        motive=motive,
    )
    return record(session, draft), Money(sum(held.cents for held in engaged.values()))
