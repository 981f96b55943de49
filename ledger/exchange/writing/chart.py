"""The native chart of an exported table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ledger.exchange.declaration import Column, Table

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
