"""Closing a year: its remainders take their fate, the next year opens with what is carried, its days are locked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.closing.checks import closing_points
from ledger.closing.fates import Fate, closing_moves, decide_fates, opening_moves, parts_of
from ledger.closing.gathering import Gatherer, standing_decisions
from ledger.closing.model import KeptPoint, Remainder
from ledger.closing.points import Case, Point
from ledger.closing.seal import keep_balance
from ledger.closing.vocabulary import Weight
from ledger.conventions.lookups import conventions
from ledger.core.errors import LedgerError
from ledger.execution.model import Bilan
from ledger.journal.balances import balances
from ledger.journal.exercices import find_exercice, open_exercice
from ledger.journal.keys import AccountKey, Position
from ledger.journal.locking import CLOSING, OPENING, closing_reference, lock_year
from ledger.journal.model import Entry, Exercice
from ledger.journal.posting import Draft, Move
from ledger.journal.reversal import entry_moves
from ledger.storage.session import context


class ClosingRefused(LedgerError):
    """The year cannot be closed yet."""

    code = "cloture_refusee"


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing a year does, or would do: the points found, the fates, and the entries.

    done_before: the year is closed; points and fates are those it was closed with, and no entry is left to write.
    """

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
        return Closing(year, kept_points(session, year), kept_fates(session, year), [], done_before=True)
    held = balances(session, year=year)
    fates = decide_fates(held, Gatherer(session, year).terms, standing_decisions(session, year))
    concerned = {key.convention for key in held}
    case = Case(
        session=session,
        year=year,
        on=on,
        held=held,
        fates=fates,
        conventions=[each for each in conventions(session) if each.year == year or each.number in concerned],
        bilans=_standing_bilans(session),
    )
    return Closing(year, closing_points(case), fates, _drafts(year, fates))


def _standing_bilans(session: Session) -> dict[tuple[str, str], Bilan]:
    query = select(Bilan).where(Bilan.undone_on.is_(None))
    return {(bilan.convention, bilan.action): bilan for bilan in session.scalars(query)}


def close_year(session: Session, year: int, *, on: date) -> Closing:
    """Close the year: closing and opening entries, fates and points kept, days locked, in the caller's transaction.

    Closing a closed year changes nothing and says so (`done_before`).
    raises: NotFound, ClosingRefused while a point blocks.
    """
    contract = context(session).contract
    lock_exercice(session, year)
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
    session.add_all(_kept(contract, year, closing.points))
    lock_year(session, find_exercice(session, year), closing.drafts[0], closing.drafts[1:], on=on)
    keep_balance(session, year)
    return closing


def lock_exercice(session: Session, year: int) -> None:
    """Nobody else decides of the year, or closes it, until this transaction ends."""
    session.execute(
        select(Exercice).where(Exercice.year == year).with_for_update().execution_options(populate_existing=True)
    )


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


def _kept(contract: str, year: int, points: list[Point]) -> list[KeptPoint]:
    return [
        KeptPoint(
            contract=contract,
            year=year,
            rank=rank,
            weight=str(point.weight),
            code=point.code,
            subject=point.subject,
            amount=point.amount,
            message=point.message,
            command=point.command,
        )
        for rank, point in enumerate(points, start=1)
    ]


def kept_points(session: Session, year: int) -> list[Point]:
    """The points that stood when the year was closed."""
    query = select(KeptPoint).where(KeptPoint.year == year)
    return [
        Point(Weight(each.weight), each.code, each.subject, each.amount, each.message, each.command)
        for each in session.scalars(query.order_by(KeptPoint.rank))
    ]


def kept_fates(session: Session, year: int) -> list[Fate]:
    """What each remainder became when the year was closed: its état des restes à réaliser, its cancelled credits."""
    query = select(Remainder).where(Remainder.year == year)
    gatherer, decisions = Gatherer(session, year), standing_decisions(session, year)
    moved = _moved_at_closing(session, year)
    rows = session.scalars(query.order_by(Remainder.line, Remainder.convention, Remainder.action, Remainder.position))
    keys = ((AccountKey(Position(row.position), row.line, year, row.convention, row.action), row) for row in rows)
    return [
        Fate(
            key,
            row.amount,
            row.fate,
            row.reason,
            row.fate,
            gatherer.terms(key).decider,
            decision=decisions.get(key),
            parts=parts_of(row.amount, row.fate, moved.get(key, ())),
        )
        for key, row in keys
    ]


def _moved_at_closing(session: Session, year: int) -> dict[AccountKey, list[Move]]:
    """By account, what the closing act of the year took from it."""
    query = select(Entry.sequence).where(Entry.reference == closing_reference(year), Entry.kind == CLOSING)
    found: dict[AccountKey, list[Move]] = {}
    for sequence in session.scalars(query):
        for move in entry_moves(session, sequence):
            found.setdefault(move.credit, []).append(move)
    return found
