"""Where values come from: the file (name, SHA-256), the sheet, the cell; remembered, and found again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.exchange.declaration import Sheet
from ledger.exchange.importing.diff import RowDiff
from ledger.exchange.model import ImportedFile, ImportedRow
from ledger.exchange.vocabulary import State
from ledger.exchange.workbook import Reading
from ledger.storage.driver import insert_rows
from ledger.storage.session import context

_NUMBER = "#"


def record_provenance(session: Session, reading: Reading, changed: Sequence[RowDiff]) -> None:
    """Keep the file, and the cell of every value of it that changed the base."""
    contract, agent, command = context(session).signature
    number = next_file_number(session)
    session.add(
        ImportedFile(
            contract=contract,
            number=number,
            name=reading.path.name,
            sha256=reading.sha256,
            recorded_at=datetime.now(UTC),
            agent=agent,
            command=command,
        )
    )
    session.flush()
    insert_rows(session, ImportedRow, list(_rows(contract, number, changed)))


def next_file_number(session: Session) -> int:
    """The number of the file being imported, if it changes the base."""
    last = session.scalar(select(func.max(ImportedFile.number)))
    return (last or 0) + 1


def _rows(contract: str, file: int, changed: Sequence[RowDiff]) -> Iterator[tuple[object, ...]]:
    """In the order of the table's columns; of a row that was there, only the cells that changed something."""
    whole: dict[int, str] = {}
    for rank, diff in enumerate(changed, start=1):
        row, letters = diff.row, diff.row.cells.letters
        tab = f"{row.made_from}!" if row.made_from else ""
        if diff.state is State.NEW:
            # The rows of one sheet share their letters: only the number differs from one to the next.
            text = whole.get(id(letters)) or whole.setdefault(id(letters), _json(letters, letters, tab))
        else:
            text = _json(letters, [each.column.field for each in diff.changes], tab)
        yield contract, file, rank, row.sheet.name, row.key, str(diff.state), text.replace(_NUMBER, str(row.number))


def _json(letters: Mapping[str, str], fields: Iterable[str], tab: str) -> str:
    """The cells of these fields, on a row whose number is still to be written."""
    cells = {name: tab + letters[name] + _NUMBER for name in sorted(fields) if name in letters}
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":"))


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


def brought_by(session: Session, name: str, year: int) -> frozenset[tuple[str, str, str]]:
    """The values of the actions of a year that a file of this name was the last to bring: sheet, key, field."""
    query = (
        select(ImportedRow, ImportedFile.name)
        .join(ImportedFile, ImportedFile.number == ImportedRow.file)
        .where(ImportedRow.key.startswith(f"{year}-"))
        .order_by(ImportedRow.file, ImportedRow.rank)
    )
    last = {(row.sheet, row.key, field): file for row, file in session.execute(query) for field in row.cells}
    return frozenset(place for place, file in last.items() if file == name)


def _origin(sheet: Sheet, row: ImportedRow, file: ImportedFile, title: str, cell: str) -> CellOrigin:
    return CellOrigin(sheet.name, row.key, title, cell, file.name, file.sha256, file.recorded_at, file.agent)


def _in_order(sheet: Sheet, last: dict[str, dict[str, CellOrigin]]) -> list[CellOrigin]:
    fields: Sequence[str] = [column.field for column in sheet.columns]
    return [last[key][field] for key in sorted(last) for field in fields if field in last[key]]
