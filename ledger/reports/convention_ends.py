"""The conventions that end: this month, or before while something on them is still to be paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.lookups import conventions
from ledger.conventions.model import Convention
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.money import ZERO, Money
from ledger.journal.balances import balances
from ledger.journal.keys import Position


@dataclass(frozen=True, slots=True)
class Ending:
    """A signed convention, the day it ends, and what is still to be paid on it."""

    convention: Convention
    on: date
    left: Money


def endings(session: Session, first: date, last: date) -> list[Ending]:
    """The signed conventions that end between these days, and those ended before that still have to pay."""
    left: dict[str, Money] = {}
    for key, amount in balances(session, positions=(Position.ENGAGE, Position.ORDONNE)).items():
        left[key.convention] = left.get(key.convention, ZERO) + amount
    found = [
        Ending(each, each.ends_on, left.get(each.number, ZERO))
        for each in conventions(session)
        if each.state == ConventionStatus.SIGNED and each.ends_on is not None and each.ends_on <= last
    ]
    chosen = [each for each in found if each.on >= first or each.left]
    return sorted(chosen, key=lambda each: (each.on, each.convention.number))
