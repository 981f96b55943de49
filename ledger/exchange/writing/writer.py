"""Workbooks written from their declarations: the same content always gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.exchange.declaration import Sheet, Table
from ledger.exchange.writing.lists import Lists
from ledger.exchange.writing.page import Page
from ledger.exchange.writing.styles import Styles
from ledger.storage.delivered_files import AUTHOR, UNTOUCHED, deliver_file
from ledger.storage.driver import many_objects

if TYPE_CHECKING:
    from xlsxwriter import Workbook

META = "_meta"
FORMAT = "cofiville-1"
_CREATED = datetime.fromisoformat(UNTOUCHED.removesuffix("Z"))
_OF_ONE_SENDING = ("envoi", "jour", "sceau", "sceau_actes")


def write_workbook(
    path: Path, tables: Sequence[Table], lists: Lists | None = None, *, about: Mapping[str, str] | None = None
) -> None:
    """Write the tables, one sheet each in this order, then the lists their drop-downs offer.

    lists: by name, (code, label) pairs. about: more lines for the hidden sheet that describes the file.
    raises: FileInTheWay, FileNotWritten.
    """
    deliver_file(path, workbook_bytes(tables, lists or {}, about or {}))


def workbook_bytes(tables: Sequence[Table], lists: Lists, about: Mapping[str, str]) -> bytes:
    """The workbook as bytes."""
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    with many_objects(), Workbook(stream, {"in_memory": True, "strings_to_urls": False}) as workbook:
        subject = " · ".join(f"{name} {value}" for name, value in sorted(about.items()) if name not in _OF_ONE_SENDING)
        title = tables[0].sheet.title
        workbook.set_properties({"title": title, "subject": subject, "author": AUTHOR, "created": _CREATED})
        styles = Styles(workbook)
        used = {column.list_name for table in tables for column in table.sheet.columns if column.list_name}
        offered = {name: entries for name, entries in lists.items() if name in used and entries}
        pages = [Page(table, tables, styles, offered) for table in tables]
        for page in pages:
            worksheet = workbook.add_worksheet(page.sheet.name)
            page.write(worksheet)
            page.chart(workbook, worksheet)
        if offered:
            _write_lists(workbook, offered, styles)
        _write_meta(workbook, [table.sheet for table in tables], about)
    return stream.getvalue()


def _write_lists(workbook: Workbook, lists: Lists, styles: Styles) -> None:
    worksheet = workbook.add_worksheet("Listes")
    worksheet.write_string(0, 0, "Listes proposées dans les autres feuilles", styles.title)
    for index, (name, entries) in enumerate(sorted(lists.items())):
        left = index * 3
        worksheet.write_string(2, left, name.capitalize(), styles.header)
        worksheet.write_string(2, left + 1, "Libellé", styles.header)
        worksheet.set_column(left, left, 28)
        worksheet.set_column(left + 1, left + 1, 50)
        for row, (code, label) in enumerate(entries, start=3):
            worksheet.write_string(row, left, code)
            worksheet.write_string(row, left + 1, label)
        column = chr(ord("A") + left)
        workbook.define_name(f"Liste_{name}", f"=Listes!${column}$4:${column}${3 + len(entries)}")
    worksheet.freeze_panes(3, 0)
    worksheet.set_landscape()
    worksheet.set_paper(9)
    worksheet.fit_to_pages(1, 0)


def _write_meta(workbook: Workbook, sheets: Sequence[Sheet], about: Mapping[str, str]) -> None:
    worksheet = workbook.add_worksheet(META)
    lines = [("format", FORMAT), *sorted(about.items())]
    lines += [
        (f"feuille {sheet.name}", "calculée" if sheet.computed else f"version {sheet.version}") for sheet in sheets
    ]
    for row, (name, value) in enumerate(lines):
        worksheet.write_string(row, 0, name)
        worksheet.write_string(row, 1, value)
    worksheet.very_hidden()
    workbook.set_custom_property("Cofiville", FORMAT, "text")
