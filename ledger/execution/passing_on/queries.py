"""Another financeur's money on its way back: what porteurs gave back, what is kept back, what is gone already."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ledger.conventions.model import Convention, ConventionLine
from ledger.conventions.queries import conventions, is_passed_on
from ledger.conventions.vocabulary import ConventionKind
from ledger.core.money import ZERO, Money, total
from ledger.execution.model import Compensation
from ledger.journal.positions import AccountKey, Position
from ledger.journal.queries import moved_between, sum_moved
from ledger.journal.seal import Move
from ledger.journal.vocabulary import EntryKind

_BACK = (Position.BLOQUE, Position.REPORTE, Position.DISPONIBLE, Position.RENDU)
_SERVING_AGAIN = (EntryKind.RIGHT, EntryKind.SET_OFF, EntryKind.COLLECTION)


def recovered_amounts(session: Session, year: int, line: str, on: date | None = None) -> Money:
    """What porteurs gave back of this line and millésime, collected on titres or set off."""
    mine = _passing_on(session, year, line)
    moves = moved_between(session, line, [Position.A_RECOUVRER], _BACK, on=on)
    return sum_moved([each for each in moves if each.source.convention in mine])


def amounts_kept_back(session: Session, year: int, line: str, on: date | None = None) -> Money:
    """What the financeur decided to keep back from a later right for this millésime and has not kept back yet."""
    earlier, right = aliased(Convention), aliased(Convention)
    query = (
        select(Compensation.amount, Compensation.realised_on, right.signed_on)
        .join(earlier, earlier.number == Compensation.convention)
        .join(right, right.number == Compensation.recette)
        .join(
            ConventionLine,
            ConventionLine.convention == right.number,
        )
        .where(earlier.year == year, ConventionLine.line == line)
    )
    return total(
        amount
        for amount, realised_on, decided_on in session.execute(query)
        if (on is None or (decided_on is not None and decided_on <= on))
        and (realised_on is None or (on is not None and realised_on > on))
    )


def given_ahead(session: Session, year: int, line: str) -> Money:
    """What was given back to the financeur before its porteurs gave it back: the EPCI's own money until they do."""
    mine = _passing_on(session, year, line)
    mine |= {each.number for each in conventions(session, year) if each.kind == ConventionKind.RIGHT}
    paid = moved_between(session, line, (Position.DETENU, Position.AVANCE), [Position.A_RENDRE])
    given = moved_between(session, line, (Position.BLOQUE, Position.A_RECOUVRER), [Position.RENDU])
    money = sum_moved([each for each in paid if each.kind == EntryKind.GIVEN_BACK and each.target.year == year])
    return money - sum_moved([each for each in given if each.source.convention in mine])


def _passing_on(session: Session, year: int, line: str) -> set[str]:
    return {each.number for each in conventions(session, year) if is_passed_on(session, each, line)}


class MoneyWayBack:
    """Where another financeur's money goes when a porteur gives it back, as the moves of one act follow one another.

    What the financeur keeps back from a later right serves again under that right; what was given back to it already
    is given back with no more ado; the rest is blocked: it is owed back, or was never received.
    """

    def __init__(self, session: Session, convention: Convention) -> None:
        self._session, self._convention = session, convention
        self._again: dict[str, tuple[int, Money]] = {}
        self._ahead: dict[str, Money] = {}

    def moves(self, owed: AccountKey, amount: Money) -> list[Move]:
        """The moves of what is given back out of this account of the convention."""
        line = owed.line
        if line not in self._again:
            self._again[line] = serving_again(self._session, self._convention, line)
            self._ahead[line] = given_ahead(self._session, self._convention.year, line)
        year, left = self._again[line]
        again = min(left, amount)
        ahead = min(self._ahead[line], amount - again)
        self._again[line] = year, left - again
        self._ahead[line] -= ahead
        blocked = amount - again - ahead
        moves = available_again(owed, again, year) if again else []
        if ahead:
            moves.append(Move(AccountKey(Position.RENDU, line, owed.year), owed, ahead))
        if blocked:
            moves.append(Move(owed._replace(position=Position.BLOQUE, action=""), owed, blocked))
        return moves


def available_again(source: AccountKey, amount: Money, year: int) -> list[Move]:
    """The moves that make what this account holds available under a millésime, carried over where it is another."""
    available = AccountKey(Position.DISPONIBLE, source.line, year)
    if source.year == year:
        return [Move(available, source, amount)]
    return [
        Move(AccountKey(Position.REPORTE, source.line, source.year), source, amount),
        Move(available, available._replace(position=Position.REPORT_ENTRANT), amount),
    ]


def serving_again(session: Session, convention: Convention, line: str) -> tuple[int, Money]:
    """Under which millésime, and how much of what this convention has still to give back serves again there.

    It is what its financeur decided to keep back from a later right, less what serves there already.
    """
    query = select(Convention.entry_number, Convention.year, Compensation.amount).join(
        Convention, Convention.number == Compensation.recette
    )
    rights = [
        (number or 0, year, amount)
        for number, year, amount in session.execute(query.where(Compensation.convention == convention.number))
    ]
    if not rights:
        return convention.year, ZERO
    first = min(sequence for sequence, _, _ in rights)
    freed = moved_between(
        session, line, (Position.BLOQUE, Position.A_RECOUVRER), (Position.REPORTE, Position.DISPONIBLE)
    )
    already = sum_moved(
        [
            each
            for each in freed
            if each.source.convention == convention.number and each.kind in _SERVING_AGAIN and each.sequence >= first
        ]
    )
    decided = total(amount for _, _, amount in rights)
    return max(rights)[1], max(ZERO, decided - already)
