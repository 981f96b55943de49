"""Table of what other financeurs decided of the money they pay themselves: constats, as their payments are."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

import ledger.conventions.model
import ledger.referential.model  # noqa: F401 -- its tables are the targets of foreign keys
from ledger.core.money import Money
from ledger.storage.base import ACT_DAY, ContractRow


class FinalDecision(ContractRow):
    """The final amount that a financeur decided for one line of a convention it pays; the last one counts.

    entry_number: the entry that makes the book follow it. undone_on, reversal_number: once that entry is undone.
    """

    __tablename__ = "final_decision"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_final_decision_convention",
        ),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("(undone_on IS NULL) = (reversal_number IS NULL)", name="undone"),
    )

    convention: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(ForeignKey("credit_line.code"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[Money]
    decided_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    piece: Mapped[str]
    entry_number: Mapped[int]
    undone_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    reversal_number: Mapped[int | None] = mapped_column(default=None)
