"""The bilans awaited: which signed conventions have been paid and not yet justified, and when each is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.lookups import conventions
from ledger.core.money import ZERO, Money
from ledger.execution.model import Bilan
from ledger.journal.balances import balances
from ledger.journal.context import context
from ledger.journal.keys import Position
from ledger.rules.book import Rule, load_book
from ledger.rules.kinds import BilanDelay
from ledger.rules.scope import Subject

_KINDS = ("convention", "notification")


@dataclass(frozen=True, slots=True)
class Awaited:
    """A bilan that is not in: of which action of which convention, what was paid, the day it is due."""

    convention: str
    action: str
    beneficiary: str
    payer: str
    paid: Money
    due_on: date


def bilans_awaited(session: Session, today: date, year: int | None = None) -> list[Awaited]:
    """The bilans that paid actions still owe (loi 2000-321, art. 10), the first due first.

    Only of exercices ended before today, and only where a rule says the delay.
    """
    rule = load_book(session, today).find(BilanDelay, Subject())
    if not isinstance(rule, Rule):
        return []
    query = select(Bilan.convention, Bilan.action).where(
        Bilan.contract == context(session).contract, Bilan.settled_on <= today
    )
    settled = {(number, action) for number, action in session.execute(query)}
    paid = _paid(session, today)
    found = [
        Awaited(
            each.number, action, each.beneficiary or "", each.payer, amount, _due_on(each.year, rule.figures.months)
        )
        for each in conventions(session, year)
        if each.state == "signee" and each.kind in _KINDS and each.year < today.year
        for action in sorted({line.action for line in each.lines})
        if (amount := paid.get((each.number, action), ZERO)) and (each.number, action) not in settled
    ]
    return sorted(found, key=lambda each: (each.due_on, each.convention, each.action))


def _paid(session: Session, today: date) -> Mapping[tuple[str, str], Money]:
    found: dict[tuple[str, str], Money] = {}
    for key, amount in balances(session, on=today, positions=[Position.VERSE]).items():
        found[key.convention, key.action] = found.get((key.convention, key.action), ZERO) + amount
    return found


def _due_on(year: int, months: int) -> date:
    """The last day of the month that comes `months` after the end of the year."""
    years, month = divmod(months, 12)
    after = date(year + 1 + years, month + 1, 1) if month < 12 else date(year + 2 + years, 1, 1)
    return date.fromordinal(after.toordinal() - 1)
