"""Tables of the reconciliations kept: a partner's file and the book on the same money, on a day; append-only."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.core.money import Money
from ledger.execution.vocabulary import Agreement
from ledger.storage.base import ContractRow

REFERS_TO = ("ledger.journal.model.contracts",)


class Reconciliation(ContractRow):
    """One file held against the book: which layout, which year, which bytes, on which day, by whom."""

    __tablename__ = "reconciliation"

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    profile: Mapped[str]
    year: Mapped[int | None]
    file: Mapped[str]
    sha256: Mapped[str]
    made_on: Mapped[date]
    agent: Mapped[str]


class ReconciliationLine(ContractRow):
    """One amount of a reconciliation: what the book says, what the file says, and whether they agree."""

    __tablename__ = "reconciliation_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "reconciliation"],
            ["reconciliation.contract", "reconciliation.number"],
            name="fk_reconciliation_line_reconciliation",
        ),
        CheckConstraint(
            Agreement.check("state"),
            name="state_known",
        ),
    )

    reconciliation: Mapped[int] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    direction: Mapped[str]
    convention: Mapped[str]
    amount_book: Mapped[Money | None]
    amount_file: Mapped[Money | None]
    state: Mapped[str]
