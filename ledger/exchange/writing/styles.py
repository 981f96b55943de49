"""How workbooks look, on screen and on paper: sober, rows high enough for their text, pages cut where they can."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from ledger.core.field import Kind, Value
from ledger.exchange.declaration import Column, plain_text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


LINE = 15
WRAPPED = frozenset({Kind.TEXT, Kind.CODES})
_DIGIT, _GUTTER = 7, 5
_A4, _PAGE_FORMAT = 9, 985
_LEAST_SCALE, _SCALE, _LARGE = 45, 60, 64
"""In hundredths; the letters of a cell, of 11 points, are printed at 7 at the last one."""
_WIDTH_AVAILABLE = 78


def row_height(columns: Sequence[Column], values: Iterable[Value]) -> int:
    """The height (in points) that shows every wrapped text of a row whole."""
    most = 1
    for column, value in zip(columns, values, strict=True):
        if value and column.kind in WRAPPED:
            most = max(most, _lines(plain_text(value), _width_available(column)))
    return LINE * most


def header_height(columns: Sequence[Column]) -> int:
    """The height (in points) that shows every title whole beside its filter arrow; two lines at least."""
    return LINE * max(2, *(_lines(column.title, column.width - 3) for column in columns)) + 2


def group_height(columns: Sequence[Column]) -> int:
    """The height (in points) that shows the words above each group of columns whole."""
    blocks = column_blocks(columns)
    widths = [(columns[start].group, sum(each.width for each in columns[start:end])) for start, end in blocks]
    return LINE * max(_lines(group, width) for group, width in widths)


def print_setup(
    worksheet: Worksheet,
    columns: Sequence[Column],
    repeated: int,
    first_title: int,
    last_title: int,
    *,
    large: bool = False,
) -> None:
    """A4 landscape, the titles on every page; one page wide, or several that can be read.

    repeated: how many first columns come back when there are several. first_title, last_title: rows from 0.
    large: letters of 7 points at least, however many pages that takes.
    """
    worksheet.set_landscape()
    worksheet.set_paper(_A4)
    breaks = page_breaks(columns, repeated, large=large)
    if breaks:
        worksheet.set_print_scale(_LARGE if large else _scale(columns, repeated, breaks))
        worksheet.set_v_pagebreaks(breaks)
        worksheet.repeat_columns(0, repeated - 1)
        worksheet.print_across()
    else:
        worksheet.fit_to_pages(1, 0)
    worksheet.repeat_rows(first_title, last_title)
    worksheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    worksheet.set_footer("&L&A&RPage &P / &N")


def _scale(columns: Sequence[Column], repeated: int, breaks: Sequence[int]) -> int:
    """The scale at which the widest of several pages fits, with room for fonts wider than the one foreseen."""
    before = _pixels(columns[:repeated])
    ends = [*breaks, len(columns)]
    widths = [_pixels(columns[: ends[0]])]
    widths += [before + _pixels(columns[start:end]) for start, end in itertools.pairwise(ends)]
    return max(_LEAST_SCALE, min(_SCALE, _PAGE_FORMAT * _WIDTH_AVAILABLE // max(widths)))


def page_breaks(columns: Sequence[Column], repeated: int, *, large: bool = False) -> list[int]:
    """Where an A4 landscape page ends so that its text can be read: the first column of each next page.

    repeated: how many first columns come back on every page. Columns of one group stay together.
    Nothing when the whole width fits on one page without becoming too small. large: as in print_setup.
    """
    least, scale, room = (_LARGE, _LARGE, _WIDTH_AVAILABLE) if large else (_LEAST_SCALE, _SCALE, 100)
    if _pixels(columns) * least <= _PAGE_FORMAT * room:
        return []
    breaks, taken = [], 0
    for start, end in column_blocks(columns):
        width = _pixels(columns[start:end])
        if taken and (taken + width) * scale > _PAGE_FORMAT * room:
            breaks.append(start)
            taken = _pixels(columns[:repeated])
        taken += width
    return breaks


def column_blocks(columns: Sequence[Column]) -> list[tuple[int, int]]:
    """The columns that belong together, as (first, one past the last): those under one group, else one by one."""
    found: list[tuple[int, int]] = []
    for place, column in enumerate(columns):
        if place and column.group and column.group == columns[place - 1].group:
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return found


def _width_available(column: Column) -> int:
    """How many characters one line holds: letters are narrower than digits, capitals are not."""
    return column.width if column.kind is Kind.CODES else column.width * 11 // 10


def _lines(text: str, width: int) -> int:
    if len(text) <= width and "\n" not in text:
        return 1
    return sum(len(wrap(part, width)) or 1 for part in text.splitlines()) or 1


def _pixels(columns: Sequence[Column]) -> int:
    return sum(_DIGIT * column.width + _GUTTER for column in columns)


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
        self.group = add({**heading, "text_wrap": True, "valign": "vcenter", "align": "center", "bg_color": "#2E75B6"})
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
