"""Remembering where values come from: the file (name, SHA-256), the sheet, the cells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from ledger.exchange.diff import RowDiff
from ledger.exchange.model import ImportedFile, ImportedRow
from ledger.exchange.workbook import Reading
from ledger.journal.context import context


def record_provenance(session: Session, reading: Reading, changed: Sequence[RowDiff]) -> None:
    """Keep the file and the rows of it that changed the base."""
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
    if not changed:
        return
    session.execute(
        insert(ImportedRow),
        [
            {
                "contract": contract,
                "file": number,
                "rank": rank,
                "sheet": diff.row.sheet.name,
                "key": diff.row.key,
                "change": str(diff.state),
                "cells": dict(diff.row.cells),
            }
            for rank, diff in enumerate(changed, start=1)
        ],
    )
