"""Reconciliations kept: what a partner's file and the book said of the same money on a day; append-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

import ledger.journal.model  # noqa: F401 -- its tables are the targets of foreign keys
from ledger.core.money import Money
from ledger.journal.context import context
from ledger.storage.base import Base


class Agreement(StrEnum):
    """What became of one amount held against the other side."""

    MATCHED = "rapproche"
    DIFFERENT = "ecart"
    NOT_IN_BOOK = "absent_du_livre"
    NOT_IN_FILE = "absent_du_fichier"
    TO_CONFIRM = "a_confirmer"


class Reconciliation(Base):
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


class ReconciliationLine(Base):
    """One amount of a reconciliation: what the book says, what the file says, and whether they agree."""

    __tablename__ = "reconciliation_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "reconciliation"],
            ["reconciliation.contract", "reconciliation.number"],
            name="fk_reconciliation_line_reconciliation",
        ),
        CheckConstraint(
            "state IN ('rapproche', 'ecart', 'absent_du_livre', 'absent_du_fichier', 'a_confirmer')",
            name="state_known",
        ),
    )

    contract: Mapped[str] = mapped_column(primary_key=True)
    reconciliation: Mapped[int] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    direction: Mapped[str]
    convention: Mapped[str]
    amount_book: Mapped[Money | None]
    amount_file: Mapped[Money | None]
    state: Mapped[str]


@dataclass(frozen=True, slots=True)
class Compared:
    """One amount to keep: its key, the direction of the money, the conventions concerned, both sides, the agreement."""

    key: str
    direction: str
    conventions: tuple[str, ...]
    book: Money | None
    file: Money | None
    state: Agreement


def keep_reconciliation(
    session: Session, profile: str, lines: Sequence[Compared], *, year: int | None, file: str, sha256: str, on: date
) -> int:
    """Keep what a file and the book said; gives the number of the reconciliation."""
    contract, agent, _ = context(session)
    last = session.scalar(select(func.max(Reconciliation.number)).where(Reconciliation.contract == contract))
    number = (last or 0) + 1
    session.add(
        Reconciliation(
            contract=contract,
            number=number,
            profile=profile,
            year=year,
            file=file,
            sha256=sha256,
            made_on=on,
            agent=agent,
        )
    )
    session.flush()
    session.add_all(
        ReconciliationLine(
            contract=contract,
            reconciliation=number,
            rank=rank,
            key=each.key,
            direction=each.direction,
            convention=", ".join(each.conventions),
            amount_book=each.book,
            amount_file=each.file,
            state=str(each.state),
        )
        for rank, each in enumerate(lines, start=1)
    )
    session.flush()
    return number


def standing_differences(session: Session, year: int) -> list[tuple[Reconciliation, ReconciliationLine]]:
    """What the last reconciliation kept of each layout for this year found different, absent or to confirm."""
    contract = context(session).contract
    latest = (
        select(func.max(Reconciliation.number))
        .where(Reconciliation.contract == contract, Reconciliation.year == year)
        .group_by(Reconciliation.profile)
    )
    query = (
        select(Reconciliation, ReconciliationLine)
        .join(
            ReconciliationLine,
            (ReconciliationLine.contract == Reconciliation.contract)
            & (ReconciliationLine.reconciliation == Reconciliation.number),
        )
        .where(
            Reconciliation.contract == contract,
            Reconciliation.number.in_(latest),
            ReconciliationLine.state != str(Agreement.MATCHED),
        )
        .order_by(Reconciliation.number, ReconciliationLine.rank)
    )
    return [(head, line) for head, line in session.execute(query)]
