"""Finding the header row wherever it stands, and which column is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.core.errors import Problem
from ledger.core.identifiers import plain_words
from ledger.exchange.declaration import Column, Sheet
from ledger.exchange.opening.grid import Grid, RawValue, cell_name
from ledger.exchange.reading.cells import is_blank
from ledger.exchange.reading.messages import problem

_ROWS_LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header ends and which declared column each column of the grid is."""

    last_row: int
    columns: dict[int, Column]
    others: dict[int, str]

    @property
    def width(self) -> int:
        """How many columns have a title, blank ones before the last included."""
        return 1 + max((*self.columns, *self.others), default=-1)


def find_header(sheet: Sheet, grid: Grid) -> Header | None:
    """The header that names the most declared columns; None when no row names all the key's and half the required."""
    names = _names(sheet)
    best: tuple[int, int, list[str]] | None = None
    top = grid.rows[:_ROWS_LOOKED_AT]
    for index in range(len(top)):
        single = _words(top[index])
        readings = [(index, single)]
        if index + 1 < len(top):
            below = _words(top[index + 1])
            readings.append((index + 1, _stacked(single, below)))
            readings.append((index + 1, _under_groups(single, below, names)))
        for last_row, words in readings:
            score = len({names[word].field for word in words if word in names})
            if score and (best is None or score > best[0]):
                best = (score, last_row, words)
    if best is None or not _enough(sheet, {names[word].field for word in best[2] if word in names}):
        return None
    columns = {position: names[word] for position, word in enumerate(best[2]) if word in names}
    others = {position: word for position, word in enumerate(best[2]) if word and word not in names}
    return Header(best[1], columns, others)


def header_problems(sheet: Sheet, grid: Grid, header: Header) -> list[Problem]:
    """Columns missing, doubled or unknown."""
    found: list[Problem] = []
    seen: set[str] = set()
    for position, column in header.columns.items():
        if column.field in seen:
            found.append(problem("colonne_double", grid.name, cell_name(header.last_row, position), title=column.title))
        seen.add(column.field)
    for column in sheet.columns:
        if column.required and column.field not in seen:
            found.append(problem("colonne_manquante", grid.name, f"ligne {header.last_row + 1}", title=column.title))
    for position, word in header.others.items():
        found.append(problem("colonne_ignoree", grid.name, cell_name(header.last_row, position), word))
    return found


def _enough(sheet: Sheet, fields: set[str]) -> bool:
    required = [column.field for column in sheet.columns if column.required]
    return len(fields.intersection(required)) * 2 >= len(required)


def _names(sheet: Sheet) -> dict[str, Column]:
    names: dict[str, Column] = {}
    for column in sheet.columns:
        names.setdefault(plain_words(column.title), column)
    for column in sheet.columns:
        for alias in (*column.aliases, column.field):
            names.setdefault(plain_words(alias), column)
    return names


def _words(row: Sequence[RawValue]) -> list[str]:
    return [plain_words(cell) if isinstance(cell, str) and not is_blank(cell) else "" for cell in row]


def _stacked(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """A header on two rows: the lower word, else the upper one."""
    width = max(len(upper), len(lower))
    up, low = [*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))]
    return [below or above for above, below in zip(up, low, strict=True)]


def _under_groups(upper: Sequence[str], lower: Sequence[str], names: Mapping[str, Column]) -> list[str]:
    """A header on two rows whose upper one names groups of columns: "Association" over "Nom" is "association nom"."""
    words, group = [], ""
    for position, below in enumerate(lower):
        above = upper[position] if position < len(upper) else ""
        group = above or group
        words.append(f"{group} {below}" if below and f"{group} {below}" in names else below or above)
    return words
