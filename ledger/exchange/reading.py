"""Rows of a declared sheet, with the cell of each value; every problem found in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ledger.core.errors import Level, Problem
from ledger.core.identifiers import plain_words
from ledger.exchange.cells import Unreadable, is_blank, read_cell, shown
from ledger.exchange.declaration import Column, Sheet, Value, key_text
from ledger.exchange.grid import Grid, Mark, RawValue, cell_name
from ledger.exchange.header import Header, find_header, header_problems
from ledger.exchange.messages import problem

_TOTALS = ("total", "totaux", "sous total", "consolidation", "ensemble", "somme")


@dataclass(frozen=True, slots=True)
class Row:
    """One row read: the tab and row it stands on, its values by field and the cell each came from.

    A column absent from the file is absent here.
    """

    sheet: Sheet
    tab: str
    number: int
    values: Mapping[str, Value]
    cells: Mapping[str, str]

    @property
    def key(self) -> str:
        """What identifies the row, as people read it."""
        return key_text(self.sheet, self.values)

    def cell(self, *fields: str) -> str:
        """The cell of the first of these fields that is in the file, else the row."""
        return next((self.cells[field] for field in fields if field in self.cells), f"ligne {self.number}")


@dataclass(slots=True)
class SheetReading:
    """What one sheet gave: its rows and its problems."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_sheet(sheet: Sheet, grid: Grid) -> SheetReading:
    """Every row of the grid read as this sheet."""
    reading = SheetReading()
    header = find_header(sheet, grid)
    if header is None:
        names = ", ".join(column.title for column in sheet.columns if column.required)
        reading.problems.append(problem("entete_introuvable", grid.name, names=names))
        return reading
    reading.problems.extend(header_problems(sheet, grid, header))
    if grid.hidden:
        reading.problems.append(problem("feuille_masquee", grid.name))
    if any(found.level is Level.ERROR for found in reading.problems):
        return reading
    _read_rows(sheet, grid, header, reading)
    if not sheet.repeats:
        reading.problems.extend(_doubles(grid.name, reading.rows))
    if not reading.rows and not any(found.level is Level.ERROR for found in reading.problems):
        reading.problems.append(problem("feuille_sans_lignes", grid.name))
    return reading


def _read_rows(sheet: Sheet, grid: Grid, header: Header, reading: SheetReading) -> None:
    merged = _merged_rows(grid, header)
    for index in range(header.last_row + 1, len(grid.rows)):
        row = grid.rows[index]
        if not _has_content(row, index, header, grid):
            continue
        if _is_total(row):
            reading.problems.append(problem("ligne_de_total", grid.name, f"ligne {index + 1}"))
            continue
        if index in grid.hidden_rows:
            reading.problems.append(problem("ligne_masquee", grid.name, f"ligne {index + 1}"))
        if index in merged:
            reading.problems.append(problem("cellules_fusionnees", grid.name, merged[index]))
            continue
        _read_row(sheet, grid, header, index, reading)


def _has_content(cells: Sequence[RawValue], index: int, header: Header, grid: Grid) -> bool:
    for position, column in header.columns.items():
        if column.read_only:
            continue
        if position < len(cells) and not is_blank(cells[position]):
            return True
        if (index, position) in grid.marks and grid.marks[index, position] is not Mark.FORMULA:
            return True
    return False


def _is_total(cells: Sequence[RawValue]) -> bool:
    first = next((cell for cell in cells if not is_blank(cell)), "")
    return isinstance(first, str) and plain_words(first).startswith(_TOTALS)


def _merged_rows(grid: Grid, header: Header) -> dict[int, str]:
    """Rows below the header where a merge of several rows or read columns hides which value is whose."""
    found: dict[int, str] = {}
    for top, left, bottom, right in grid.merges:
        if bottom > header.last_row and any(left <= position <= right for position in header.columns):
            for index in range(max(top, header.last_row + 1), bottom + 1):
                found[index] = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
    return found


def _read_row(sheet: Sheet, grid: Grid, header: Header, index: int, reading: SheetReading) -> None:
    values: dict[str, Value] = {}
    cells: dict[str, str] = {}
    whole = True
    row = grid.rows[index]
    for position, column in header.columns.items():
        raw: RawValue = row[position] if position < len(row) else ""
        cells[column.field] = cell_name(index, position)
        values[column.field], trouble = _read(column, raw, grid.marks.get((index, position)))
        if trouble and not column.read_only:
            reading.problems.append(_cell_problem(column, grid.name, cells[column.field], raw, trouble))
            whole = False
    if whole:
        reading.rows.append(Row(sheet, grid.name, index + 1, values, cells))


def _read(column: Column, raw: RawValue, mark: Mark | None) -> tuple[Value, str]:
    """The value and "", or None and the code of what is wrong."""
    if mark is Mark.ERROR:
        return None, "cellule_en_erreur"
    if mark is Mark.NO_VALUE:
        return None, "formule_sans_valeur"
    if is_blank(raw):
        return column.default, "valeur_manquante" if column.required else ""
    try:
        return read_cell(column, raw), ""
    except Unreadable as unreadable:
        return None, unreadable.code


def _cell_problem(column: Column, sheet: str, cell: str, raw: RawValue, code: str) -> Problem:
    names = ", ".join(choice.label for choice in column.choices)
    return problem(code, sheet, cell, shown(raw), title=column.title, kind=column.kind.value, names=names)


def _doubles(sheet: str, rows: list[Row]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for row in rows:
        if row.key in first:
            yield problem(
                "cle_double", sheet, row.cell(*row.sheet.key), row.key, key=row.key, other=str(first[row.key])
            )
        first.setdefault(row.key, row.number)
