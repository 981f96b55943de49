"""What actions are granted, and what of it is conventioned: one definition each, whatever became of the money since."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.grouping import sums_by, sums_by_two
from ledger.core.money import ZERO, Money
from ledger.journal.balances import amount_moved, moved_by_line
from ledger.journal.positions import Position
from ledger.journal.vocabulary import EntryKind
from ledger.programming.actions.model import Action

GIVING_UP = (EntryKind.AVENANT, EntryKind.END)
"""The acts of the parties that give a commitment up; a bilan or a release does not change what was granted."""
GIVEN_UP = (Position.BLOQUE, Position.ANNULE)
"""Where a commitment given up goes once carried over, or its own year closed; before, it
goes back through PROGRAMME and needs no second look."""


class Conventioned(NamedTuple):
    """What one convention commits, on one line, for one action."""

    convention: str
    action: str
    line: str


def granted_by_action(
    session: Session, year: int, action: str | None = None, on: date | None = None
) -> dict[str, dict[str, Money]]:
    """By action of the year, then by line, what was programmed, less what was taken back or given up since.

    action: this one alone; None for all. on: only what counts for this day or before.
    """
    programmed = amount_moved(
        session, into=Position.PROGRAMME, out_of=Position.DISPONIBLE, year=year, action=action, on=on
    )
    moves = [(key.action, key.line, amount) for key, amount in programmed.items()]
    moves += [(of.action, of.line, amount) for of, amount in _given_up(session, year, action, on).items()]
    return sums_by_two(moves)


def conventioned(
    session: Session, year: int, action: str | None = None, on: date | None = None
) -> dict[Conventioned, Money]:
    """What each convention commits for the actions of the year, avenants and cancellations included.

    action, on: as in granted_by_action.
    """
    found = _given_up(session, year, action, on)
    signed = amount_moved(session, into=Position.ENGAGE, out_of=Position.PROGRAMME, year=year, action=action, on=on)
    for key, amount in signed.items():
        of = Conventioned(key.convention, key.action, key.line)
        found[of] = found.get(of, ZERO) + amount
    return found


def granted_by_line(session: Session, years: Collection[int]) -> Mapping[tuple[int, str], Money]:
    """As granted_by_action, the actions of each year added up by line."""
    found = dict(moved_by_line(session, years, into=Position.PROGRAMME, out_of=Position.DISPONIBLE))
    for year in years:
        for of, amount in _given_up(session, year, None, None).items():
            found[year, of.line] = found.get((year, of.line), ZERO) + amount
    return found


def _given_up(session: Session, year: int, action: str | None, on: date | None) -> dict[Conventioned, Money]:
    """What the parties gave up of the commitments of the actions of this year, below zero, whatever the account's."""
    of_year = select(Action.number).where(Action.year == year)
    which: dict[str, Any] = {"actions": of_year} if action is None else {"action": action}
    given = amount_moved(session, into=Position.ENGAGE, out_of=GIVEN_UP, on=on, kinds=GIVING_UP, **which)
    return sums_by((Conventioned(key.convention, key.action, key.line), amount) for key, amount in given.items())
