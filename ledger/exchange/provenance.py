"""Remembering where values come from: the file (name, SHA-256), the sheet, the cells."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.exchange.diff import RowDiff, State
from ledger.exchange.model import ImportedFile, ImportedRow
from ledger.exchange.workbook import Reading
from ledger.journal.context import context
from ledger.storage.bulk import insert_rows


def record_provenance(session: Session, reading: Reading, changed: Sequence[RowDiff]) -> None:
    """Keep the file, and the cell of every value of it that changed the base."""
    contract, agent, command = context(session)
    last = session.scalar(select(func.max(ImportedFile.number)).where(ImportedFile.contract == contract))
    number = (last or 0) + 1
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


def _rows(contract: str, file: int, changed: Sequence[RowDiff]) -> Iterator[tuple[object, ...]]:
    """In the order of the table's columns; of a row that was there, only the cells that changed something."""
    for rank, diff in enumerate(changed, start=1):
        row = diff.row
        fields = sorted(row.cells) if diff.state is State.NEW else sorted(each.column.field for each in diff.changes)
        cells = {name: row.cells[name] for name in fields if name in row.cells}
        text = json.dumps(cells, ensure_ascii=False, separators=(",", ":"))
        yield contract, file, rank, row.sheet.name, row.key, str(diff.state), text
