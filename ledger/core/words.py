"""Days written out in French, and lists in a sentence: what letters need and tables do not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

MONTH_NAMES = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def long_day(day: date) -> str:
    """The day as letters write it: "1er avril 2016", with no-break spaces."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}\u00a0{MONTH_NAMES[day.month - 1]}\u00a0{day.year}"


def enumeration(words: Sequence[str]) -> str:
    """ "a, b et c"."""
    *first, last = words
    return f"{', '.join(first)} et {last}" if first else last
