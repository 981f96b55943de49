"""How a sheet stands on screen and on paper: rows high enough for their text, pages cut where they can be read."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from ledger.core.field import Kind, Value
from ledger.exchange.declaration import Column, plain_text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

LINE = 15
WRAPPED = frozenset({Kind.TEXT, Kind.CODES})
_DIGIT, _GUTTER = 7, 5
_A4, _PAPER = 9, 985
_LEAST_SCALE, _SCALE = 45, 60
_ROOM = 78


def row_height(columns: Sequence[Column], values: Iterable[Value]) -> int:
    """The height (in points) that shows every wrapped text of a row whole."""
    most = 1
    for column, value in zip(columns, values, strict=True):
        if value and column.kind in WRAPPED:
            most = max(most, _lines(plain_text(value), _room(column)))
    return LINE * most


def header_height(columns: Sequence[Column]) -> int:
    """The height (in points) that shows every title whole beside its filter arrow; two lines at least."""
    return LINE * max(2, *(_lines(column.title, column.width - 3) for column in columns)) + 2


def print_setup(
    worksheet: Worksheet, columns: Sequence[Column], repeated: int, first_title: int, last_title: int
) -> None:
    """A4 landscape, the titles on every page; one page wide, or several that can be read.

    repeated: how many first columns come back when there are several. first_title, last_title: rows from 0.
    """
    worksheet.set_landscape()
    worksheet.set_paper(_A4)
    breaks = page_breaks(columns, repeated)
    if breaks:
        worksheet.set_print_scale(_scale(columns, repeated, breaks))
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
    return max(_LEAST_SCALE, min(_SCALE, _PAPER * _ROOM // max(widths)))


def page_breaks(columns: Sequence[Column], repeated: int) -> list[int]:
    """Where an A4 landscape page ends so that its text can be read: the first column of each next page.

    repeated: how many first columns come back on every page. Columns of one group stay together.
    Nothing when the whole width fits on one page without becoming too small.
    """
    if _pixels(columns) * _LEAST_SCALE <= _PAPER * 100:
        return []
    breaks, taken = [], 0
    for start, end in blocks(columns):
        width = _pixels(columns[start:end])
        if taken and (taken + width) * _SCALE > _PAPER * 100:
            breaks.append(start)
            taken = _pixels(columns[:repeated])
        taken += width
    return breaks


def blocks(columns: Sequence[Column]) -> list[tuple[int, int]]:
    """The columns that belong together, as (first, one past the last): those under one group, else one by one."""
    found: list[tuple[int, int]] = []
    for place, column in enumerate(columns):
        if place and column.group and column.group == columns[place - 1].group:
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return found


def _room(column: Column) -> int:
    """How many characters one line holds: letters are narrower than digits, capitals are not."""
    return column.width if column.kind is Kind.CODES else column.width * 11 // 10


def _lines(text: str, width: int) -> int:
    if len(text) <= width and "\n" not in text:
        return 1
    return sum(len(wrap(part, width)) or 1 for part in text.splitlines()) or 1


def _pixels(columns: Sequence[Column]) -> int:
    return sum(_DIGIT * column.width + _GUTTER for column in columns)
