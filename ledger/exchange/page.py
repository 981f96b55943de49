"""One sheet of a written workbook: title, instructions, live totals, header, rows, lists and checks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ledger.core.money import Money
from ledger.exchange.chart import draw_chart
from ledger.exchange.declaration import Added, Column, Gap, Kind, Sheet, Sum, Table, Value, Values, plain_text
from ledger.exchange.layout import LINE, blocks, header_height, print_setup, row_height
from ledger.exchange.lists import Lists
from ledger.exchange.places import column_letters
from ledger.exchange.styles import Styles

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

FREE_ROWS, MORE_ROWS = 200, 40
_LEGEND = "Titre souligné d'un trait épais : à remplir. Colonnes grises : pour information, jamais importées."
_LAST_ROW = 5000
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
        self._others = {other.sheet.name: other for other in tables}
        self._styles = styles
        self._lists = lists
        self._columns = [
            column
            for column in table.sheet.columns
            if not isinstance(column.formula, Sum) or column.formula.sheet in self._others
            if not isinstance(column.formula, Gap) or self._gap_stands(column.formula)
        ]
        self._frozen = min(2, len(self._columns))
        self._grouped = any(column.group for column in self._columns)
        self._notes = (*self.sheet.instructions, *(() if self.sheet.computed else (_LEGEND,)))
        self._totals_row = 2 + len(self.sheet.instructions)
        self._header_row = self._totals_row + 1 + self._grouped
        self._first = self._header_row + 1
        self._last = (
            self._first + len(self._rows) - 1 if self.sheet.computed else max(_LAST_ROW, self._first + len(self._rows))
        )

    def _gap_stands(self, gap: Gap) -> bool:
        part = self.sheet.column(gap.part).formula
        return not isinstance(part, Sum) or part.sheet in self._others

    def _grey(self, column: Column) -> bool:
        return column.read_only and not self.sheet.computed

    def write(self, worksheet: Worksheet) -> None:
        """Write everything on this worksheet."""
        worksheet.hide_gridlines(2)
        self._write_header(worksheet)
        self._write_head(worksheet)
        for offset, values in enumerate(self._rows):
            self._write_row(worksheet, self._first + offset, values)
        self._write_totals(worksheet)
        self._write_checks(worksheet)
        if not self.sheet.computed:
            self._write_free_formulas(worksheet)
            self._write_lists(worksheet)
            worksheet.protect("", _ALLOWED)
        print_setup(worksheet, self._columns, self._frozen, self._header_row - self._grouped, self._header_row)

    def _write_head(self, worksheet: Worksheet) -> None:
        """The title and the instructions, on rows that keep nothing of the columns' look."""
        for row in range(self._totals_row):
            for position in range(1, len(self._columns)):
                worksheet.write_blank(row, position, None, self._styles.plain)
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

    def _write_row(self, worksheet: Worksheet, row: int, values: Values) -> None:
        height = row_height(self._columns, [values.get(column.field) for column in self._columns])
        if height > LINE:
            worksheet.set_row(row, height)
        for position, column in enumerate(self._columns):
            style = self._styles.cell(column, grey=self._grey(column))
            if column.formula is not None:
                value = self._computed(column, values)
                worksheet.write_formula(row, position, self._formula(column, row), style, Decimal(value.plain()))
                continue
            _write_value(worksheet, row, position, column, values.get(column.field), style)

    def _write_free_formulas(self, worksheet: Worksheet) -> None:
        start = self._first + len(self._rows)
        for position, column in enumerate(self._columns):
            if column.formula is not None:
                for row in range(start, start + (MORE_ROWS if self._rows else FREE_ROWS)):
                    worksheet.write_formula(
                        row,
                        position,
                        self._formula(column, row),
                        self._styles.cell(column, grey=self._grey(column)),
                        "",
                    )

    def _letter(self, field: str) -> str:
        return column_letters(1 + next(i for i, column in enumerate(self._columns) if column.field == field))

    def _formula(self, column: Column, row: int) -> str:
        here = f"${self._letter(self.sheet.key[0])}{row + 1}"
        if isinstance(column.formula, Sum):
            names = [other.field for other in self._others[column.formula.sheet].sheet.columns]
            keys = column_letters(1 + names.index(column.formula.key))
            amounts = column_letters(1 + names.index(column.formula.amount))
            of = f"'{column.formula.sheet}'!"
            return f'=IF({here}="","",SUMIF({of}${keys}:${keys},{here},{of}${amounts}:${amounts}))'
        if isinstance(column.formula, Added):
            return "=" + "+".join(f"{self._letter(field)}{row + 1}" for field in column.formula.fields)
        assert isinstance(column.formula, Gap)
        whole, part = self._letter(column.formula.whole), self._letter(column.formula.part)
        return f'=IF({here}="","",ROUND({whole}{row + 1}-{part}{row + 1},2))'

    def _computed(self, column: Column, values: Values) -> Money:
        """What the live formula of this column gives on this row."""
        if isinstance(column.formula, Sum):
            rule, key = column.formula, values.get(self.sheet.key[0])
            rows = self._others[rule.sheet].rows
            return _total([other.get(rule.amount) for other in rows if other.get(rule.key) == key])
        if isinstance(column.formula, Added):
            return _total([values.get(field) for field in column.formula.fields])
        assert isinstance(column.formula, Gap)
        part = _total([self._value(self.sheet.column(column.formula.part), values)])
        return _total([values.get(column.formula.whole)]) - part

    def _value(self, column: Column, values: Values) -> Value:
        return values.get(column.field) if column.formula is None else self._computed(column, values)

    def _write_totals(self, worksheet: Worksheet) -> None:
        if not any(column.summed for column in self._columns):
            return
        row = self._totals_row
        for position, column in enumerate(self._columns):
            if not column.summed:
                worksheet.write_string(row, position, "Totaux" if position == 0 else "", self._styles.total_label)
                continue
            letter = column_letters(position + 1)
            formula = f"=SUBTOTAL(109,{letter}{self._first + 1}:{letter}{max(self._last, self._first) + 1})"
            values = [self._value(column, values) for values in self._rows]
            amount = column.kind is Kind.AMOUNT
            style = self._styles.total_amount if amount else self._styles.total_number
            result = Decimal(_total(values).plain()) if amount else sum(v for v in values if isinstance(v, int))
            worksheet.write_formula(row, position, formula, style, result)

    def _write_checks(self, worksheet: Worksheet) -> None:
        key = self._letter(self.sheet.key[0])
        for position, column in enumerate(self._columns):
            area = (self._first, position, self._last, position)
            here = f"{column_letters(position + 1)}{self._first + 1}"
            if isinstance(column.formula, Gap):
                rule = {
                    "type": "formula",
                    "criteria": f'=AND(${key}{self._first + 1}<>"",{here}<>0)',
                    "format": self._styles.wrong,
                }
                worksheet.conditional_format(*area, rule)
            elif column.required and column.field != self.sheet.key[0] and not self.sheet.computed:
                rule = {"type": "formula", "criteria": f'=AND(${key}{self._first + 1}<>"",ISBLANK({here}))'}
                worksheet.conditional_format(*area, {**rule, "format": self._styles.missing})

    def _write_lists(self, worksheet: Worksheet) -> None:
        for position, column in enumerate(self._columns):
            if not column.read_only:
                worksheet.data_validation(self._first, position, self._last, position, self._validation(column))

    def _validation(self, column: Column) -> dict[str, Any]:
        rule: dict[str, Any] = {"validate": "any"}
        if column.choices:
            rule = {"validate": "list", "source": [choice.label for choice in column.choices]}
        elif column.kind is Kind.YES_NO:
            rule = {"validate": "list", "source": ["oui", "non"]}
        elif column.list_name in self._lists and column.kind is Kind.CODE:
            rule = {"validate": "list", "source": f"=Liste_{column.list_name}", "error_type": "warning"}
        if column.help:
            rule |= {"input_title": column.title[:32], "input_message": column.help[:255]}
        return rule

    def chart(self, workbook: Workbook, worksheet: Worksheet) -> None:
        """Draw the table's chart under its rows, if it has one."""
        if self._table.chart is not None and self._rows:
            draw_chart(workbook, worksheet, self._table, self._columns, self._first)


def _total(values: Sequence[Value]) -> Money:
    return Money(sum(value.cents for value in values if isinstance(value, Money)))


def _write_value(worksheet: Worksheet, row: int, position: int, column: Column, value: Value, style: Any) -> None:
    match value:
        case None | "" | ():
            worksheet.write_blank(row, position, None, style)
        case Money():
            worksheet.write_number(row, position, Decimal(value.plain()), style)
        case date():
            worksheet.write_datetime(row, position, value, style)
        case bool() | tuple():
            worksheet.write_string(row, position, plain_text(value), style)
        case int():
            worksheet.write_number(row, position, value, style)
        case Fraction():
            worksheet.write_number(row, position, value.numerator / value.denominator, style)
        case _:
            label = next((choice.label for choice in column.choices if choice.value == value), value)
            worksheet.write_string(row, position, label, style)
