"""One sheet of a written workbook: title, instructions, live totals, header, rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ledger.core.field import Kind, Value
from ledger.core.money import Money
from ledger.exchange.declaration import Column, Gap, Sheet, Sum, Table, plain_text
from ledger.exchange.opening.places import column_letters
from ledger.exchange.writing.chart import draw_chart
from ledger.exchange.writing.layout import LINE, WRAPPED, blocks, header_height, print_setup, row_height
from ledger.exchange.writing.lists import Lists
from ledger.exchange.writing.live import Live
from ledger.exchange.writing.styles import Styles
from ledger.exchange.writing.typing_aids import mark_what_is_wrong, offer_values

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

MORE_ROWS = 40
_LEGEND = "Titre souligné d'un trait épais : à remplir. Colonnes grises : pour information, jamais importées."
_LAST_ROW = 5000
_TITLE_HEIGHT, _TOTALS_HEIGHT = 27, 20
_ALLOWED = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "sort": True,
    "autofilter": True,
}


class Page:
    """A table laid out: what stands on which row and column of its sheet."""

    def __init__(self, table: Table, tables: Sequence[Table], styles: Styles, lists: Lists) -> None:
        self.sheet: Sheet = table.sheet
        self._table = table
        self._rows = table.rows
        others = {other.sheet.name: other for other in tables}
        self._styles = styles
        self._lists = lists
        self._columns = [
            column
            for column in table.sheet.columns
            if not isinstance(column.formula, Sum) or column.formula.sheet in others
            if not isinstance(column.formula, Gap) or self._gap_stands(column.formula, others)
        ]
        self._live = Live(self.sheet, self._columns, others)
        self._frozen = min(2, len(self._columns))
        self._grouped = any(column.group for column in self._columns)
        self._notes = (*self.sheet.instructions, *(() if self.sheet.computed else (_LEGEND,)))
        self._totals_row = 1 + len(self._notes)
        self._header_row = self._totals_row + 1 + self._grouped
        self._first = self._header_row + 1
        self._last = (
            self._first + len(self._rows) - 1 if self.sheet.computed else max(_LAST_ROW, self._first + len(self._rows))
        )

    def _gap_stands(self, gap: Gap, others: dict[str, Table]) -> bool:
        part = self.sheet.column(gap.part).formula
        return not isinstance(part, Sum) or part.sheet in others

    def _grey(self, column: Column) -> bool:
        return column.read_only and not self.sheet.computed

    def write(self, worksheet: Worksheet) -> None:
        """Write everything on this worksheet."""
        worksheet.hide_gridlines(2)
        self._write_header(worksheet)
        self._write_head(worksheet)
        self._write_rows(worksheet)
        self._write_totals(worksheet)
        mark_what_is_wrong(worksheet, self.sheet, self._columns, self._styles, self._first, self._last)
        if not self.sheet.computed:
            self._write_free_formulas(worksheet)
            offer_values(worksheet, self._columns, self._lists, self._first, self._last)
            worksheet.protect("", _ALLOWED)
        print_setup(worksheet, self._columns, self._frozen, self._header_row - self._grouped, self._header_row)

    def _write_head(self, worksheet: Worksheet) -> None:
        """The title and the instructions, on rows that keep nothing of the columns' look."""
        for row in range(self._totals_row):
            for position in range(1, len(self._columns)):
                worksheet.write_blank(row, position, None, self._styles.plain)
        worksheet.set_row(0, _TITLE_HEIGHT)
        worksheet.write_string(0, 0, f"{self.sheet.title}{self._table.note}", self._styles.title)
        for row, line in enumerate(self._notes, start=1):
            worksheet.write_string(row, 0, line, self._styles.note)

    def _write_header(self, worksheet: Worksheet) -> None:
        for position, column in enumerate(self._columns):
            style = self._styles.required if column.required and not self.sheet.computed else self._styles.header
            worksheet.write_string(self._header_row, position, column.title, style)
            free = None if self.sheet.computed else self._styles.cell(column, grey=self._grey(column))
            worksheet.set_column(position, position, column.width, free)
        worksheet.set_row(self._header_row, header_height(self._columns))
        if self._grouped:
            self._write_groups(worksheet)
        worksheet.freeze_panes(self._first, self._frozen)
        last = max(self._first, self._first + len(self._rows) - 1)
        worksheet.autofilter(self._header_row, 0, last, len(self._columns) - 1)

    def _write_groups(self, worksheet: Worksheet) -> None:
        row = self._header_row - 1
        for start, end in blocks(self._columns):
            group = self._columns[start].group
            if end > start + 1:
                worksheet.merge_range(row, start, row, end - 1, group, self._styles.group)
            else:
                worksheet.write_string(row, start, group, self._styles.group if group else self._styles.plain)

    def _write_rows(self, worksheet: Worksheet) -> None:
        writers = [_writer(worksheet, column) for column in self._columns]
        styles = [self._styles.cell(column, grey=self._grey(column)) for column in self._columns]
        columns = list(zip(range(len(self._columns)), self._columns, writers, styles, strict=True))
        wrapped = [column for column in self._columns if column.kind in WRAPPED]
        for row, values in enumerate(self._rows, start=self._first):
            height = row_height(wrapped, [values.get(column.field) for column in wrapped])
            if height > LINE:
                worksheet.set_row(row, height)
            for position, column, write, style in columns:
                if column.formula is not None:
                    result = Decimal(self._live.result(column, values).plain())
                    worksheet.write_formula(row, position, self._live.formula(column, row), style, result)
                    continue
                value = values.get(column.field)
                if value is not None and value != "" and value != ():
                    write(row, position, value, style)
                elif self.sheet.computed:
                    worksheet.write_blank(row, position, None, style)

    def _write_free_formulas(self, worksheet: Worksheet) -> None:
        start = self._first + len(self._rows)
        for position, column in enumerate(self._columns):
            if column.formula is not None:
                style = self._styles.cell(column, grey=self._grey(column))
                for row in range(start, start + (MORE_ROWS if self._rows else self._table.free_rows)):
                    worksheet.write_formula(row, position, self._live.formula(column, row), style, "")

    def _write_totals(self, worksheet: Worksheet) -> None:
        if not any(column.summed for column in self._columns):
            return
        row = self._totals_row
        worksheet.set_row(row, _TOTALS_HEIGHT)
        for position, column in enumerate(self._columns):
            if not column.summed:
                worksheet.write_string(row, position, "Totaux" if position == 0 else "", self._styles.total_label)
                continue
            letter = column_letters(position + 1)
            formula = f"=SUBTOTAL(109,{letter}{self._first + 1}:{letter}{max(self._last, self._first) + 1})"
            values = [self._live.value(column, values) for values in self._rows]
            amount = column.kind is Kind.AMOUNT
            style = self._styles.total_amount if amount else self._styles.total_number
            cents = sum(value.cents for value in values if isinstance(value, Money))
            result = Decimal(Money(cents).plain()) if amount else sum(v for v in values if isinstance(v, int))
            worksheet.write_formula(row, position, formula, style, result)

    def chart(self, workbook: Workbook, worksheet: Worksheet) -> None:
        """Draw the table's chart under its rows, if it has one."""
        if self._table.chart is not None and self._rows:
            draw_chart(workbook, worksheet, self._table, self._columns, self._first)


def _writer(worksheet: Worksheet, column: Column) -> Callable[[int, int, Value, Any], object]:
    """How a value of this column is written: always with its type, so that no text becomes a formula."""
    labels = {choice.value: choice.label for choice in column.choices}

    def write(row: int, position: int, value: Value, style: Any) -> object:
        if isinstance(value, str):
            return worksheet.write_string(row, position, labels.get(value, value), style)
        match value:
            case Money():
                return worksheet.write_number(row, position, _number(value), style)
            case date():
                return worksheet.write_datetime(row, position, value, style)
            case bool() | tuple():
                return worksheet.write_string(row, position, plain_text(value), style)
            case int():
                return worksheet.write_number(row, position, value, style)
            case Fraction():
                return worksheet.write_number(row, position, value.numerator / value.denominator, style)
        return worksheet.write_blank(row, position, None, style)

    return write


def _number(amount: Money) -> float | Decimal:
    """The amount as a workbook's number: the nearest double, or its exact decimals beyond what a double shows."""
    return amount.cents / 100 if abs(amount.cents) < 10**14 else Decimal(amount.plain())
