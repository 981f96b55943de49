"""Rows of a declared sheet, with the cell of each value; every problem found in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ledger.core.errors import Level, Problem
from ledger.core.field import Kind, Value
from ledger.core.identifiers import plain_words
from ledger.core.money import Money
from ledger.exchange.declaration import Column, Sheet, key_text
from ledger.exchange.opening.grid import Grid, Mark, RawValue, cell_name, column_letters
from ledger.exchange.reading.cells import (
    ColumnReader,
    Unreadable,
    cell_shown,
    exact_amount,
    exact_text,
    is_blank,
    read_cell,
)
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
    unread: of a partner's file, what its other cells say: by field where it could not be read, by title otherwise.
    lost: what rounding took from its amount, in euros (above zero: the file says more).
    made_from: the other sheet whose cells made it, as the wide one does; "" for a row of its own sheet.
    """

    sheet: Sheet
    tab: str
    number: int
    values: Mapping[str, Value]
    cells: Cells
    unread: Mapping[str, str] = field(default_factory=dict)
    lost: Fraction = Fraction(0)
    made_from: str = ""

    @property
    def key(self) -> str:
        """What identifies the row, as people read it."""
        return key_text(self.sheet, self.values)

    def saying(self, values: Mapping[str, Value]) -> Row:
        """The same row with these values instead."""
        return replace(self, values=values)

    def without_blank(self, *fields: str) -> Row:
        """The same row, which says nothing of those of these fields that it leaves blank."""
        return self.saying({name: value for name, value in self.values.items() if value or name not in fields})

    def cell(self, *fields: str) -> str:
        """The cell of the first of these fields that is in the file, else the row."""
        return next((self.cells[field] for field in fields if field in self.cells), f"ligne {self.number}")


_CHANGED = ("action", "convention")


@dataclass(slots=True)
class Broken:
    """What is known of the rows that could not be read: what depends on them cannot be judged.

    words: what they are, and the actions and conventions they are about. nameless: some row does not even say its key.
    sheets: some sheet is not read at all.
    """

    words: set[str] = field(default_factory=set)
    nameless: bool = False
    sheets: bool = False

    def add(self, sheet: Sheet, values: Mapping[str, Value]) -> None:
        """Note a row of which only these values are known."""
        for name in {sheet.key[0], *_CHANGED}:
            value = values.get(name)
            if isinstance(value, str) and value:
                self.words.add(value)
        self.nameless = self.nameless or any(not values.get(name) for name in sheet.key)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row of a file that no row of ours comes from: where it stands, why (French), its amount in euros.

    amount: None where it says none, or none that can be read.
    """

    tab: str
    cell: str
    reason: str
    amount: Fraction | None = None


TOTAL, TITLES, BLANK, ISOLATED, WRONG = (
    "ligne de total",
    "titres répétés",
    "rien dans les colonnes lues",
    "cellule isolée",
    "ligne en erreur",
)


@dataclass(slots=True)
class SheetReading:
    """What one sheet gave: its rows, its problems, the rows left out, and what is known of the rows that gave none."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    broken: Broken = field(default_factory=Broken)
    left_out: list[LeftOut] = field(default_factory=list)


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
    reading.problems.extend(_too_fine(sheet, grid.name, reading))
    if not sheet.repeats:
        reading.problems.extend(_doubles(grid.name, reading.rows))
    if not reading.rows and not any(found.level is Level.ERROR for found in reading.problems):
        reading.problems.append(problem("feuille_sans_lignes", grid.name))
    return reading


def _too_fine(sheet: Sheet, tab: str, reading: SheetReading) -> Iterator[Problem]:
    """The exact sum of the counted amounts refused for their decimals."""
    if not sheet.counted:
        return
    fine = [left.amount for left in reading.left_out if left.amount is not None and (left.amount * 100).denominator > 1]
    if fine:
        yield problem("montants_decimales", tab, count=str(len(fine)), total=exact_text(sum(fine, Fraction(0))))


def _layout_problems(grid: Grid, header: Header) -> Iterator[Problem]:
    if grid.hidden:
        yield problem("feuille_masquee", grid.name)
    for position, column in header.columns.items():
        if position in grid.hidden_columns:
            yield problem("colonne_masquee", grid.name, cell_name(header.last_row, position), title=column.title)
    if grid.tail:
        yield problem("lignes_vides", grid.name, f"ligne {grid.tail}", count=str(grid.tail))


def _read_rows(sheet: Sheet, grid: Grid, header: Header, reading: SheetReading) -> None:
    readers = [ColumnReader(grid, position, column, sheet) for position, column in header.columns.items()]
    letters = {column.field: column_letters(position + 1) for position, column in header.columns.items()}
    typed_in = [reader.position for reader in readers if not reader.column.read_only]
    merged, marked = _merged_rows(grid, header), _marked_rows(grid)
    for index in range(header.last_row + 1, len(grid.rows)):
        row, marks = grid.rows[index], marked.get(index, {})
        if not _has_content(row, typed_in, marks):
            if sheet.foreign and any(not is_blank(cell) for cell in row):
                reading.problems.append(problem("ligne_ecartee", grid.name, f"ligne {index + 1}", why=BLANK))
                reading.left_out.append(_left(grid, index, BLANK, row, readers))
            continue
        if reason := _no_row(sheet, grid, header, readers, index, reading):
            reading.left_out.append(_left(grid, index, reason, row, readers))
            continue
        where = f"ligne {index + 1}"
        if index in grid.hidden_rows:
            reading.problems.append(problem("ligne_masquee", grid.name, where))
        if trouble := _unreadable_row(grid, header, merged, index):
            reading.problems.append(trouble)
            reading.broken.nameless = True
            reading.left_out.append(_left(grid, index, WRONG, row, readers))
            continue
        values: dict[str, Value] = {}
        troubles: list[Problem] = []
        for reader in readers:
            values[reader.column.field] = reader.read(row, index, marks, troubles)
        reading.problems.extend(troubles)
        if all(trouble.level is not Level.ERROR for trouble in troubles):
            found = Row(sheet, grid.name, index + 1, values, Cells(letters, index + 1))
            reading.rows.append(_whole(found, row, header, readers) if sheet.foreign else found)
        else:
            reading.broken.add(sheet, values)
            reading.left_out.append(_left(grid, index, WRONG, row, readers))
    for reader in readers:
        reading.problems.extend(reader.remarks())


def _no_row(
    sheet: Sheet, grid: Grid, header: Header, readers: Sequence[ColumnReader], index: int, reading: SheetReading
) -> str:
    """Why a line with content is no row ("" when it is one); what there is to say of it is said."""
    row, where = grid.rows[index], f"ligne {index + 1}"
    if _is_total(row, readers):
        reading.problems.append(problem("ligne_de_total", grid.name, where))
        return TOTAL
    if header.repeats(row):
        reading.problems.append(problem("titres_repetes", grid.name, where))
        return TITLES
    if not sheet.foreign and len(row) - row.count("") > 1:
        return ""
    filled = [position for position, cell in enumerate(row) if not is_blank(cell)]
    if len(filled) != 1 or header.width == 1:
        return ""
    here, said = cell_name(index, filled[0]), cell_shown(row[filled[0]])
    if sheet.foreign:
        reading.problems.append(problem("ligne_ecartee", grid.name, here, said, why=ISOLATED))
        return ISOLATED
    missing = [each.column.title for each in readers if each.column.required and each.position != filled[0]]
    if not missing:
        return ""
    reading.problems.append(problem("cellule_isolee", grid.name, here, said, names=", ".join(missing)))
    reading.broken.nameless = True
    return ISOLATED


def _unreadable_row(grid: Grid, header: Header, merged: Mapping[int, str], index: int) -> Problem | None:
    if index in merged:
        return problem("cellules_fusionnees", grid.name, merged[index])
    row = grid.rows[index]
    if not grid.typed and any(not is_blank(cell) for cell in row[header.width :]):
        widths = {"count": str(len(row)), "width": str(header.width)}
        return problem("ligne_trop_longue", grid.name, f"ligne {index + 1}", **widths)
    return None


def _left(grid: Grid, index: int, reason: str, row: Sequence[RawValue], readers: Sequence[ColumnReader]) -> LeftOut:
    counted = next((each for each in readers if each.counted), None)
    raw: RawValue = row[counted.position] if counted and counted.position < len(row) else ""
    return LeftOut(grid.name, f"ligne {index + 1}", reason, amount_said(raw))


def amount_said(raw: RawValue) -> Fraction | None:
    """The euros a cell says, to the last decimal; None where it says none without doubt."""
    if is_blank(raw):
        return None
    if (exact := exact_amount(raw)) is not None:
        return exact
    try:
        amount = read_cell(_ANY_AMOUNT, raw)
    except Unreadable:
        return None
    return Fraction(amount.cents, 100) if isinstance(amount, Money) else None


_ANY_AMOUNT = Column("amount", "montant", Kind.AMOUNT, signed=True)


def _whole(row: Row, cells: Sequence[RawValue], header: Header, readers: Sequence[ColumnReader]) -> Row:
    """The row with all its line says, for two lines are one only when they are alike in every column."""
    unread: dict[str, str] = {}
    for position, cell in enumerate(cells):
        if position not in header.columns and (text := " ".join(cell_shown(cell).split())):
            letters = column_letters(position + 1)
            title = header.others.get(position, letters)
            unread[title if title not in unread else f"{title} ({letters})"] = text
    lost = Fraction(0)
    for reader in readers:
        raw: RawValue = cells[reader.position] if reader.position < len(cells) else ""
        value = row.values[reader.column.field]
        if value is None and not is_blank(raw):
            unread[reader.column.field] = " ".join(cell_shown(raw).split())
        elif reader.counted and isinstance(value, Money) and (exact := exact_amount(raw)) is not None:
            lost = exact - Fraction(value.cents, 100)
    return replace(row, unread=unread, lost=lost)


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
    if any(position >= len(row) or is_blank(row[position]) for position in required):
        return True
    amounts = {reader.position for reader in readers if reader.column.kind is Kind.AMOUNT}
    others = [cell for position, cell in enumerate(row) if position not in amounts and not is_blank(cell)]
    return len(others) == len(words)


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
