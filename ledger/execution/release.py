"""What becomes of a commitment that is no longer needed: the one rule that releases, bilans and orders share."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.lookups import check_state, is_passed_on
from ledger.conventions.model import Convention
from ledger.core.money import Money
from ledger.execution.due import NothingDue
from ledger.execution.lookups import convention_balances, of_position
from ledger.journal.keys import AccountKey, Position
from ledger.journal.posting import Draft, Move, Posted, post


def release_target(convention: Convention, key: AccountKey, *, passed_on: bool) -> AccountKey:
    """Where money released from this account goes.

    Another financeur's money is blocked: it is owed back. The payer's own goes back to the enveloppe in its own
    millésime; once carried over it may serve nothing else, and is cancelled (practice: restes à réaliser, §1).
    """
    if passed_on:
        return key._replace(position=Position.BLOQUE, action="")
    if key.year == convention.year:
        return AccountKey(Position.DISPONIBLE, key.line, key.year)
    return AccountKey(Position.ANNULE, key.line, key.year)


def release(session: Session, convention: Convention, *, motive: str, on: date) -> tuple[Posted, Money]:
    """The entry that frees all that is engaged and not ordered on a convention, and the amount freed.

    raises: WrongState, NothingDue when nothing is engaged, DayClosed.
    """
    check_state(convention, "signee")
    engaged = of_position(convention_balances(session, convention.number), Position.ENGAGE)
    if not engaged:
        raise NothingDue(
            f"La convention {convention.number} n'a plus rien d'engagé.",
            f"Consultez-la : cofiville convention montrer {convention.number}.",
        )
    moves: list[Move] = []
    for key, held in engaged.items():
        passed_on = is_passed_on(session, convention, key.line)
        moves.append(Move(release_target(convention, key, passed_on=passed_on), key, held))
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
    return post(session, [draft])[0], Money(sum(held.cents for held in engaged.values()))


def lost_right(convention: Convention, line: str, amount: Money) -> Move:
    """The move that says a passed-on grant will not be spent: it is owed back to its financeur."""
    return Move(
        AccountKey(Position.DROIT_PERDU, line, convention.year),
        AccountKey(Position.A_RENDRE, line, convention.year),
        amount,
    )
