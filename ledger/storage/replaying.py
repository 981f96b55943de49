"""What acts say the rows are, replayed from the first; and how the rows that are there differ from that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ledger.storage.act_text import STATE, RowsDone, sealed_values
from ledger.storage.vocabulary import ChangeKind

Key = tuple[Any, ...]


@dataclass(slots=True)
class SaidRows:
    """The rows that acts say a table has, by key, each in the order of these columns."""

    columns: tuple[str, ...]
    keys: tuple[int, ...]
    rows: dict[Key, list[Any]] = field(default_factory=dict)


class RowGap(NamedTuple):
    """How a row differs from what acts say of it.

    columns: those that say something else, by name, with what acts say and what the base does; empty for a row that is
    there and should not be (`added`) or that is missing.
    """

    table: str
    key: Key
    added: bool
    columns: Mapping[str, tuple[Any, Any]]


class ContradictedRow(NamedTuple):
    """An act that says something impossible of this row.

    It inserts it twice, changes one that is not there, or found in it another value than the acts before had left.
    """

    table: str
    key: Key


@dataclass(slots=True)
class Replay:
    """The rows of every table as the acts of one chain leave them.

    key_names: the columns of the key of each table that the program knows; others are left out.
    """

    key_names: Mapping[str, Sequence[str]]
    tables: dict[str, SaidRows] = field(default_factory=dict)
    unreadable: list[ContradictedRow] = field(default_factory=list)

    def apply(self, parts: Iterable[RowsDone]) -> None:
        """Do again what an act says was done. raises: ValueError, KeyError, IndexError for what nobody wrote."""
        for part in parts:
            if part.table not in self.key_names:
                continue
            if part.kind == STATE:
                self.tables.pop(part.table, None)
            if part.kind in (STATE, ChangeKind.INSERT):
                self._insert(part)
            elif part.kind == ChangeKind.DELETE:
                self._delete(part)
            else:
                self._update(part)

    def _rows(self, part: RowsDone) -> SaidRows:
        said = self.tables.get(part.table)
        if said is None:
            names = self.key_names[part.table]
            places = tuple(part.columns.index(name) for name in names)
            said = self.tables[part.table] = SaidRows(part.columns, places)
        return said

    def add(self, other: Replay) -> None:
        """Add the rows of another chain."""
        self.unreadable += other.unreadable
        for table, said in other.tables.items():
            mine = self.tables.setdefault(table, SaidRows(said.columns, said.keys))
            same = mine.columns == said.columns
            for key, row in said.rows.items():
                if key in mine.rows:
                    self.unreadable.append(ContradictedRow(table, key))
                mine.rows[key] = row if same else _in_columns(row, said.columns, mine.columns)

    def _insert(self, part: RowsDone) -> None:
        said = self._rows(part)
        same, rows, places = said.columns == part.columns, said.rows, said.keys
        for values in part.rows:
            row = values if same else _in_columns(values, part.columns, said.columns)
            key = tuple([row[place] for place in places])
            if key in rows:
                self.unreadable.append(ContradictedRow(part.table, key))
            rows[key] = row  # type: ignore[assignment]

    def _delete(self, part: RowsDone) -> None:
        said = self._rows(part)
        for values in part.rows:
            row = _in_columns(values, part.columns, said.columns)
            key = tuple([row[place] for place in said.keys])
            if said.rows.pop(key, None) != row:
                self.unreadable.append(ContradictedRow(part.table, key))

    def _update(self, part: RowsDone) -> None:
        said = self.tables.get(part.table)
        places = [] if said is None else [said.columns.index(name) for name in part.columns]
        for key, before, after in part.rows:
            row = None if said is None else said.rows.get(tuple(key))
            if row is None or [row[place] for place in places] != before:
                self.unreadable.append(ContradictedRow(part.table, tuple(key)))
            if row is not None:
                for place, value in zip(places, after, strict=True):
                    row[place] = value


def _in_columns(row: Sequence[Any], columns: Sequence[str], wanted: Sequence[str]) -> list[Any]:
    """The row in other columns; None in those it did not have."""
    held = dict(zip(columns, row, strict=True))
    return [held.get(name) for name in wanted]


def row_gaps(
    table: str, said: SaidRows, stored: Iterable[Sequence[Any]], shown: Callable[[Sequence[Any]], list[Any]] | None
) -> Iterator[RowGap]:
    """Every row that differs from what acts say of it.

    stored: rows in the order of said.columns. shown: how acts say a stored row where that is not value by value.
    """
    left = dict(said.rows)
    for row in stored:
        now = list(row) if shown is None else shown(row)
        key = tuple([now[place] for place in said.keys])
        was = left.pop(key, None)
        if was == now:
            continue
        now = sealed_values(now)
        key = tuple([now[place] for place in said.keys])
        was = left.pop(key, None) if was is None else was
        if was is None:
            yield RowGap(table, key, True, {})
        elif was != now:
            other = {name: (one, two) for name, one, two in zip(said.columns, was, now, strict=True) if one != two}
            yield RowGap(table, key, False, other)
    for key in left:
        yield RowGap(table, key, False, {})
