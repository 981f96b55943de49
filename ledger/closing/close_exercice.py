"""Closing a year: remainders carried over or cancelled, the next year opened, days locked, the balance sealed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.closing.checks import closing_points
from ledger.closing.model import ClosingBalance, KeptPoint, Remainder
from ledger.closing.points import ClosingCase, Point
from ledger.closing.queries import RemainderReader, standing_decisions
from ledger.closing.remainders import RemainderOutcome, closing_moves, decide_outcomes, opening_moves, outcome_parts
from ledger.closing.vocabulary import Weight
from ledger.conventions.queries import conventions
from ledger.core.errors import LedgerError
from ledger.core.grouping import grouped
from ledger.core.money import total
from ledger.execution.model import Bilan
from ledger.journal.balances import balances
from ledger.journal.exercices import find_exercice, open_exercice
from ledger.journal.findings import Finding
from ledger.journal.locking import closing_reference, lock_year
from ledger.journal.model import ChainHead, Entry, Exercice
from ledger.journal.positions import AccountKey, Position
from ledger.journal.queries import AccountLine, trial_balance
from ledger.journal.reversal import entry_moves
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind
from ledger.storage.session import context
from ledger.storage.standing import standing_act


def keep_balance(session: Session, year: int) -> ClosingBalance:
    """The trial balance of the book as the closing of this year leaves it, kept with the number of its entries."""
    head = session.get_one(ChainHead, context(session).contract, populate_existing=True)
    kept = _balance(context(session).contract, year, head.sequence, trial_balance(session))
    session.add(kept)
    session.flush()
    return kept


def _balance(contract: str, year: int, entries: int, lines: Iterable[AccountLine]) -> ClosingBalance:
    found = sorted(lines)
    return ClosingBalance(
        contract=contract,
        year=year,
        entries=entries,
        accounts=len(found),
        total=total(line.debit for line in found),
        sha256=balance_digest(found),
    )


def balance_digest(lines: Iterable[AccountLine]) -> str:
    """The SHA-256 of a trial balance: each account's key, debit and credit in cents, a line each, in their order."""
    digest = sha256()
    for line in lines:
        digest.update(f"{line.account.key_text()}\x1e{line.debit.cents}\x1e{line.credit.cents}\n".encode())
    return digest.hexdigest()


def closing_balances(session: Session) -> list[ClosingBalance]:
    """What each closed year was closed with, oldest first."""
    query = select(ClosingBalance)
    return list(session.scalars(query.order_by(ClosingBalance.year)))


def closing_findings(session: Session) -> Iterator[Finding]:
    """A finding for each closed year whose entries no longer make the trial balance it was closed with."""
    for kept in closing_balances(session):
        again = _balance(kept.contract, kept.year, kept.entries, trial_balance(session, entries=kept.entries))
        if (again.accounts, again.total, again.sha256) != (kept.accounts, kept.total, kept.sha256):
            yield Finding(
                "balance_de_cloture",
                str(kept.year),
                f"Les écritures 1 à {kept.entries} ne font plus la balance sous laquelle {kept.year} a été clos.",
            )


class ClosingRefused(LedgerError):
    """A year that cannot be closed yet: something blocks, or another must be closed first."""

    code = "cloture_refusee"


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing a year does, or would do: the points found, the fates, and the entries.

    done_before: the year is closed; points and fates are those it was closed with, and no entry is left to write.
    closed_by: of one that is closed and was to be closed again, whose act that was, as a sentence ends.
    """

    year: int
    points: list[Point]
    outcomes: list[RemainderOutcome]
    drafts: list[Draft]
    done_before: bool = False
    closed_by: str = ""

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
        return Closing(year, kept_points(session, year), outcomes_at_closing(session, year), [], done_before=True)
    held = balances(session, year=year)
    outcomes = decide_outcomes(held, RemainderReader(session, year).terms, standing_decisions(session, year))
    concerned = {key.convention for key in held}
    case = ClosingCase(
        session=session,
        year=year,
        on=on,
        held=held,
        outcomes=outcomes,
        conventions=[each for each in conventions(session) if each.year == year or each.number in concerned],
        bilans=_standing_bilans(session),
    )
    return Closing(year, closing_points(case), outcomes, _drafts(year, outcomes))


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
        return replace(closing, closed_by=standing_act(find_exercice(session, year), "closed_on"))
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
    session.add_all(_remainders(contract, closing.outcomes))
    session.add_all(_kept(contract, year, closing.points))
    lock_year(session, find_exercice(session, year), closing.drafts[0], closing.drafts[1:], on=on)
    keep_balance(session, year)
    return closing


def lock_exercice(session: Session, year: int) -> None:
    """Nobody else decides of the year, or closes it, until this transaction ends."""
    session.execute(
        select(Exercice).where(Exercice.year == year).with_for_update().execution_options(populate_existing=True)
    )


def _drafts(year: int, outcomes: list[RemainderOutcome]) -> list[Draft]:
    """The act that closes, written even when it moves nothing; then the one that opens, when something is carried."""
    plans = (
        (
            closing_reference(year),
            EntryKind.CLOSING,
            f"Clôture de l'exercice {year}",
            date(year, 12, 31),
            closing_moves(outcomes),
        ),
        (
            f"OUVERTURE {year}",
            EntryKind.OPENING,
            f"Ouverture de l'exercice {year + 1} : restes reportés",
            date(year + 1, 1, 1),
            opening_moves(outcomes, year + 1),
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
        if moves or kind == EntryKind.CLOSING
    ]


def _remainders(contract: str, outcomes: list[RemainderOutcome]) -> list[Remainder]:
    return [
        Remainder(
            contract=contract,
            year=outcome.key.year,
            line=outcome.key.line,
            position=str(outcome.key.position),
            convention=outcome.key.convention,
            action=outcome.key.action,
            amount=outcome.amount,
            fate=outcome.fate,
            reason=outcome.reason,
        )
        for outcome in outcomes
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


def outcomes_at_closing(session: Session, year: int) -> list[RemainderOutcome]:
    """What each remainder became when the year was closed: its état des restes à réaliser, its cancelled credits."""
    query = select(Remainder).where(Remainder.year == year)
    gatherer, decisions = RemainderReader(session, year), standing_decisions(session, year)
    moved = _moved_at_closing(session, year)
    rows = session.scalars(query.order_by(Remainder.line, Remainder.convention, Remainder.action, Remainder.position))
    keys = ((AccountKey(Position(row.position), row.line, year, row.convention, row.action), row) for row in rows)
    return [
        RemainderOutcome(
            key,
            row.amount,
            row.fate,
            row.reason,
            row.fate,
            gatherer.terms(key).decider,
            decision=decisions.get(key),
            parts=outcome_parts(row.amount, row.fate, moved.get(key, ())),
        )
        for key, row in keys
    ]


def _moved_at_closing(session: Session, year: int) -> dict[AccountKey, list[Move]]:
    """By account, what the closing act of the year took from it."""
    query = select(Entry.sequence).where(Entry.reference == closing_reference(year), Entry.kind == EntryKind.CLOSING)
    return grouped(
        (move.credit, move) for sequence in session.scalars(query) for move in entry_moves(session, sequence)
    )
