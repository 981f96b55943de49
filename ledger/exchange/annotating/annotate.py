"""The user's own file given back with its problems marked: nothing else in a workbook changes, to the byte."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from xml.sax.saxutils import quoteattr

from ledger.core.errors import Level, Problem
from ledger.exchange.annotating.cell_marks import COLOURS, ORANGE, RED, StylesPart, Unmarkable, mark_cells
from ledger.exchange.annotating.problem_sheet import (
    FIRST_ROW,
    HEADINGS,
    TITLE,
    WIDTHS,
    by_weight,
    cell_anchor,
    problem_looks,
    problem_summary,
    quoted_tab,
    sheet_xml,
)
from ledger.exchange.opening.grid import Grid, RawValue, cell_name, column_number
from ledger.exchange.opening.limits import FileRefused
from ledger.exchange.opening.open_file import PARSE_TROUBLE, sheet_parts
from ledger.exchange.opening.values import damaged
from ledger.exchange.reading.cells import cell_shown
from ledger.storage.delivered_files import deliver_file

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
        if found.sheet == grid.name and found.level in colours and cell_anchor(found):
            marked.setdefault(cell_anchor(found), colours[found.level])
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
            worksheet.write_string(row, column, cell_shown(value), look)


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
    worksheet.write_string(1, 0, problem_summary(problems))
    for place, (name, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
        worksheet.set_column(place, place, width)
        worksheet.write_string(FIRST_ROW - 2, place, name, heading)
    for row, found in enumerate(by_weight(problems), start=FIRST_ROW - 1):
        worksheet.write_string(row, 0, str(found.level), levels[found.level])
        words = (names.get(found.sheet, found.sheet), found.cell, found.found, found.expected, found.message)
        for place, text in enumerate(words, start=1):
            worksheet.write_string(row, place, text, plain)
        if cell_anchor(found) and found.sheet in names:
            target = f"internal:{quoted_tab(names[found.sheet])}!{cell_anchor(found)}"
            worksheet.write_url(row, 2, target, link, found.cell)
    worksheet.freeze_panes(FIRST_ROW - 1, 0)
    worksheet.hide_gridlines(2)
    worksheet.set_tab_color("#C00000")
    worksheet.set_landscape()
    worksheet.set_paper(9)
    worksheet.fit_to_pages(1, 0)


Marked: TypeAlias = dict[tuple[int, int], str]

_TAB = "Problèmes"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_STYLES, _BOOK, _LINKS, _TYPES = "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"


def annotate(source: Path, content: bytes, grids: Sequence[Grid], problems: Sequence[Problem], target: Path) -> None:
    """Write the file's annotated copy.

    A workbook of Excel keeps its form; another file becomes a new .xlsx that holds its cells.
    raises: FileRefused when the copy would take the place of the file, or change its kind, or cannot be written.
    """
    excel = any(grid.part for grid in grids)
    wanted = source.suffix.lower() if excel and source.suffix.lower() in (".xlsx", ".xlsm") else ".xlsx"
    if target.suffix.lower() != wanted:
        raise FileRefused(f"La copie annotée est un fichier {wanted}.", f"Nommez-la par exemple annote{wanted}.")
    if target.exists() and target.resolve() == source.resolve():
        raise FileRefused("La copie annotée prendrait la place du fichier lu.", "Donnez-lui un autre nom.")
    deliver_file(target, _annotated(source, content, grids, problems) if excel else annotated_copy(grids, problems))


def _annotated(source: Path, content: bytes, grids: Sequence[Grid], problems: Sequence[Problem]) -> bytes:
    try:
        return annotated(content, grids, problems)
    except (*PARSE_TROUBLE, IndexError) as trouble:
        if source.suffix.lower() == ".xlsm":
            raise damaged(source.name) from trouble
        return annotated_copy(grids, problems)


def annotated(content: bytes, grids: Sequence[Grid], problems: Sequence[Problem]) -> bytes:
    """The bytes of the workbook with its problems marked on its cells and listed on a sheet of their own."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        changed = _changes(archive, grids, problems)
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as copy:
            for part in archive.infolist():
                copy.writestr(part, changed.pop(part.filename, b"") or archive.read(part))
            for name, xml in changed.items():
                copy.writestr(zipfile.ZipInfo(name, (2016, 1, 1, 0, 0, 0)), xml, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _changes(archive: zipfile.ZipFile, grids: Sequence[Grid], problems: Sequence[Problem]) -> dict[str, bytes]:
    parts = sheet_parts(archive)
    names = set(archive.namelist())
    styles = StylesPart(archive.read(_STYLES) if _STYLES in names else b"")
    changed = _marked(archive, parts, _wanted(problems), styles) if styles.usable else {}
    look = problem_looks(styles)
    book = archive.read(_BOOK)
    namespace = (re.search(rb"xmlns(?::\w+)?=\"([^\"]*/(?:main|spreadsheetml/main))\"", book) or [b"", _MAIN.encode()])[
        1
    ]
    listed = sheet_xml(namespace.decode(), problems, frozenset(parts), look)
    if styles.usable:
        changed[_STYLES] = styles.xml()
    ours = next((grid.part for grid in grids if _is_ours(grid)), "")
    if ours:
        return changed | {ours: listed}
    return changed | _with_sheet(archive, book, names, parts, listed)


def _marked(
    archive: zipfile.ZipFile, parts: Mapping[str, str], wanted: Mapping[str, Marked], styles: StylesPart
) -> dict[str, bytes]:
    """The parts of the sheets where a mark comes or goes."""
    changed = {}
    for tab, part in parts.items():
        if tab in wanted or styles.has_painted(COLOURS):
            xml = archive.read(part)
            try:
                marked = mark_cells(xml, wanted.get(tab, {}), styles)
            except Unmarkable:
                continue
            if marked != xml:
                changed[part] = marked
    return changed


def _wanted(problems: Sequence[Problem]) -> dict[str, Marked]:
    """By sheet, the colour of each cell to mark; an error hides an alert."""
    wanted: dict[str, Marked] = {}
    for found in problems:
        cells = wanted.setdefault(found.sheet, {})
        cell = cell_anchor(found)
        if cell and found.level is not Level.INFORMATION:
            letters = cell.rstrip("0123456789")
            place = (int(cell[len(letters) :]) - 1, column_number(letters) - 1)
            if found.level is Level.ERROR or place not in cells:
                cells[place] = RED if found.level is Level.ERROR else ORANGE
    return wanted


def _is_ours(grid: Grid) -> bool:
    return bool(grid.part and grid.rows and grid.rows[0] and grid.rows[0][0] == TITLE)


def _with_sheet(
    archive: zipfile.ZipFile, book: bytes, names: set[str], parts: Mapping[str, str], listed: bytes
) -> dict[str, bytes]:
    """The parts that make a new last sheet known to the workbook."""
    tabs = {name.casefold() for name in parts}
    tab = next(name for name in (_TAB, *(f"{_TAB} {n}" for n in range(2, 1000))) if name.casefold() not in tabs)
    part = next(name for n in range(1000) if (name := f"xl/worksheets/problemes{n or ''}.xml") not in names)
    links, types = archive.read(_LINKS), archive.read(_TYPES)
    known = {each.decode("utf-8", "replace") for each in re.findall(rb"\bId=\"([^\"]*)\"", links)}
    identifier = next(name for n in range(10_000) if (name := f"rIdProblemes{n or ''}") not in known)
    kind = (re.search(rb"Type=\"([^\"]*)/worksheet\"", links) or [b"", _OFFICE.encode()])[1].decode()
    number = 1 + max((int(each) for each in re.findall(rb"\bsheetId=\"(\d{1,9})\"", book)), default=0)
    root = re.search(rb"<(?:\w+:)?workbook\b[^>]*>", book)
    prefix = re.search(rb"xmlns:(\w+)=\"%s\"" % re.escape(kind.encode()), root[0] if root else b"")
    attribute = f"{prefix[1].decode()}:id" if prefix else "r:id"
    declared = "" if prefix else f' xmlns:r="{kind}"'
    p = ((re.search(rb"</(\w+:)?sheets>", book) or [b"", b""])[1] or b"").decode()
    return {
        part: listed,
        _BOOK: _before(
            book,
            rb"</(?:\w+:)?sheets>",
            f'<{p}sheet{declared} name={quoteattr(tab)} sheetId="{number}" {attribute}="{identifier}"/>',
        ),
        _LINKS: _before(
            links,
            rb"</(?:\w+:)?Relationships>",
            f'<Relationship Id="{identifier}" Type="{kind}/worksheet" Target="/{part}"/>',
        ),
        _TYPES: _before(types, rb"</(?:\w+:)?Types>", f'<Override PartName="/{part}" ContentType="{_SHEET_TYPE}"/>'),
    }


def _before(xml: bytes, closing: bytes, added: str) -> bytes:
    return re.sub(closing, lambda found: added.encode() + found[0], xml, count=1)
