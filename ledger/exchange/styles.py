"""How workbooks look: sober, readable in print, numbers as French users expect them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.exchange.declaration import Column, Kind

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

AMOUNT = '#,##0.00\\ "€";[Red]\\-#,##0.00\\ "€"'
_FORMATS = {Kind.AMOUNT: AMOUNT, Kind.DAY: "dd/mm/yyyy", Kind.INTEGER: "0", Kind.RATE: "0.00%"}
_AS_TEXT = frozenset({Kind.CODE, Kind.CODES, Kind.SIRET})
_BLUE, _PALE, _GREY, _LINE = "#1F4E79", "#DDEBF7", "#F2F2F2", "#BFBFBF"


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._columns: dict[tuple[Kind, bool], Format] = {}
        add = workbook.add_format
        self.title = add({"bold": True, "font_size": 16, "font_color": _BLUE})
        self.note = add({"italic": True, "font_color": "#595959"})
        heading = {"bold": True, "font_color": "#FFFFFF", "bg_color": _BLUE, "border": 1, "border_color": _LINE}
        self.header = add({**heading, "text_wrap": True, "valign": "vcenter", "align": "center"})
        self.required = add({**heading, "text_wrap": True, "valign": "vcenter", "align": "center", "bottom": 5})
        self.group = add({**heading, "align": "center", "bg_color": "#2E75B6"})
        total = {"bold": True, "bg_color": _PALE, "top": 1, "bottom": 1}
        self.total_label = add(total)
        self.total_amount = add({**total, "num_format": AMOUNT})
        self.total_number = add({**total, "num_format": "#,##0"})
        self.wrong = add({"bg_color": "#FFC7CE", "font_color": "#9C0006"})
        self.missing = add({"bg_color": "#FFEB9C"})

    def cell(self, column: Column) -> Format:
        """The format of this column's cells; what is imported is unlocked, the rest greyed."""
        kind, locked = column.kind, column.read_only
        if (kind, locked) not in self._columns:
            look: dict[str, object] = {"valign": "top", "locked": locked}
            if kind in _FORMATS:
                look["num_format"] = _FORMATS[kind]
            elif kind in _AS_TEXT:
                look["num_format"] = "@"
            if kind is Kind.TEXT:
                look["text_wrap"] = True
            if locked:
                look["bg_color"] = _GREY
            self._columns[kind, locked] = self._workbook.add_format(look)
        return self._columns[kind, locked]
