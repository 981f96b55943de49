"""Days and periods: how a French user's date is read, what a dated record covers."""

from __future__ import annotations

import re
from calendar import monthrange
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date

from ledger.core.errors import InvalidValue

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_FRENCH = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
EARLIEST_YEAR, LATEST_YEAR = 2000, 2099
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(LATEST_YEAR, 12, 31)


class FarDay(InvalidValue):
    """A real day that no act nor text of ours can be of: from before 1900, or after the last exercice."""


def check_near(day: date) -> date:
    """The day itself. raises: FarDay."""
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise FarDay(
            f"Le jour « {day.isoformat()} » est trop loin.",
            f"Vérifiez l'année : elle va de {_FIRST_DAY.year} à {_LAST_DAY.year}.",
        )
    return day


def parse_day(text: str) -> date:
    """Read AAAA-MM-JJ or JJ/MM/AAAA.

    raises: InvalidValue when it is no real day, or its year has not four digits; FarDay.
    """
    stripped = text.strip()
    if match := _ISO.fullmatch(stripped):
        year, month, day = match.groups()
    elif match := _FRENCH.fullmatch(stripped):
        day, month, year = match.groups()
    else:
        raise InvalidValue(f"« {stripped} » n'est pas une date.", "Écrivez AAAA-MM-JJ ou JJ/MM/AAAA.")
    try:
        return check_near(date(int(year), int(month), int(day)))
    except ValueError:
        raise InvalidValue(f"Le jour « {stripped} » n'existe pas.", "Vérifiez le jour et le mois.") from None


def french_day(day: date) -> str:
    """The day for people: "31/12/2016"."""
    return day.strftime("%d/%m/%Y")


def months_after(day: date, months: int) -> date:
    """The day so many months later; the last of the month where that day does not exist, or was the last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    was_last = day.day == monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if was_last else min(day.day, last))


def check_year(year: int) -> int:
    """The year of an exercice, between 2000 and 2099.

    raises: InvalidValue outside.
    """
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise InvalidValue(
            f"« {year} » n'est pas une année d'exercice.",
            f"Saisissez une année entre {EARLIEST_YEAR} et {LATEST_YEAR}.",
        )
    return year


@dataclass(frozen=True, slots=True)
class Period:
    """From a first day to a last day, both included; no last day means still in force."""

    first: date
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def overlaps(self, other: Period) -> bool:
        """Whether some day belongs to both periods."""
        return (other.last is None or self.first <= other.last) and (self.last is None or other.first <= self.last)


typed_day: ContextVar[date | None] = ContextVar("typed day", default=None)
"""None when nobody typed one: the act then counts from today, as far as anything depends on it."""
