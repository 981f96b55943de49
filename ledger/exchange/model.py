"""Where imported values come from, what partners' files say, what was sent, layouts saved. All append-only."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from ledger.exchange.vocabulary import State
from ledger.storage.base import UNTRACKED, ContractRow, JsonText

REFERS_TO = ("ledger.journal.model.contracts",)


class ImportedFile(ContractRow):
    """A file whose rows changed the base at least once: its name, what it held (SHA-256), who imported it and when."""

    __tablename__ = "imported_file"
    __table_args__ = ({"info": {UNTRACKED: True}},)

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    sha256: Mapped[str]
    recorded_at: Mapped[datetime]
    agent: Mapped[str]
    command: Mapped[str]


class ImportedRow(ContractRow):
    """A row that was new or changed: its sheet, its key, and the cell of each value."""

    __tablename__ = "imported_row"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "file"], ["imported_file.contract", "imported_file.number"], name="fk_imported_row_file"
        ),
        CheckConstraint(State.check("change", but=(State.SAME,)), name="change_known"),
        Index("ix_imported_row_sheet_key", "contract", "sheet", "key"),
        {"info": {UNTRACKED: True}},
    )

    file: Mapped[int] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    sheet: Mapped[str]
    key: Mapped[str]
    change: Mapped[str]
    cells: Mapped[dict[str, str]] = mapped_column(JsonText())


class PartnerRow(ContractRow):
    """A line of a partner's file: another version each time a later file says otherwise, or no longer has it (gone).

    facts: its values by field, as scripts read them. unread: its other cells, by field where they could not be read, by
    title where the column is not known. file: the number of the imported file that said so (none before 2026-11-30).
    sender: who sent it, where the line itself does not name an attribuant.
    """

    __tablename__ = "partner_row"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version_from_one"),
        Index("ix_partner_row_siret", "contract", "siret"),
    )

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    profile: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int | None]
    siret: Mapped[str]
    facts: Mapped[dict[str, str]] = mapped_column(JsonText())
    unread: Mapped[dict[str, str]] = mapped_column(JsonText(), server_default="{}")
    file: Mapped[int | None]
    sender: Mapped[str] = mapped_column(server_default="")
    gone: Mapped[bool] = mapped_column(server_default=false())


class SentWorkbook(ContractRow):
    """A workbook sent out: its number, the state of the book it shows, and its very bytes (base64).

    acts_seal: the last act of the contract when it was made ("45:ab12…"); "" for one sent before acts were told.
    """

    __tablename__ = "sent_workbook"
    __table_args__ = ({"info": {UNTRACKED: True}},)

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    year: Mapped[int]
    sent_on: Mapped[date]
    recorded_at: Mapped[datetime]
    agent: Mapped[str]
    entries: Mapped[int]
    seal: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[str]
    acts_seal: Mapped[str] = mapped_column(default="", server_default="")


class SavedProfile(ContractRow):
    """A layout that a user matched with one of ours: the title of each field in her partner's file."""

    __tablename__ = "saved_profile"

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    model: Mapped[str]
    titles: Mapped[dict[str, str]] = mapped_column(JsonText())
    recorded_at: Mapped[datetime]
    agent: Mapped[str]
