"""The table of fates: what each remainder of a closed year became, under which rule."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

import ledger.journal.model  # noqa: F401 -- its tables are the targets of foreign keys
from ledger.core.money import Money
from ledger.storage.base import Base


class Remainder(Base):
    """What was left of a line at the end of a year, for one commitment or for none, and its fate.

    fate: "annuler", "reporter" (reste à réaliser of a signed convention, re-committed in the next year) or
    "reporter_disponible" (carried over by the line's rule, available again).
    """

    __tablename__ = "closing_remainder"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "year"], ["exercice.contract", "exercice.year"], name="fk_remainder_exercice"
        ),
        CheckConstraint("amount > 0", name="amount_above_zero"),
        CheckConstraint("fate IN ('annuler', 'reporter', 'reporter_disponible')", name="fate"),
    )

    contract: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[str] = mapped_column(primary_key=True)
    convention: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[Money]
    fate: Mapped[str]
    reason: Mapped[str]
