"""Where a value comes from: the last file that brought it, the sheet and the cell it stood in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.exchange.declaration import Sheet
from ledger.exchange.model import ImportedFile, ImportedRow


@dataclass(frozen=True, slots=True)
class CellOrigin:
    """One imported value: its row's key, its column's title, and the cell of the file that last brought it."""

    sheet: str
    key: str
    title: str
    cell: str
    file: str
    sha256: str
    recorded_at: datetime
    agent: str


def origins(session: Session, sheet: Sheet, *key: str) -> list[CellOrigin]:
    """Each imported value of the rows whose key begins with these parts, in the order of rows then columns.

    A value typed by a command since it was imported is not known to be so: the journal tells acts.
    """
    start = " · ".join(key)
    beginning = f"{start} · "
    query = (
        select(ImportedRow, ImportedFile)
        .join(ImportedFile, ImportedFile.number == ImportedRow.file)
        .where(
            ImportedRow.sheet == sheet.name,
            (ImportedRow.key == start) | ImportedRow.key.startswith(beginning, autoescape=True),
        )
        .order_by(ImportedRow.file, ImportedRow.rank)
    )
    last: dict[str, dict[str, CellOrigin]] = {}
    for row, file in session.execute(query):
        known = last.setdefault(row.key, {})
        for column in sheet.columns:
            if column.field in row.cells:
                known[column.field] = _origin(sheet, row, file, column.title, row.cells[column.field])
    return _in_order(sheet, last)


def _origin(sheet: Sheet, row: ImportedRow, file: ImportedFile, title: str, cell: str) -> CellOrigin:
    return CellOrigin(sheet.name, row.key, title, cell, file.name, file.sha256, file.recorded_at, file.agent)


def _in_order(sheet: Sheet, last: dict[str, dict[str, CellOrigin]]) -> list[CellOrigin]:
    fields: Sequence[str] = [column.field for column in sheet.columns]
    return [last[key][field] for key in sorted(last) for field in fields if field in last[key]]
