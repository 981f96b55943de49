"""What falls due: payments of the schedule, conventions that end; what is past and still waits is overdue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.lookups import conventions
from ledger.conventions.model import Convention, Instalment
from ledger.core.money import ZERO, Money, total
from ledger.execution.due import LineKey, due_by_line
from ledger.execution.model import Bilan
from ledger.journal.balances import balances
from ledger.journal.context import context
from ledger.journal.keys import Position

PAYMENT, BILAN, END = "versement", "bilan", "fin"


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something due on a convention: what, by when, for how much, and what to type.

    on: None for what may be paid since the instalment before it.
    """

    kind: str
    convention: Convention
    on: date | None
    amount: Money
    what: str
    command: str

    def days_late(self, today: date) -> int:
        """How many days after its day it still waits; 0 when it is not late."""
        return max(0, (today - self.on).days) if self.on is not None else 0


def deadlines(session: Session, until: date) -> list[Deadline]:
    """Payments due and conventions ended by this day, late ones first.

    A convention that has ended counts while something on it is still to be paid.
    """
    engaged, waiting = _held(session)
    settled = _settled(session)
    found: list[Deadline] = []
    for each in conventions(session):
        if each.state != "signee" or each.kind in ("recette", "commande"):
            continue
        mine = engaged.get(each.number, {})
        if each.circuit == "budget":
            found.extend(_payments(each, mine, settled.get(each.number, {}), until))
            if ordered := waiting.get(each.number, ZERO):
                command = f"cofiville versement payer {each.number} {ordered.plain()}"
                found.append(Deadline(PAYMENT, each, None, ordered, "ordonné, à payer par le comptable", command))
        left = total(mine.values()) + waiting.get(each.number, ZERO)
        if each.ends_on is not None and each.ends_on <= until and left:
            words = "la convention prend fin, il reste à payer"
            found.append(Deadline(END, each, each.ends_on, left, words, f"cofiville convention montrer {each.number}"))
    return sorted(found, key=lambda each: (each.on or date.max, each.kind, each.convention.number))


def _held(session: Session) -> tuple[dict[str, dict[LineKey, Money]], dict[str, Money]]:
    engaged: dict[str, dict[LineKey, Money]] = {}
    waiting: dict[str, Money] = {}
    for key, amount in balances(session, positions=(Position.ENGAGE, Position.ORDONNE)).items():
        if key.position is Position.ORDONNE:
            waiting[key.convention] = waiting.get(key.convention, ZERO) + amount
            continue
        lines = engaged.setdefault(key.convention, {})
        lines[key.action, key.line] = lines.get((key.action, key.line), ZERO) + amount
    return engaged, waiting


def _settled(session: Session) -> dict[str, dict[str, date]]:
    query = select(Bilan.convention, Bilan.action, Bilan.settled_on).where(
        Bilan.contract == context(session).contract, Bilan.undone_on.is_(None)
    )
    found: dict[str, dict[str, date]] = {}
    for number, action, day in session.execute(query):
        found.setdefault(number, {})[action] = day
    return found


def _payments(
    convention: Convention, engaged: Mapping[LineKey, Money], settled: Mapping[str, date], until: date
) -> Iterator[Deadline]:
    if not engaged:
        return
    ordered = {
        (line.action, line.line): line.amount - engaged.get((line.action, line.line), ZERO) for line in convention.lines
    }
    due, _, _ = due_by_line(convention, ordered, engaged, set(settled), until)
    if not due:
        return
    yield Deadline(
        PAYMENT,
        convention,
        _day(convention, due, ordered, settled),
        total(due.values()),
        "à ordonner",
        f"cofiville versement ordonner {convention.number}",
    )


def _day(
    convention: Convention, due: Mapping[LineKey, Money], ordered: Mapping[LineKey, Money], settled: Mapping[str, date]
) -> date | None:
    """The day from which the whole of what is due may be paid."""
    left = dict(ordered)
    days: list[date] = []
    for each in convention.instalments:
        key = (each.action, each.line)
        if key not in due or left.get(key, ZERO) >= each.amount:
            left[key] = left.get(key, ZERO) - each.amount
            continue
        left[key] = ZERO
        if (day := _moment(convention, each, settled)) is not None:
            days.append(day)
        due = {other: amount for other, amount in due.items() if other != key}
    return max(days, default=None)


def _moment(convention: Convention, instalment: Instalment, settled: Mapping[str, date]) -> date | None:
    if instalment.action in settled:
        return settled[instalment.action]
    if instalment.due_on is not None:
        return instalment.due_on
    return convention.signed_on if instalment.condition == "signature" else None
