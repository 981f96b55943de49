"""What a check finds before a closing, and how much it weighs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ledger.closing.remainders import RemainderOutcome
from ledger.closing.vocabulary import Weight
from ledger.conventions.model import Convention
from ledger.core.money import Money
from ledger.execution.model import Bilan
from ledger.journal.positions import AccountKey


@dataclass(frozen=True, slots=True)
class Point:
    """One finding before a closing: about what, how much, and the command that settles it."""

    weight: Weight
    code: str
    subject: str
    amount: Money
    message: str
    command: str


@dataclass(frozen=True, slots=True)
class ClosingCase:
    """The year looked at: its balances, its conventions with their bilans that stand, what its remainders become.

    on: the day of the closing.
    """

    session: Session
    year: int
    on: date
    held: Mapping[AccountKey, Money]
    outcomes: Sequence[RemainderOutcome]
    conventions: Sequence[Convention]
    bilans: Mapping[tuple[str, str], Bilan]

    @property
    def last_day(self) -> date:
        """The 31st of December."""
        return date(self.year, 12, 31)
