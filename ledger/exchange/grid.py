"""A sheet as it stands in the file: every value, and what is particular about a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum, auto
from typing import TypeAlias

from ledger.exchange.precheck import column_letters

RawValue: TypeAlias = str | int | float | bool | date | datetime | time | timedelta


class Mark(Enum):
    """What a reader would otherwise lose about a cell."""

    ERROR = auto()
    NO_VALUE = auto()
    FORMULA = auto()


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet, row 0 being the first row of the sheet.

    marks: by (row, column). merges: ranges (top, left, bottom, right), all included.
    """

    name: str
    rows: Sequence[Sequence[RawValue]]
    marks: Mapping[tuple[int, int], Mark] = field(default_factory=dict)
    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden: bool = False
    notes: tuple[str, ...] = ()


def cell_name(row: int, column: int) -> str:
    """The name of a cell counted from zero: (41, 8) is "I42"."""
    return f"{column_letters(column + 1)}{row + 1}"
