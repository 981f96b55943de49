"""The bilans awaited: which signed conventions have been paid and not yet justified, and when each is due."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ledger.core.money import ZERO, Money
from ledger.execution.bilan_queue import bilan_queue
from ledger.journal.balances import balances
from ledger.journal.positions import PAID

_KINDS = ("convention", "notification")


@dataclass(frozen=True, slots=True)
class Awaited:
    """A bilan that is not in: of which action of which convention, what was paid, the last day to give it."""

    convention: str
    action: str
    beneficiary: str
    payer: str
    paid: Money
    due_on: date


def bilans_awaited(session: Session, today: date, year: int | None = None) -> list[Awaited]:
    """The bilans that paid actions still owe (loi 2000-321, art. 10), the first due first, more time included.

    Only of exercices ended before today, and only where a rule says the delay.
    """
    owing = [
        each
        for each in bilan_queue(session, today, year=year, before=today.year)
        if each.limit is not None and (each.given_on is None or each.given_on > today)
        if each.convention.kind in _KINDS
    ]
    paid = _paid(session, today, {each.convention.number for each in owing})
    return [
        Awaited(each.convention.number, each.action, each.owed_by, each.owed_to, amount, each.limit)
        for each in owing
        if each.limit is not None
        if (amount := paid.get((each.convention.number, each.action), ZERO))
    ]


def _paid(session: Session, today: date, numbers: Collection[str]) -> Mapping[tuple[str, str], Money]:
    found: dict[tuple[str, str], Money] = {}
    for key, amount in balances(session, on=today, conventions=numbers, positions=PAID).items():
        found[key.convention, key.action] = found.get((key.convention, key.action), ZERO) + amount
    return found
