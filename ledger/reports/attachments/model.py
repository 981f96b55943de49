"""Files filed with an object of the base: what each is, its digest, and its bytes until they are erased."""

from __future__ import annotations

from datetime import date, datetime
from secrets import token_hex

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ledger.reports.vocabulary import AttachmentKind
from ledger.storage.base import ACT_DAY, SALT, UNTRACKED, ContractRow

REFERS_TO = ("ledger.journal.model.contracts",)


class AttachedFile(ContractRow):
    """A file filed with an object, named by its genre and code as histories name it.

    sha256, size: of its bytes; they stay when name and content (compressed, then base64) are erased, for `reason`.
    personal: it holds data of a person, and is left out of archives.
    salt: hashed with the name and the content in what acts seal, and erased with them.
    """

    __tablename__ = "attached_file"
    __table_args__ = (
        CheckConstraint(AttachmentKind.check("kind"), name="kind"),
        CheckConstraint("size >= 1", name="size_from_one"),
        CheckConstraint("(content IS NULL) = (erased_at IS NOT NULL)", name="erased"),
        {"info": {UNTRACKED: True}},
    )

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    genre: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    filed_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    sha256: Mapped[str]
    size: Mapped[int]
    personal: Mapped[bool]
    recorded_at: Mapped[datetime]
    agent: Mapped[str]
    name: Mapped[str | None] = mapped_column(info={SALT: "salt"})
    content: Mapped[str | None] = mapped_column(info={SALT: "salt"})
    erased_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(default="", server_default="")
    salt: Mapped[str | None] = mapped_column(default_factory=lambda: token_hex(16), info={UNTRACKED: True})
