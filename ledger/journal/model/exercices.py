"""The budget years of a contract."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ledger.storage.base import ACT_DAY, ContractRow

REFERS_TO = ("ledger.journal.model.contracts",)


class Exercice(ContractRow):
    """A budget year of a contract: its days take entries until it is closed."""

    __tablename__ = "exercice"

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    closed_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closing_seal: Mapped[str | None] = mapped_column(default=None)
    closing_entries: Mapped[int | None] = mapped_column(default=None)

    @property
    def state(self) -> str:
        """The word shown to users: "ouvert" or "clos"."""
        return "ouvert" if self.closed_on is None else "clos"
