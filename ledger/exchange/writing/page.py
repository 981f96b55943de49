"""One sheet of a written workbook: title, instructions, live totals, header, rows, chart, what helps to type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ledger.core.field import Kind, Value
from ledger.core.money import ZERO, Money
from ledger.exchange.declaration import AddedColumns, Column, LiveDifference, LiveSum, Sheet, Table, Values, plain_text
from ledger.exchange.opening.grid import column_letters
from ledger.exchange.writing.lists import Lists
from ledger.exchange.writing.styles import (
    LINE,
    WRAPPED,
    Styles,
    column_blocks,
    group_height,
    header_height,
    print_setup,
    row_height,
)

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet


_STACKED, _BAR, _BETWEEN = 28, 13, 10
_PAGE, _WITH_ITS_ROWS = 1000, 12


def draw_chart(
    workbook: Workbook, worksheet: Worksheet, table: Table, columns: Sequence[Column], first_row: int
) -> None:
    """Bars under the rows, the first row on top; on paper, on a page of their own under many rows."""
    drawn = table.chart
    assert drawn is not None
    last_row = first_row + len(table.rows) - 1
    places = {column.field: place for place, column in enumerate(columns)}
    labels = [table.sheet.name, first_row, places[drawn.label], last_row, places[drawn.label]]
    chart = workbook.add_chart({"type": "bar", "subtype": "stacked"} if drawn.stacked else {"type": "bar"})
    for field in drawn.fields:
        values = [table.sheet.name, first_row, places[field], last_row, places[field]]
        chart.add_series({"name": columns[places[field]].title, "categories": labels, "values": values})
    height = _STACKED if drawn.stacked else _BAR * len(drawn.fields) + _BETWEEN
    chart.set_title({"name": drawn.title, "name_font": {"size": 12}})
    chart.set_legend({"position": "bottom"})
    chart.set_y_axis({"reverse": True, "crossing": "max"})
    chart.set_x_axis({"num_format": '#,##0\\ "€"', "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
    chart.set_size({"width": 1100, "height": min(_PAGE, 160 + height * len(table.rows))})
    worksheet.insert_chart(last_row + 2, 0, chart)
    if len(table.rows) > _WITH_ITS_ROWS:
        worksheet.set_h_pagebreaks([last_row + 1])


class Live:
    """The live formulas of one sheet, which may add up other sheets of its workbook."""

    def __init__(self, sheet: Sheet, columns: Sequence[Column], others: Mapping[str, Table]) -> None:
        self._sheet, self._others = sheet, others
        self._letters = {column.field: column_letters(place) for place, column in enumerate(columns, start=1)}

    def formula(self, column: Column, row: int) -> str:
        """The formula of this column on this row (from 0)."""
        here = f"${self._letters[self._sheet.key[0]]}{row + 1}"
        rule = column.formula
        if isinstance(rule, LiveSum):
            names = [other.field for other in self._others[rule.sheet].sheet.columns]
            keys, amounts = (column_letters(1 + names.index(field)) for field in (rule.key, rule.amount))
            of = f"'{rule.sheet}'!"
            return f'=IF({here}="","",SUMIF({of}${keys}:${keys},{here},{of}${amounts}:${amounts}))'
        if isinstance(rule, AddedColumns):
            return "=" + ("+".join(f"{self._letters[field]}{row + 1}" for field in rule.fields) or "0")
        assert isinstance(rule, LiveDifference)
        whole, part = self._letters[rule.whole], self._letters[rule.part]
        return f'=IF({here}="","",ROUND({whole}{row + 1}-{part}{row + 1},2))'

    def result(self, column: Column, values: Values) -> Money:
        """What the formula gives on these values."""
        rule = column.formula
        if isinstance(rule, LiveSum):
            return self._sums[column.field].get(values.get(self._sheet.key[0]), ZERO)
        if isinstance(rule, AddedColumns):
            return Money(sum(_cents(values.get(field)) for field in rule.fields))
        assert isinstance(rule, LiveDifference)
        whole, part = (self.value(self._sheet.column(field), values) for field in (rule.whole, rule.part))
        return Money(_cents(whole) - _cents(part))

    def value(self, column: Column, values: Values) -> Value:
        """What this column shows on these values, computed or not."""
        return values.get(column.field) if column.formula is None else self.result(column, values)

    @cached_property
    def _sums(self) -> dict[str, dict[Value, Money]]:
        """By field, the total of the other sheet for each key."""
        found: dict[str, dict[Value, Money]] = {}
        for column in self._sheet.columns:
            rule = column.formula
            if isinstance(rule, LiveSum) and rule.sheet in self._others:
                sums = found.setdefault(column.field, {})
                for row in self._others[rule.sheet].rows:
                    key = row.get(rule.key)
                    sums[key] = sums.get(key, ZERO) + Money(_cents(row.get(rule.amount)))
        return found


def _cents(value: Value) -> int:
    return value.cents if isinstance(value, Money) else 0


_MOST_COMPARED = 2000
_LISTED = frozenset({Kind.CODE, Kind.TEXT})
_ACCEPTED = {
    Kind.AMOUNT: ("=AND(ISNUMBER({cell}),ROUND({cell},2)={cell})", "Un nombre, en euros, au centime : 1234,56."),
    Kind.DAY: ("=AND(ISNUMBER({cell}),{cell}>=36526,{cell}<73416)", "Une date, par exemple 15/02/2016."),
    Kind.INTEGER: ("=AND(ISNUMBER({cell}),{cell}>=0,INT({cell})={cell})", "Un nombre entier."),
    Kind.RATE: ("=AND(ISNUMBER({cell}),{cell}>=0,{cell}<=1)", "Un taux entre 0 % et 100 %."),
    Kind.SIRET: ("=AND(ISTEXT({cell}),LEN({cell})=14)", "14 chiffres, en texte, sans espaces."),
}


def mark_what_is_wrong(
    worksheet: Worksheet, sheet: Sheet, columns: Sequence[Column], styles: Styles, first: int, last: int
) -> None:
    """Red for a gap or a key met twice, yellow for what is still to fill in. first, last: rows from 0."""
    letters = {column.field: column_letters(place) for place, column in enumerate(columns, start=1)}
    key = letters[sheet.key[0]]
    for position, column in enumerate(columns):
        here = f"{letters[column.field]}{first + 1}"
        rule: dict[str, Any] = {"type": "formula", "format": styles.wrong}
        if isinstance(column.formula, LiveDifference) and column.formula.zero:
            rule["criteria"] = f'=AND(${key}{first + 1}<>"",{here}<>0)'
        elif sheet.computed or column.read_only:
            continue
        elif column.field == sheet.key[0]:
            end = min(last, first + _MOST_COMPARED)
            pairs = ",".join(
                f"${letters[field]}${first + 1}:${letters[field]}${end + 1},${letters[field]}{first + 1}"
                for field in sheet.key
            )
            rule["criteria"] = f'=AND({here}<>"",COUNTIFS({pairs})>1)'
            worksheet.conditional_format(first, position, end, position, rule)
            continue
        elif column.required:
            rule |= {"criteria": f'=AND(${key}{first + 1}<>"",ISBLANK({here}))', "format": styles.missing}
        else:
            continue
        worksheet.conditional_format(first, position, last, position, rule)


def offer_values(worksheet: Worksheet, columns: Sequence[Column], lists: Lists, first: int, last: int) -> None:
    """The list or the condition of each column, and its help beside the cell."""
    for position, column in enumerate(columns):
        if column.read_only:
            continue
        rule = _validation(column, lists, f"{column_letters(position + 1)}{first + 1}")
        if rule["validate"] != "any" or "input_message" in rule:
            worksheet.data_validation(first, position, last, position, rule)


def _validation(column: Column, lists: Lists, cell: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"validate": "any"}
    if column.choices and column.list_name in lists:
        rule = {"validate": "list", "source": f"=Liste_{column.list_name}"}
        rule |= _refusal("Choisissez une valeur de la liste.")
    elif column.choices:
        rule = {"validate": "list", "source": [choice.label for choice in column.choices]}
        rule |= _refusal("Choisissez une valeur de la liste.")
    elif column.kind is Kind.YES_NO:
        rule = {"validate": "list", "source": ["oui", "non"], **_refusal("Répondez par oui ou par non.")}
    elif column.list_name in lists and column.kind is Kind.CODES:
        rule = {"validate": "list", "source": f"=Liste_{column.list_name}", "show_error": False}
    elif column.list_name in lists and column.kind in _LISTED:
        rule = {"validate": "list", "source": f"=Liste_{column.list_name}", "error_type": "warning"}
        rule |= _refusal("Cette valeur n'est pas dans la liste.")
    elif column.kind in _ACCEPTED:
        condition, words = _ACCEPTED[column.kind]
        rule = {"validate": "custom", "value": condition.format(cell=cell), **_refusal(words)}
    if column.help:
        rule |= {"input_title": column.title[:32], "input_message": column.help[:255]}
    return rule


def _refusal(words: str) -> dict[str, str]:
    return {"error_title": "Cofiville", "error_message": words}


MORE_ROWS = 40
_LEGEND = "Titre souligné d'un trait épais : à remplir. Colonnes grises : pour information, jamais importées."
_LAST_ROW = 5000
_FILLED_BY_HAND = 20
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
            if not isinstance(column.formula, LiveSum) or column.formula.sheet in others
            if not isinstance(column.formula, LiveDifference) or self._gap_stands(column.formula, others)
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

    def _gap_stands(self, gap: LiveDifference, others: dict[str, Table]) -> bool:
        part = self.sheet.column(gap.part).formula
        return not isinstance(part, LiveSum) or part.sheet in others

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
        titles = self._header_row - self._grouped, self._header_row
        print_setup(worksheet, self._columns, self._frozen, *titles, large=self.sheet.large)
        if self.sheet.large:
            self._print_rows_alone(worksheet)

    def _print_rows_alone(self, worksheet: Worksheet) -> None:
        """On paper, the totals and the rows, or a page to fill by hand; the title above every page, never cut."""
        last = self._first + (len(self._rows) or _FILLED_BY_HAND) - 1
        worksheet.print_area(self._totals_row, 0, last, len(self._columns) - 1)
        title = f"{self.sheet.title}{self._table.note}".replace("&", "&&")
        worksheet.set_header(f"&L&B{title}")

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
        worksheet.set_row(row, group_height(self._columns))
        for start, end in column_blocks(self._columns):
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
