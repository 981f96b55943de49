"""How a lowering announced, or a freeze, may be covered: out of which grants, none of them touched by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.granted import decision_days, drafted_amounts, to_convention
from ledger.conventions.queries import conventions
from ledger.conventions.vocabulary import ConventionStatus, CoverKind
from ledger.core.money import ZERO, Money, total
from ledger.journal.balances import balances
from ledger.journal.positions import ORDERED_POSITIONS, Position


@dataclass(frozen=True, slots=True)
class CoverPart:
    """A grant of the line, and what is proposed to be taken of it.

    kind: programmed alone, in a convention not signed, or signed. granted: what it is. free: the most that may be taken
    (nothing of what is ordered or paid). taken: what is proposed. since: the day of the decision or of the signature.
    """

    kind: CoverKind
    action: str
    convention: str
    since: date | None
    granted: Money
    free: Money
    taken: Money = ZERO


def cover_parts(
    session: Session, line: str, year: int, missing: Money, *, settled: Collection[tuple[str, str]]
) -> list[CoverPart]:
    """Every grant of the line and year, with what is proposed to be taken of it to find what is missing.

    settled: conventions and actions whose bilan is, which no avenant lowers.
    """
    return share_missing([*_programmed(session, line, year), *_signed(session, line, year, settled)], missing)


def share_missing(parts: Iterable[CoverPart], missing: Money) -> list[CoverPart]:
    """The parts in the order they are asked, each whole before the next, as far as something is missing.

    What is programmed comes before what is drafted, and that before what is signed, which its porteur must accept;
    the latest decided first: nothing is shared pro rata over grants that were notified.
    """
    order = list(CoverKind)
    latest_first = sorted(parts, key=lambda each: (each.since or date.min, each.convention, each.action), reverse=True)
    found = []
    for each in sorted(latest_first, key=lambda part: order.index(part.kind)):
        taken = min(each.free, missing)
        missing -= taken
        found.append(replace(each, taken=taken))
    return found


def _programmed(session: Session, line: str, year: int) -> list[CoverPart]:
    left = {action: lines[line] for action, lines in to_convention(session, year).items() if line in lines}
    drafted = {action for (action, of), amount in drafted_amounts(session, year).items() if of == line and amount}
    days = decision_days(session, {*left, *drafted})
    found = [
        CoverPart(CoverKind.GRANT, action, "", days.get((action, line)), amount, amount)
        for action, amount in left.items()
    ]
    for convention in conventions(session, year, states=(ConventionStatus.DRAFT,)):
        for each in convention.lines:
            if each.line == line and each.amount:
                day = days.get((each.action, line))
                found.append(CoverPart(CoverKind.DRAFT, each.action, convention.number, day, each.amount, each.amount))
    return found


def _signed(session: Session, line: str, year: int, settled: Collection[tuple[str, str]]) -> list[CoverPart]:
    found = []
    held = balances(session, line=line, year=year, positions=(Position.ENGAGE, *ORDERED_POSITIONS))
    for convention in conventions(session, year, states=(ConventionStatus.SIGNED, ConventionStatus.SETTLED)):
        for each in convention.lines:
            mine = {
                key.position: amount
                for key, amount in held.items()
                if (key.convention, key.action) == (convention.number, each.action)
            }
            if each.line == line and mine:
                over = convention.state == ConventionStatus.SETTLED or (convention.number, each.action) in settled
                free = ZERO if over else mine.get(Position.ENGAGE, ZERO)
                found.append(
                    CoverPart(
                        CoverKind.SIGNED,
                        each.action,
                        convention.number,
                        convention.signed_on,
                        total(mine.values()),
                        free,
                    )
                )
    return found
