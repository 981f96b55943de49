"""Closing a year: its remainders take their fate, the next year opens with what is carried, its days are locked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.closing.checks import Point, Weight, closing_points
from ledger.closing.fates import Fate, closing_moves, decide_fates, opening_moves
from ledger.closing.model import Remainder
from ledger.core.errors import LedgerError
from ledger.journal.balances import balances
from ledger.journal.context import context
from ledger.journal.exercices import find_exercice, open_exercice
from ledger.journal.locking import CLOSING, OPENING, closing_reference, lock_year
from ledger.journal.model import Exercice
from ledger.journal.posting import Draft
from ledger.referential.lookups import find_line
from ledger.rules.book import Rule, RuleBook, load_book
from ledger.rules.kinds import UnspentFate
from ledger.rules.scope import Subject

_NO_RULE = ("annuler", "Aucune règle de report : le crédit tombe avec l'exercice")


class ClosingRefused(LedgerError):
    """The year cannot be closed yet."""

    code = "cloture_refusee"


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing a year does, or would do: the points found, the fates, and the entries."""

    year: int
    points: list[Point]
    fates: list[Fate]
    drafts: list[Draft]
    done_before: bool = False

    @property
    def blocked(self) -> bool:
        """Whether some point forbids the closing."""
        return any(point.weight is Weight.BLOCKING for point in self.points)


def plan_closing(session: Session, year: int, *, on: date) -> Closing:
    """What closing this year on this day would do; writes nothing.

    raises: NotFound when the year was never opened.
    """
    exercice = find_exercice(session, year)
    if exercice.closed_on is not None:
        return Closing(year, [], [], [], done_before=True)
    held = balances(session, year=year)
    book = load_book(session, date(year, 12, 31))
    fates = decide_fates(held, lambda line: _rule_of(session, book, line))
    points = closing_points(session, year, on, held, fates)
    return Closing(year, points, fates, _drafts(year, fates))


def close_year(session: Session, year: int, *, on: date) -> Closing:
    """Close the year: closing and opening entries, fates kept, days locked, all in the transaction of the caller.

    Closing a closed year changes nothing and says so (`done_before`).
    raises: NotFound, ClosingRefused while a point blocks.
    """
    contract = context(session).contract
    session.execute(
        select(Exercice)
        .where(Exercice.contract == contract, Exercice.year == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    closing = plan_closing(session, year, on=on)
    if closing.done_before:
        return closing
    blocking = [point for point in closing.points if point.weight is Weight.BLOCKING]
    if blocking:
        first = blocking[0]
        others = f" (et {len(blocking) - 1} autres points bloquants)" if len(blocking) > 1 else ""
        raise ClosingRefused(
            f"L'exercice {year} ne peut pas être clos : {first.message}, {first.subject}{others}.",
            f"Réglez-le : {first.command} ; tous les points : cofiville cloture verifier {year}.",
        )
    if session.get(Exercice, (contract, year + 1)) is None:
        open_exercice(session, year + 1)
    session.add_all(_remainders(contract, closing.fates))
    lock_year(session, find_exercice(session, year), closing.drafts[0], closing.drafts[1:], on=on)
    return closing


def _rule_of(session: Session, book: RuleBook, code: str) -> tuple[str, str]:
    line = find_line(session, code)
    rule = book.find(UnspentFate, Subject(line=code, financeur=line.financeur, line_nature=line.nature))
    return (rule.figures.fate, f"{rule.label} ({rule.source})") if isinstance(rule, Rule) else _NO_RULE


def _drafts(year: int, fates: list[Fate]) -> list[Draft]:
    """The act that closes, written even when it moves nothing; then the one that opens, when something is carried."""
    plans = (
        (closing_reference(year), CLOSING, f"Clôture de l'exercice {year}", date(year, 12, 31), closing_moves(fates)),
        (
            f"OUVERTURE {year}",
            OPENING,
            f"Ouverture de l'exercice {year + 1} : restes reportés",
            date(year + 1, 1, 1),
            opening_moves(fates, year + 1),
        ),
    )
    return [
        Draft(
            reference=reference,
            kind=kind,
            label=label,
            piece=f"État des restes à réaliser au 31/12/{year}",
            effect_on=day,
            moves=tuple(moves),
        )
        for reference, kind, label, day, moves in plans
        if moves or kind == CLOSING
    ]


def _remainders(contract: str, fates: list[Fate]) -> list[Remainder]:
    return [
        Remainder(
            contract=contract,
            year=fate.key.year,
            line=fate.key.line,
            position=str(fate.key.position),
            convention=fate.key.convention,
            action=fate.key.action,
            amount=fate.amount,
            fate=fate.fate,
            reason=fate.reason,
        )
        for fate in fates
    ]


def remainders(session: Session, year: int) -> list[Remainder]:
    """The fates kept when the year was closed: its état des restes à réaliser and its cancelled credits."""
    query = select(Remainder).where(Remainder.contract == context(session).contract, Remainder.year == year)
    return list(session.scalars(query.order_by(Remainder.line, Remainder.convention, Remainder.action)))
