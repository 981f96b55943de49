"""The annotated copy of a file that is no workbook of Excel: its cells in a new one, problems marked and listed."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from ledger.core.errors import Level, Problem
from ledger.exchange.annotating.cell_marks import ORANGE, RED
from ledger.exchange.annotating.problem_sheet import (
    FIRST_ROW,
    HEADINGS,
    TITLE,
    WIDTHS,
    anchor,
    by_weight,
    quoted_tab,
    summary,
)
from ledger.exchange.opening.grid import Grid, RawValue
from ledger.exchange.opening.places import cell_name
from ledger.exchange.reading.cells import shown

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_CREATED = datetime(2016, 1, 1)  # noqa: DTZ001 — workbooks know no time zone
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def annotated_copy(grids: Sequence[Grid], problems: Sequence[Problem]) -> bytes:
    """The workbook as bytes: text stays text, numbers and days keep their kind."""
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"author": "Cofiville", "created": _CREATED})
        names = _tabs(grids)
        for grid in grids:
            _write_grid(workbook, grid, names[grid.name], problems)
        _write_problems(workbook, problems, names)
    return stream.getvalue()


def _tabs(grids: Sequence[Grid]) -> dict[str, str]:
    """By name, a name that a workbook accepts."""
    names: dict[str, str] = {}
    for place, grid in enumerate(grids, start=1):
        name = _FORBIDDEN.sub(" ", grid.name).strip("'")[:28].strip() or f"Feuille {place}"
        taken = {each.casefold() for each in (*names.values(), "problèmes", "history")}
        names[grid.name] = name if name.casefold() not in taken else f"{name[:25]} {place}"
    return names


def _write_grid(workbook: Workbook, grid: Grid, name: str, problems: Sequence[Problem]) -> None:
    worksheet = workbook.add_worksheet(name)
    colours = {Level.ERROR: f"#{RED}", Level.ALERT: f"#{ORANGE}"}
    marked: dict[str, str] = {}
    for found in by_weight(problems):
        if found.sheet == grid.name and found.level in colours and anchor(found):
            marked.setdefault(anchor(found), colours[found.level])
    looks: dict[tuple[str, str], Any] = {}

    def look(cell: str, layout: str) -> Any:
        colour = marked.pop(cell, "")
        if (colour, layout) not in looks:
            wanted = {"num_format": layout} if layout else {}
            looks[colour, layout] = workbook.add_format({**wanted, **({"bg_color": colour} if colour else {})})
        return looks[colour, layout]

    for index, row in enumerate(grid.rows):
        for position, value in enumerate(row):
            if value != "":
                _write(worksheet, index, position, value, look(cell_name(index, position), _layout(value)))
    for cell in list(marked):
        worksheet.write_blank(cell, None, look(cell, ""))
    worksheet.set_column(0, 60, 16)


def _layout(value: RawValue) -> str:
    return "dd/mm/yyyy" if isinstance(value, date) else "@" if isinstance(value, str) else ""


def _write(worksheet: Any, row: int, column: int, value: RawValue, look: Any) -> None:
    match value:
        case bool():
            worksheet.write_boolean(row, column, value, look)
        case int() | float():
            worksheet.write_number(row, column, value, look)
        case date() if value.year >= 1900:
            worksheet.write_datetime(row, column, value, look)
        case str():
            worksheet.write_string(row, column, value[:32_000], look)
        case time() | _:
            worksheet.write_string(row, column, shown(value), look)


def _write_problems(workbook: Workbook, problems: Sequence[Problem], names: dict[str, str]) -> None:
    worksheet = workbook.add_worksheet("Problèmes")
    top = {"valign": "top", "text_wrap": True}
    plain, link = workbook.add_format(top), workbook.add_format({**top, "font_color": "#0563C1", "underline": 1})
    heading = workbook.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "valign": "top"})
    levels = {
        Level.ERROR: workbook.add_format({**top, "bg_color": f"#{RED}"}),
        Level.ALERT: workbook.add_format({**top, "bg_color": f"#{ORANGE}"}),
        Level.INFORMATION: plain,
    }
    title = workbook.add_format({"bold": True, "font_size": 16, "font_color": "#1F4E79"})
    worksheet.write_string(0, 0, TITLE, title)
    worksheet.write_string(1, 0, summary(problems))
    for place, (name, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
        worksheet.set_column(place, place, width)
        worksheet.write_string(FIRST_ROW - 2, place, name, heading)
    for row, found in enumerate(by_weight(problems), start=FIRST_ROW - 1):
        worksheet.write_string(row, 0, str(found.level), levels[found.level])
        words = (names.get(found.sheet, found.sheet), found.cell, found.found, found.expected, found.message)
        for place, text in enumerate(words, start=1):
            worksheet.write_string(row, place, text, plain)
        if anchor(found) and found.sheet in names:
            target = f"internal:{quoted_tab(names[found.sheet])}!{anchor(found)}"
            worksheet.write_url(row, 2, target, link, found.cell)
    worksheet.freeze_panes(FIRST_ROW - 1, 0)
    worksheet.hide_gridlines(2)
    worksheet.set_tab_color("#C00000")
    worksheet.set_landscape()
    worksheet.set_paper(9)
    worksheet.fit_to_pages(1, 0)
