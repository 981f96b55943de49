"""Credits that a financeur says it will take back, or freezes: nothing of the book moves until it does."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.core.money import Money
from ledger.journal.vocabulary import AnnouncementKind
from ledger.storage.base import ACT_DAY, ContractRow

REFERS_TO = ("ledger.journal.model.contracts",)


class CreditAnnouncement(ContractRow):
    """A lowering announced, or credits frozen, on a line and year; what lifts a freeze is one below zero.

    entry_number: its entry, which moves nothing. effect_number: the entry that made the lowering effective, since
    effect_on; restored_on: since when it is announced only again, that entry undone.
    """

    __tablename__ = "credit_announcement"
    __table_args__ = (
        UniqueConstraint("contract", "entry_number"),
        CheckConstraint(AnnouncementKind.check("kind"), name="kind"),
        CheckConstraint("amount > 0 OR (kind = 'gel' AND amount < 0)", name="amount_signed"),
        CheckConstraint("(undone_on IS NULL) = (reversal_number IS NULL)", name="undone"),
        CheckConstraint("(effect_on IS NULL) = (effect_number IS NULL)", name="effective"),
    )

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    line: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    amount: Mapped[Money]
    announced_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    piece: Mapped[str]
    entry_number: Mapped[int]
    effect_number: Mapped[int | None] = mapped_column(default=None)
    effect_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    restored_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    reversal_number: Mapped[int | None] = mapped_column(default=None)
    undone_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
