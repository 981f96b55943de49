"""Where imported values come from: the files read and the rows that changed the base. Append-only (migration 0009)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

import ledger.journal.model  # noqa: F401 -- its tables are the targets of foreign keys
from ledger.storage.base import Base
from ledger.storage.columns import JsonText


class ImportedFile(Base):
    """A file whose rows changed the base at least once: its name, what it held (SHA-256), who imported it and when."""

    __tablename__ = "imported_file"

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    sha256: Mapped[str]
    recorded_at: Mapped[datetime]
    agent: Mapped[str]
    command: Mapped[str]


class ImportedRow(Base):
    """A row that was new or changed: its sheet, its key, and the cell of each value."""

    __tablename__ = "imported_row"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "file"], ["imported_file.contract", "imported_file.number"], name="fk_imported_row_file"
        ),
        CheckConstraint("change IN ('nouvelle', 'modifiee')", name="change_known"),
        Index("ix_imported_row_sheet_key", "contract", "sheet", "key"),
    )

    contract: Mapped[str] = mapped_column(primary_key=True)
    file: Mapped[int] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    sheet: Mapped[str]
    key: Mapped[str]
    change: Mapped[str]
    cells: Mapped[dict[str, str]] = mapped_column(JsonText())
