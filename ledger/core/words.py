"""How values read in French: in a table's cell, and, for letters, days written out and lists in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from ledger.core.money import Money
from ledger.core.period import french_day
from ledger.core.rate import french_rate

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


def cell_text(value: object) -> str:
    """A value as people read it in a table: "" for None, oui or non, amounts, days and rates in their French form.

    The values of a list come one after the other.
    """
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case Money():
            return value.french()
        case date():
            return french_day(value)
        case Fraction():
            return french_rate(value)
    return str(value)


def long_day(day: date) -> str:
    """The day as letters write it: "1er avril 2016", with no-break spaces."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}\u00a0{MONTH_NAMES[day.month - 1]}\u00a0{day.year}"


def enumeration(words: Sequence[str]) -> str:
    """These words as French lists them: "a, b et c"."""
    *first, last = words
    return f"{', '.join(first)} et {last}" if first else last


def typed_word(text: str) -> str:
    """The text as one word of a command line: between quotes when it holds a space."""
    return f'"{text}"' if " " in text else text
