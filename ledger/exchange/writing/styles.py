"""How workbooks look: sober, readable in print, numbers as French users expect them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ledger.core.field import Kind
from ledger.exchange.declaration import Column
from ledger.exchange.writing.layout import WRAPPED

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

AMOUNT = '#,##0.00\\ "€";[Red]\\-#,##0.00\\ "€"'
_FORMATS = {Kind.AMOUNT: AMOUNT, Kind.DAY: "dd/mm/yyyy", Kind.INTEGER: "0", Kind.ORDINAL: "0", Kind.RATE: "0.00%"}
_AS_TEXT = frozenset({Kind.CODE, Kind.CODES, Kind.SIRET})
_SIDES: Mapping[Kind, Mapping[str, object]] = {
    Kind.AMOUNT: {"align": "right", "indent": 1},
    Kind.INTEGER: {"align": "right", "indent": 1},
    Kind.ORDINAL: {"align": "right", "indent": 1},
    Kind.RATE: {"align": "right", "indent": 1},
    Kind.DAY: {"align": "center"},
    Kind.YES_NO: {"align": "center"},
}
_BLUE, _PALE, _GREY, _LINE = "#1F4E79", "#DDEBF7", "#F2F2F2", "#BFBFBF"
_FRAME: Mapping[str, object] = {"border": 1, "border_color": "#D9D9D9"}


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._columns: dict[tuple[Kind, bool, bool], Format] = {}
        add = workbook.add_format
        self.plain = add({"border": 0})
        self.title = add({"bold": True, "font_size": 16, "font_color": _BLUE, "valign": "vcenter"})
        self.note = add({"italic": True, "font_color": "#595959"})
        heading = {"bold": True, "font_color": "#FFFFFF", "bg_color": _BLUE, "border": 1, "border_color": _LINE}
        self.header = add({**heading, "text_wrap": True, "valign": "vcenter", "align": "center"})
        self.required = add({**heading, "text_wrap": True, "valign": "vcenter", "align": "center", "bottom": 5})
        self.group = add({**heading, "align": "center", "bg_color": "#2E75B6"})
        total: dict[str, object] = {"bold": True, "bg_color": _PALE, "top": 1, "bottom": 1, "valign": "vcenter"}
        self.total_label = add(total)
        self.total_amount = add({**total, **_SIDES[Kind.AMOUNT], "num_format": AMOUNT})
        self.total_number = add({**total, **_SIDES[Kind.INTEGER], "num_format": "#,##0"})
        self.wrong = add({"bg_color": "#FFC7CE", "font_color": "#9C0006"})
        self.missing = add({"bg_color": "#FFEB9C"})

    def cell(self, column: Column, *, grey: bool) -> Format:
        """The format of this column's cells; what is imported is unlocked, what is only shown may be greyed."""
        kind, locked = column.kind, column.read_only
        if (kind, locked, grey) not in self._columns:
            look: dict[str, object] = {"valign": "top", "locked": locked, **_FRAME, **_SIDES.get(kind, {})}
            if kind in _FORMATS:
                look["num_format"] = _FORMATS[kind]
            elif kind in _AS_TEXT:
                look["num_format"] = "@"
            if kind in WRAPPED:
                look["text_wrap"] = True
            if grey:
                look["bg_color"] = _GREY
            self._columns[kind, locked, grey] = self._workbook.add_format(look)
        return self._columns[kind, locked, grey]
