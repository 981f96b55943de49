"""Remembering where values come from: the file (name, SHA-256), the sheet, the cells."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.exchange.importing.diff import RowDiff, State
from ledger.exchange.model import ImportedFile, ImportedRow
from ledger.exchange.workbook import Reading
from ledger.storage.bulk import insert_rows
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
        if diff.state is State.NEW:
            # The rows of one sheet share their letters: only the number differs from one to the next.
            text = whole.get(id(letters)) or whole.setdefault(id(letters), _json(letters, letters))
        else:
            text = _json(letters, [each.column.field for each in diff.changes])
        yield contract, file, rank, row.sheet.name, row.key, str(diff.state), text.replace(_NUMBER, str(row.number))


def _json(letters: Mapping[str, str], fields: Iterable[str]) -> str:
    """The cells of these fields, on a row whose number is still to be written."""
    cells = {name: letters[name] + _NUMBER for name in sorted(fields) if name in letters}
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":"))
