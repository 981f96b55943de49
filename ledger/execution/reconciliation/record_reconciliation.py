"""Keeping what a partner's file and the book said of the same money, and what still differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.execution.reconciliation.model import Reconciliation, ReconciliationLine
from ledger.execution.vocabulary import Agreement
from ledger.storage.session import context


@dataclass(frozen=True, slots=True)
class ReconciledAmount:
    """One amount to keep: its key, the direction of the money, the conventions concerned, both sides, the agreement."""

    key: str
    direction: str
    conventions: tuple[str, ...]
    book: Money | None
    file: Money | None
    state: Agreement


def keep_reconciliation(
    session: Session,
    profile: str,
    lines: Sequence[ReconciledAmount],
    *,
    year: int | None,
    file: str,
    sha256: str,
    on: date,
) -> int:
    """Keep what a file and the book said; gives the number of the reconciliation."""
    contract, agent, _ = context(session).signature
    last = session.scalar(select(func.max(Reconciliation.number)))
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
    latest = select(func.max(Reconciliation.number)).where(Reconciliation.year == year).group_by(Reconciliation.profile)
    query = (
        select(Reconciliation, ReconciliationLine)
        .join(
            ReconciliationLine,
            ReconciliationLine.reconciliation == Reconciliation.number,
        )
        .where(
            Reconciliation.number.in_(latest),
            ReconciliationLine.state != str(Agreement.MATCHED),
        )
        .order_by(Reconciliation.number, ReconciliationLine.rank)
    )
    return [(head, line) for head, line in session.execute(query)]
