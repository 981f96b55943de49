"""Tables of what surrounds a bilan (delays granted, reminders, those the EPCI owes) and of acts not decided yet."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

import ledger.conventions.model  # noqa: F401 -- its tables are the targets of foreign keys
from ledger.storage.base import ACT_DAY, Base
from ledger.storage.columns import JsonText


def _of_convention(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["contract", "convention"], ["convention.contract", "convention.number"], name=f"fk_{table}_convention"
    )


class BilanExtension(Base):
    """More time granted to give a bilan; the last one counts."""

    __tablename__ = "bilan_extension"
    __table_args__ = (_of_convention("bilan_extension"),)

    contract: Mapped[str] = mapped_column(primary_key=True)
    convention: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    until: Mapped[date]
    granted_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    motive: Mapped[str]


class BilanReminder(Base):
    """A letter sent because a bilan was late: relance1, relance2, mise_en_demeure."""

    __tablename__ = "bilan_reminder"
    __table_args__ = (_of_convention("bilan_reminder"),)

    contract: Mapped[str] = mapped_column(primary_key=True)
    convention: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[str]
    sent_on: Mapped[date] = mapped_column(info={ACT_DAY: True})


class BilanSent(Base):
    """A bilan that the EPCI owed to its financeur, and sent."""

    __tablename__ = "bilan_sent"
    __table_args__ = (_of_convention("bilan_sent"),)

    contract: Mapped[str] = mapped_column(primary_key=True)
    convention: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    piece: Mapped[str]
    sent_on: Mapped[date] = mapped_column(info={ACT_DAY: True})


class Brouillon(Base):
    """An act typed and not decided yet: its words, as they will be played when it is validated."""

    __tablename__ = "brouillon"
    __table_args__ = (
        CheckConstraint("state IN ('brouillon', 'valide', 'abandonne')", name="state"),
        CheckConstraint("(decided_at IS NULL) = (state = 'brouillon')", name="decided"),
    )

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[list[Any]] = mapped_column(JsonText())
    agent: Mapped[str]
    recorded_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="brouillon")
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
