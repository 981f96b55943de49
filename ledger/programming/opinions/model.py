"""Tables of the avis: who gives them, what each says of an action, the letters that sent them to the porteurs."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from ledger.core.money import Money
from ledger.programming.vocabulary import AvisVerdict
from ledger.storage.base import ACT_DAY, ContractRow, of_contract

REFERS_TO = ("ledger.journal.model.contracts", "ledger.programming.actions.model", "ledger.referential.model.lines")


class Service(ContractRow):
    """Who gives avis: a service of a financeur, of the State or of the agglomeration."""

    __tablename__ = "service"

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    financeur: Mapped[str | None] = mapped_column(info=of_contract("financeur.code"))


class Avis(ContractRow):
    """What a service thinks of an action, and would give on a line; a later one stands for it. Append-only."""

    __tablename__ = "avis"
    __table_args__ = (
        ForeignKeyConstraint(["contract", "action"], ["action.contract", "action.number"], name="fk_avis_action"),
        ForeignKeyConstraint(["contract", "service"], ["service.contract", "service.code"], name="fk_avis_service"),
        CheckConstraint(AvisVerdict.check("verdict"), name="verdict"),
        CheckConstraint("amount_advised >= 0 AND line IS NOT NULL OR amount_advised IS NULL", name="amount"),
        Index("ix_avis_contract_service", "contract", "service"),
    )

    action: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    service: Mapped[str]
    verdict: Mapped[str]
    line: Mapped[str | None] = mapped_column(info=of_contract("credit_line.code"))
    amount_advised: Mapped[Money | None]
    words: Mapped[str]
    on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    agent: Mapped[str]


class AvisLetter(ContractRow):
    """The avis on an action as sent to its porteur: when, until when an answer is awaited, when it came."""

    __tablename__ = "avis_letter"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_avis_letter_action"
        ),
        CheckConstraint("due_on >= sent_on AND answered_on >= sent_on", name="days"),
    )

    action: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    sent_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    due_on: Mapped[date]
    answered_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    answer: Mapped[str] = mapped_column(default="")
