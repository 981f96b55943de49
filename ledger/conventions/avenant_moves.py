"""What an avenant moves: the commitment grows from what is granted, or is given up."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ledger.allocation.direct import grant_directly
from ledger.conventions.avenant_change import AvenantRefused, Change
from ledger.conventions.freeing import given_up
from ledger.conventions.granted import left_of_action
from ledger.conventions.lookups import is_passed_on
from ledger.conventions.model import Convention
from ledger.core.money import ZERO, Money, total
from ledger.journal.balances import balances
from ledger.journal.exercices import closed_years
from ledger.journal.keys import AccountKey, Position
from ledger.journal.posting import Draft, Move, Posted, post
from ledger.programming.lookups import find_action

ORDERED = (Position.ORDONNE, Position.VERSE, Position.A_RECOUVRER)


def commit_change(
    session: Session, convention: Convention, change: Change, rank: int, piece: str, on: date
) -> Posted | None:
    """The entry of the amounts changed; None when none is. raises: AvenantRefused, AboveTheRules, Overdraft."""
    moves: list[Move] = []
    for (action, line), amount in sorted(change.amounts.items()):
        if amount.cents > 0:
            moves.append(_grown(session, convention, action, line, amount, piece, on))
        elif amount:
            moves.extend(_shrunk(session, convention, action, line, -amount))
    if not moves:
        return None
    return post(session, [change_draft(convention, change, rank, piece, on, tuple(moves))])[0]


def change_draft(
    convention: Convention,
    change: Change,
    rank: int,
    piece: str,
    on: date,
    moves: tuple[Move, ...],
) -> Draft:
    """The act of an avenant."""
    return Draft(
        reference=f"AVENANT {convention.number} {rank}",
        kind="avenant",
        label=f"Avenant {rank} à la convention {convention.number}",
        piece=piece,
        effect_on=on,
        moves=moves,
        facts=tuple(f"{action} {line} {amount.plain()}" for (action, line), amount in sorted(change.amounts.items())),
    )


def _grown(
    session: Session, convention: Convention, action: str, line: str, amount: Money, piece: str, on: date
) -> Move:
    """From what is programmed and in no draft; the avenant itself grants what is missing first, if the rules allow."""
    programmed = AccountKey(Position.PROGRAMME, line, convention.year, action=action)
    missing = amount - min(amount, left_of_action(session, find_action(session, action)).get(line, ZERO))
    if missing:
        grant_directly(session, action, line, missing, on=on, piece=piece)
    return Move(AccountKey(Position.ENGAGE, line, convention.year, convention.number, action), programmed, amount)


def _shrunk(session: Session, convention: Convention, action: str, line: str, amount: Money) -> list[Move]:
    held = {
        key: left
        for key, left in balances(session, convention=convention.number, action=action, line=line).items()
        if key.position in (*ORDERED, Position.ENGAGE)
    }
    engaged = {key: left for key, left in held.items() if key.position is Position.ENGAGE}
    if amount > total(engaged.values()):
        ordered = total(left for key, left in held.items() if key.position in ORDERED)
        raise AvenantRefused(
            f"La convention {convention.number} a déjà {ordered.french()} ordonnés sur {line} :"
            f" elle ne peut pas baisser de plus de {total(engaged.values()).french()}.",
            f"Réduisez la baisse de {(amount - total(engaged.values())).french()},"
            " ou recouvrez le trop-versé après le bilan.",
        )
    passed_on, closed = is_passed_on(session, convention, line), closed_years(session)
    moves: list[Move] = []
    for key, left in sorted(engaged.items(), key=lambda item: -item[0].year):
        if part := min(left, amount):
            moves.extend(given_up(convention, key, part, passed_on=passed_on, closed=closed))
            amount -= part
    return moves
