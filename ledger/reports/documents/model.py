"""What documents said when their act was done, and the Word templates they were then filled in; append-only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ledger.storage.base import ACT_DAY, UNTRACKED, ContractRow, JsonText

REFERS_TO = ("ledger.journal.model.contracts",)


class KeptDocument(ContractRow):
    """What a document says as its act left it: every field but those of a person, and the day of that act.

    kind, key: as `document editer` names them. rank: 1 at the act itself, more where a later act (an avenant) makes
    another state of it. entry_number: that of the act; None where it wrote no entry. template: the sha256 of its Word
    template, among those kept; None before 2026-11-30, or where that template could not be read. sha256: of the
    canonical facts, and of the template's where there is one.
    """

    __tablename__ = "kept_document"
    __table_args__ = (CheckConstraint("rank >= 1", name="rank_from_one"),)

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    act_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    entry_number: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JsonText())
    sha256: Mapped[str]
    recorded_at: Mapped[datetime]
    agent: Mapped[str]
    command: Mapped[str]
    template: Mapped[str | None] = mapped_column(default=None)


class KeptTemplate(ContractRow):
    """A Word template that documents kept were filled in: its bytes (compressed, then base64) and their size."""

    __tablename__ = "kept_template"
    __table_args__ = (CheckConstraint("size >= 1", name="size_from_one"), {"info": {UNTRACKED: True}})

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]
    size: Mapped[int]
    recorded_at: Mapped[datetime]
