"""How values read in French: in a table's cell, and, for letters, days written out and lists in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from ledger.core.errors import InvalidValue
from ledger.core.money import Money
from ledger.core.period import french_day
from ledger.core.rate import french_rate

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_LINE_ENDS = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]+")


def without_controls(text: str) -> str:
    """The text without the signs that a screen or a spreadsheet obeys rather than shows; its lines stay."""
    return _CONTROLS.sub("", text)


def check_encoded(text: str) -> str:
    """The text itself. raises: InvalidValue when a terminal gave bytes that are no text in its encoding."""
    try:
        text.encode()
    except UnicodeEncodeError:
        shown = text.encode("utf-8", "replace").decode()
        raise InvalidValue(
            f"« {shown} » n'est pas dans l'encodage de ce terminal.", "Réglez-le sur UTF-8, puis retapez la commande."
        ) from None
    return text


def one_line(text: str) -> str:
    """The text as one line without controls: where a line ended stands a space."""
    return _LINE_ENDS.sub(" ", without_controls(text))


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


def typed_words(words: Iterable[str]) -> str:
    """The words of a command as one line to type."""
    return " ".join(typed_word(each) for each in words)


def typed_word(text: str) -> str:
    """The text as one word of a command line: between quotes when it holds a space."""
    return f'"{text}"' if " " in text else text
