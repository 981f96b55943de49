"""What a file would change: each row against what the base holds, field by field. No session, no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ledger.core.field import Value
from ledger.core.money import Money
from ledger.exchange.declaration import Column, Sheet, Values
from ledger.exchange.reading.rows import LeftOut, Row
from ledger.exchange.vocabulary import State


class FieldChange(NamedTuple):
    """One value of a row that differs."""

    column: Column
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class RowDiff:
    """One row of the file and what it changes; `noted` are differences of columns that are never imported.

    line: of a partner's row, the key it is kept under.
    """

    row: Row
    state: State
    changes: tuple[FieldChange, ...] = ()
    noted: tuple[FieldChange, ...] = ()
    line: str = ""


@dataclass(frozen=True, slots=True)
class GoneLine:
    """A line of an earlier file that this one no longer has: the key it is kept under, whose it is, its amount.

    known: whether it was already gone from the last one.
    """

    key: str
    version: int
    attribuant: str
    year: int | None
    amount: Money | None
    known: bool = False


@dataclass(frozen=True, slots=True)
class SheetDiff:
    """The rows of one sheet; `absent` are the keys that the base holds and the file does not name.

    aside: of a partner's file, the rows read that are not kept. gone: the lines of its earlier files it no longer has.
    apart: for each SIREN that it names, the attribuants of that SIREN held apart, where there are several.
    """

    sheet: Sheet
    rows: tuple[RowDiff, ...]
    absent: tuple[str, ...]
    aside: tuple[LeftOut, ...] = ()
    gone: tuple[GoneLine, ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()

    def count(self, state: State) -> int:
        """How many rows are in this state."""
        return sum(row.state is state for row in self.rows)


def compare_rows(sheet: Sheet, rows: Sequence[Row], held: Mapping[str, Values]) -> SheetDiff:
    """Each row against what is held under its key; only columns that both know are compared.

    held: by key, everything the file could be expected to name.
    """
    keys = [row.key for row in rows]
    diffs = tuple(_compare_row(row, held.get(key)) for row, key in zip(rows, keys, strict=True))
    named = set(keys)
    return SheetDiff(sheet, diffs, tuple(sorted(key for key in held if key not in named)))


def _compare_row(row: Row, held: Values | None) -> RowDiff:
    if held is None:
        return RowDiff(row, State.NEW)
    if _says_the_same(row.values, held):
        return RowDiff(row, State.SAME)
    changes: list[FieldChange] = []
    noted: list[FieldChange] = []
    for column in row.sheet.columns:
        if column.field not in row.values or column.field not in held or column.formula is not None:
            continue
        before, after = held[column.field], row.values[column.field]
        if before == after or (_says_nothing(before) and _says_nothing(after)):
            continue
        (noted if column.read_only else changes).append(FieldChange(column, before, after))
    noted = [change for change in noted if not _says_nothing(change.after)]
    return RowDiff(row, State.CHANGED if changes else State.SAME, tuple(changes), tuple(noted))


def _says_the_same(values: Values, held: Values) -> bool:
    """Whether no column that both know differs, those never imported included."""
    for name, after in values.items():
        if name in held and (before := held[name]) != after and (before or after):
            return False
    return True


def _says_nothing(value: Value) -> bool:
    return not value
