"""The table of what became of every row of business: what each act inserted, changed or deleted, and since when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from ledger.storage.base import UNTRACKED, WRITTEN_BESIDE, Base, JsonText
from ledger.storage.vocabulary import ChangeKind


class RowChange(Base):
    """One row inserted, updated or deleted by an act; append-only.

    act, rank: which act of the program did it, and where in it. row_key: the primary key. before: what the columns it
    changes held before it (every column of a row deleted), as SQLite stores them; None for a row inserted.
    effect_on: the day it counts from. dated: whether an act with a day of its own says so, else it is the day the book
    had reached.
    """

    __tablename__ = "row_change"
    __table_args__ = (
        CheckConstraint(ChangeKind.check("kind"), name="kind"),
        CheckConstraint("(before IS NULL) = (kind = 'insert')", name="before"),
        Index("ix_row_change_effect_on", "effect_on"),
        Index("ix_row_change_row", "table_name", "row_key"),
        Index("ix_row_change_dated", "dated", "recorded_at"),
        {"info": {UNTRACKED: True, WRITTEN_BESIDE: True}},
    )

    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    act: Mapped[int] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    table_name: Mapped[str]
    row_key: Mapped[list[Any]] = mapped_column(JsonText())
    kind: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JsonText())
    effect_on: Mapped[date]
    dated: Mapped[bool]
    agent: Mapped[str]
    command: Mapped[str]
