"""One column of a sheet, read cell by cell: the same content is read once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ledger.core.errors import Level, Problem
from ledger.core.field import Kind, Value
from ledger.exchange.declaration import Column, Sheet
from ledger.exchange.opening.grid import Grid, Mark, RawValue, cell_name
from ledger.exchange.reading.cells import Unreadable, exact_amount, is_blank, read_cell, shown
from ledger.exchange.reading.exact import rounded_to_cent
from ledger.exchange.reading.messages import problem

_NUMBERS = frozenset({Kind.AMOUNT, Kind.RATE, Kind.INTEGER})
_LABELS = frozenset({Kind.CODE, Kind.SIRET})
_DAMAGED = re.compile("\ufffd|Ã[©¨\xa0´§ª]")


class ColumnReader:
    """Reads the cells of one column, and remembers what was unusual in it.

    In a partner's file, what cannot be read where nothing is required is only an alert; but an amount that is counted
    and would be cut is refused.
    """

    def __init__(self, grid: Grid, position: int, column: Column, sheet: Sheet) -> None:
        self._tolerant = sheet.foreign and not column.required
        self.counted = bool(sheet.counted) and column.field == sheet.counted
        self._rounded = sheet.rounded and column.kind is Kind.AMOUNT
        self.column, self.position = column, position
        self._grid = grid
        self._read: dict[RawValue, tuple[Value, str]] = {}
        self._odd_class = str if column.kind in _NUMBERS else float if column.kind in _LABELS else None
        self._odd: list[int] = []

    def read(self, row: Sequence[RawValue], index: int, marks: Mapping[int, Mark], troubles: list[Problem]) -> Value:
        """The value of this column on this row; None, and one more trouble, when it cannot be read."""
        raw: RawValue = row[self.position] if self.position < len(row) else ""
        if marks and (mark := marks.get(self.position)) and mark is not Mark.FORMULA:
            value, code = None, "cellule_en_erreur" if mark is Mark.ERROR else "formule_sans_valeur"
        elif raw.__class__ is bool:
            value, code = self._reading(raw)
        else:
            found = self._read.get(raw)
            if found is None:
                found = self._read[raw] = self._reading(raw)
            value, code = found
        if raw.__class__ is self._odd_class and raw and self._grid.typed and not code:
            self._odd.append(index)
        if code and not self.column.read_only:
            troubles.append(self._trouble(code, index, raw))
        return value

    def remarks(self) -> Iterator[Problem]:
        """What the column as a whole calls for: numbers typed as text, codes typed as numbers."""
        if self._odd and not self.column.read_only:
            code = "valeur_en_texte" if self._odd_class is str else "code_en_nombre"
            where = cell_name(self._odd[0], self.position)
            yield problem(code, self._grid.name, where, title=self.column.title, count=str(len(self._odd)))

    def _reading(self, raw: RawValue) -> tuple[Value, str]:
        """The value and "", or what is wrong; a text that only lost letters has both."""
        if is_blank(raw):
            return self.column.default, "valeur_manquante" if self.column.required else ""
        try:
            value = read_cell(self.column, raw)
        except Unreadable as unreadable:
            if unreadable.code == "montant_decimales" and self._rounded and (exact := exact_amount(raw)) is not None:
                return rounded_to_cent(exact), "montant_arrondi"
            return None, unreadable.code
        damaged = isinstance(value, str) and not value.isascii() and _DAMAGED.search(value)
        return value, "texte_abime" if damaged else ""

    def _trouble(self, code: str, index: int, raw: RawValue) -> Problem:
        column = self.column
        names = ", ".join(choice.label for choice in column.choices)
        where = cell_name(index, self.position)
        words = {"title": column.title, "kind": column.kind.value, "names": names}
        if code == "montant_arrondi" and (exact := exact_amount(raw)) is not None:
            words["rounded"] = rounded_to_cent(exact).french()
        found = problem(code, self._grid.name, where, shown(raw), **words)
        cut = self.counted and code == "montant_decimales"
        return replace(found, level=Level.ALERT) if self._tolerant and found.level is Level.ERROR and not cut else found
