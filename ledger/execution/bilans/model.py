"""Tables around a bilan: delays, reminders, those the EPCI owes, what other financeurs decide; drafts of acts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.core.money import Money
from ledger.execution.vocabulary import BrouillonState, RecoveryStep
from ledger.storage.base import ACT_DAY, ContractRow, JsonText, of_contract

REFERS_TO = ("ledger.conventions.model", "ledger.journal.model.contracts", "ledger.referential.model.lines")


def _of_convention(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["contract", "convention"], ["convention.contract", "convention.number"], name=f"fk_{table}_convention"
    )


class BilanExtension(ContractRow):
    """More time granted to give a bilan; the last one counts."""

    __tablename__ = "bilan_extension"
    __table_args__ = (_of_convention("bilan_extension"),)

    convention: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    until: Mapped[date]
    granted_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    motive: Mapped[str]


class BilanReminder(ContractRow):
    """A letter sent because a bilan was late: relance1, relance2, mise_en_demeure."""

    __tablename__ = "bilan_reminder"
    __table_args__ = (_of_convention("bilan_reminder"),)

    convention: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[str]
    sent_on: Mapped[date] = mapped_column(info={ACT_DAY: True})


class BilanSent(ContractRow):
    """A bilan that the EPCI owed to its financeur, and sent."""

    __tablename__ = "bilan_sent"
    __table_args__ = (_of_convention("bilan_sent"),)

    convention: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    piece: Mapped[str]
    sent_on: Mapped[date] = mapped_column(info={ACT_DAY: True})


class FinanceurRecovery(ContractRow):
    """What a financeur did to take back what it overpaid itself: its act, recorded, never the EPCI's own.

    step: a RecoveryStep.
    """

    __tablename__ = "financeur_recovery"
    __table_args__ = (
        _of_convention("financeur_recovery"),
        UniqueConstraint("contract", "entry_number"),
        CheckConstraint(RecoveryStep.check("step"), name="step"),
        CheckConstraint("amount > 0", name="amount_above_zero"),
        CheckConstraint("(undone_on IS NULL) = (reversal_number IS NULL)", name="undone"),
    )

    convention: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str]
    amount: Mapped[Money]
    reached_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    piece: Mapped[str]
    entry_number: Mapped[int]
    reversal_number: Mapped[int | None] = mapped_column(default=None)
    undone_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})


class Brouillon(ContractRow):
    """An act typed and not decided yet: its words, as they will be played when it is validated."""

    __tablename__ = "brouillon"
    __table_args__ = (
        CheckConstraint(BrouillonState.check("state"), name="state"),
        CheckConstraint("(decided_at IS NULL) = (state = 'brouillon')", name="decided"),
    )

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[list[Any]] = mapped_column(JsonText())
    agent: Mapped[str]
    recorded_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=BrouillonState.PENDING.value)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)


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
    line: Mapped[str] = mapped_column(info=of_contract("credit_line.code"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[Money]
    decided_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    piece: Mapped[str]
    entry_number: Mapped[int]
    undone_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    reversal_number: Mapped[int | None] = mapped_column(default=None)
