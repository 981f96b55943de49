"""A sheet as it stands in the file: every value, the name of its cell, and what is particular about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum, auto
from functools import cache
from typing import TypeAlias


def column_number(letters: str) -> int:
    """1 for A, 26 for Z, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@cache
def column_letters(number: int) -> str:
    """A for 1, Z for 26, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """The name of a cell counted from zero: (41, 8) is "I42"."""
    return f"{column_letters(column + 1)}{row + 1}"


__all__ = ["Grid", "Mark", "Marks", "RawValue", "cell_name"]

RawValue: TypeAlias = str | int | float | bool | date | datetime | time | timedelta


class Mark(Enum):
    """What is particular about a cell, which the values alone do not say: a formula, an error, a merged range."""

    ERROR = auto()
    NO_VALUE = auto()
    FORMULA = auto()


@dataclass(slots=True)
class Marks:
    """The particular cells, rows and columns of one sheet, counted from 0.

    merges: ranges (top, left, bottom, right), all included. tail: the row (from 1) an empty formatted tail reaches.
    """

    cells: dict[tuple[int, int], Mark] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    tail: int = 0


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet, row 0 being the first row of the sheet.

    marks: by (row, column). merges: ranges (top, left, bottom, right), all included.
    typed: whether the file tells numbers from text (a csv does not).
    part: the part of the archive that holds the sheet; empty where there is none.
    """

    name: str
    rows: Sequence[Sequence[RawValue]]
    marks: Mapping[tuple[int, int], Mark] = field(default_factory=dict)
    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden: bool = False
    tail: int = 0
    typed: bool = True
    part: str = ""
