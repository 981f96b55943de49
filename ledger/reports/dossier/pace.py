"""How the year's actions were granted, conventioned and paid, month after month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from ledger.core.money import ZERO, Money
from ledger.journal.keys import Position
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.positions import PAID
from ledger.programming.grants import GIVEN_UP, GIVING_UP
from ledger.programming.model import Action
from ledger.reports.figures import payments, plan

MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
STEPS = (plan.GRANTED.title, plan.CONVENTIONED.title, payments.PAID.title)


def year_pace(session: Session, year: int, *, on: date | None = None) -> dict[str, list[tuple[date, Money]]]:
    """For each step, what was reached by the end of each month in which the year's actions moved.

    From January of the year to the last month in which something moved (18 months at most), or to `on`. The last point
    is the figure of the same name, when nothing moved after it.
    """
    moves = _moves(session, year)
    days = [day for step in moves.values() for day in step if on is None or day <= on]
    last = min(max(days, default=date(year, 12, 31)), date(year + 1, 6, 30))
    ends = _month_ends(year, on if on is not None and on < last else last)
    until = on or date.max
    return {step: [(end, _reached(found, min(end, until))) for end in ends] for step, found in moves.items()}


def _moves(session: Session, year: int) -> dict[str, dict[date, Money]]:
    """Of each step, the net amount of each day."""
    into, out_of = aliased(Account), aliased(Account)
    mine = select(Action.number).where(Action.year == year)
    query = (
        select(into.position, out_of.position, Entry.kind, Entry.effect_on, func.sum(Transfer.amount))
        .join(into, into.id == Transfer.debit_account)
        .join(out_of, out_of.id == Transfer.credit_account)
        .join(Entry, Entry.sequence == Transfer.sequence)
        .where(into.action.in_(mine) | out_of.action.in_(mine))
        .group_by(into.position, out_of.position, Entry.kind, Entry.effect_on)
    )
    found: dict[str, dict[date, Money]] = {step: {} for step in STEPS}
    for debited, credited, kind, day, amount in session.execute(query):
        signs = _signs(Position(debited), Position(credited), kind)
        for step, sign in zip(STEPS, signs, strict=True):
            if sign:
                found[step][day] = found[step].get(day, ZERO) + (amount if sign > 0 else -amount)
    return found


def _signs(debit: Position, credit: Position, kind: str) -> tuple[int, int, int]:
    """Whether a move adds to what is granted, conventioned, paid (1), takes away from it (-1), or neither."""
    given_up = kind in GIVING_UP and credit is Position.ENGAGE and debit in GIVEN_UP
    return (
        _way(debit, credit, Position.PROGRAMME, Position.DISPONIBLE) - given_up,
        _way(debit, credit, Position.ENGAGE, Position.PROGRAMME) - given_up,
        (debit in PAID) - (credit in PAID),
    )


def _way(debit: Position, credit: Position, into: Position, out_of: Position) -> int:
    return ((debit, credit) == (into, out_of)) - ((debit, credit) == (out_of, into))


def _reached(found: Mapping[date, Money], end: date) -> Money:
    return Money(sum(amount.cents for day, amount in found.items() if day <= end))


def _month_ends(year: int, last: date) -> Sequence[date]:
    firsts = [date(year + month // 12, month % 12 + 1, 1) for month in range(1, 19)]
    ends = [date.fromordinal(first.toordinal() - 1) for first in firsts]
    return [end for end in ends if end <= last or (end.year, end.month) == (last.year, last.month)]


def month_name(day: date, year: int) -> str:
    """The month as charts say it: "mars", or "mars 2017" after the year."""
    name = MONTHS[day.month - 1]
    return name if day.year == year else f"{name} {day.year}"
