"""Rows of a declared sheet, with the cell of each value; every problem found in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ledger.core.errors import Level, Problem
from ledger.core.identifiers import plain_words
from ledger.exchange.declaration import Kind, Sheet, Value, key_text
from ledger.exchange.opening.grid import Grid, Mark, RawValue, cell_name
from ledger.exchange.opening.places import column_letters
from ledger.exchange.reading.cells import is_blank
from ledger.exchange.reading.column_reading import ColumnReader
from ledger.exchange.reading.header import Header, find_header, header_problems
from ledger.exchange.reading.messages import problem

_TOTALS = ("total", "totaux", "sous total", "consolidation", "ensemble", "somme")
_BEGINNINGS = frozenset(letter for word in _TOTALS for letter in (word[0], word[0].upper()))
_LOOKED_AT = 2


@dataclass(frozen=True, slots=True, eq=False)
class Cells(Mapping[str, str]):
    """The cell of each value of a row, by field: named when asked for."""

    letters: Mapping[str, str]
    number: int

    def __getitem__(self, field: str) -> str:
        return f"{self.letters[field]}{self.number}"

    def __iter__(self) -> Iterator[str]:
        return iter(self.letters)

    def __len__(self) -> int:
        return len(self.letters)


@dataclass(frozen=True, slots=True)
class Row:
    """One row read: the tab and row it stands on, its values by field and the cell each came from.

    A column absent from the file is absent here.
    """

    sheet: Sheet
    tab: str
    number: int
    values: Mapping[str, Value]
    cells: Cells

    @property
    def key(self) -> str:
        """What identifies the row, as people read it."""
        return key_text(self.sheet, self.values)

    def saying(self, values: Mapping[str, Value]) -> Row:
        """The same row with these values instead."""
        return Row(self.sheet, self.tab, self.number, values, self.cells)

    def cell(self, *fields: str) -> str:
        """The cell of the first of these fields that is in the file, else the row."""
        return next((self.cells[field] for field in fields if field in self.cells), f"ligne {self.number}")


@dataclass(slots=True)
class Broken:
    """What is known of the rows that could not be read: what depends on them cannot be judged.

    words: every code and every text of a key read on them. nameless: some row does not even say its key.
    sheets: some sheet is not read at all.
    """

    words: set[str] = field(default_factory=set)
    nameless: bool = False
    sheets: bool = False

    def add(self, sheet: Sheet, values: Mapping[str, Value]) -> None:
        """Note a row of which only these values are known."""
        for column in sheet.columns:
            value = values.get(column.field)
            named = column.kind is Kind.CODE or (column.kind is Kind.TEXT and column.field in sheet.key)
            if named and isinstance(value, str) and value:
                self.words.add(value)
        self.nameless = self.nameless or any(not values.get(name) for name in sheet.key)


@dataclass(slots=True)
class SheetReading:
    """What one sheet gave: its rows and its problems, and what is known of the rows that gave none."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    broken: Broken = field(default_factory=Broken)


def read_sheet(sheet: Sheet, grid: Grid, broken: Broken | None = None) -> SheetReading:
    """Every row of the grid read as this sheet; broken: where to note the rows that cannot be."""
    reading = SheetReading(broken=broken or Broken())
    header = find_header(sheet, grid)
    if header is None:
        if any(not is_blank(cell) for row in grid.rows for cell in row):
            names = ", ".join(column.title for column in sheet.columns if column.required)
            reading.problems.append(problem("entete_introuvable", grid.name, names=names))
            reading.broken.sheets = True
        else:
            reading.problems.append(problem("feuille_sans_lignes", grid.name))
        return reading
    reading.problems.extend(header_problems(sheet, grid, header))
    reading.problems.extend(_layout_problems(grid, header))
    if any(found.level is Level.ERROR for found in reading.problems):
        reading.broken.sheets = True
        return reading
    _read_rows(sheet, grid, header, reading)
    if not sheet.repeats:
        reading.problems.extend(_doubles(grid.name, reading.rows))
    if not reading.rows and not any(found.level is Level.ERROR for found in reading.problems):
        reading.problems.append(problem("feuille_sans_lignes", grid.name))
    return reading


def _layout_problems(grid: Grid, header: Header) -> Iterator[Problem]:
    if grid.hidden:
        yield problem("feuille_masquee", grid.name)
    for position, column in header.columns.items():
        if position in grid.hidden_columns:
            yield problem("colonne_masquee", grid.name, cell_name(header.last_row, position), title=column.title)
    if grid.tail:
        yield problem("lignes_vides", grid.name, f"ligne {grid.tail}", count=str(grid.tail))


def _read_rows(sheet: Sheet, grid: Grid, header: Header, reading: SheetReading) -> None:
    readers = [
        ColumnReader(grid, position, column, tolerant=sheet.foreign) for position, column in header.columns.items()
    ]
    letters = {column.field: column_letters(position + 1) for position, column in header.columns.items()}
    typed_in = [reader.position for reader in readers if not reader.column.read_only]
    merged, marked = _merged_rows(grid, header), _marked_rows(grid)
    for index in range(header.last_row + 1, len(grid.rows)):
        row, marks = grid.rows[index], marked.get(index, {})
        if not _has_content(row, typed_in, marks):
            continue
        where = f"ligne {index + 1}"
        if _is_total(row, readers):
            reading.problems.append(problem("ligne_de_total", grid.name, where))
            continue
        if index in grid.hidden_rows:
            reading.problems.append(problem("ligne_masquee", grid.name, where))
        if index in merged:
            reading.problems.append(problem("cellules_fusionnees", grid.name, merged[index]))
            reading.broken.nameless = True
            continue
        if not grid.typed and any(not is_blank(cell) for cell in row[header.width :]):
            widths = {"count": str(len(row)), "width": str(header.width)}
            reading.problems.append(problem("ligne_trop_longue", grid.name, where, **widths))
            reading.broken.nameless = True
            continue
        values: dict[str, Value] = {}
        troubles: list[Problem] = []
        for reader in readers:
            values[reader.column.field] = reader.read(row, index, marks, troubles)
        reading.problems.extend(troubles)
        if all(trouble.level is not Level.ERROR for trouble in troubles):
            reading.rows.append(Row(sheet, grid.name, index + 1, values, Cells(letters, index + 1)))
        else:
            reading.broken.add(sheet, values)
    for reader in readers:
        reading.problems.extend(reader.remarks())


def _has_content(row: Sequence[RawValue], positions: Sequence[int], marks: Mapping[int, Mark]) -> bool:
    for position in positions:
        if position < len(row) and row[position] != "" and not is_blank(row[position]):
            return True
        if position in marks and marks[position] is not Mark.FORMULA:
            return True
    return False


def _is_total(row: Sequence[RawValue], readers: Sequence[ColumnReader]) -> bool:
    """Whether the row begins with the word for a total (or has it second) and lacks a value that a true row has."""
    likely: list[str] = []
    met = 0
    for cell in row:
        if isinstance(cell, str):
            if is_blank(cell):
                continue
            if cell.lstrip()[:1] in _BEGINNINGS:
                likely.append(cell)
        met += 1
        if met == _LOOKED_AT:
            break
    if not likely:
        return False
    words = [plain_words(cell) for cell in likely]
    if not any(word == total or word.startswith(f"{total} ") for word in words for total in _TOTALS):
        return False
    required = [reader.position for reader in readers if reader.column.required]
    return any(position >= len(row) or is_blank(row[position]) for position in required)


def _merged_rows(grid: Grid, header: Header) -> dict[int, str]:
    """Rows below the header where a merge of several rows or read columns hides which value is whose."""
    found: dict[int, str] = {}
    for top, left, bottom, right in grid.merges:
        if bottom > header.last_row and any(left <= position <= right for position in header.columns):
            for index in range(max(top, header.last_row + 1), min(bottom + 1, len(grid.rows))):
                found[index] = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
    return found


def _marked_rows(grid: Grid) -> dict[int, dict[int, Mark]]:
    marked: dict[int, dict[int, Mark]] = {}
    for (row, column), mark in grid.marks.items():
        marked.setdefault(row, {})[column] = mark
    return marked


def _doubles(sheet: str, rows: list[Row]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for row in rows:
        key = row.key
        other = first.setdefault(key, row.number)
        if other != row.number:
            yield problem("cle_double", sheet, row.cell(*row.sheet.key), key, key=key, other=str(other))
