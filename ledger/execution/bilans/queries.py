"""What lines finally grant, once bilans are in: as settled by the EPCI, as proposed, or as their financeur decided."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TypeAlias

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.execution.bilans.model import FinalDecision
from ledger.execution.model import Bilan, BilanLine
from ledger.execution.queries import standing_bilans

ByConvention: TypeAlias = dict[tuple[str, str, str], Money]
"""By convention, action and line."""


def final_by_line(session: Session, on: date | None = None, numbers: Collection[str] | None = None) -> ByConvention:
    """What the bilans settled by this day finally grant, a financeur's own decision before what was proposed."""
    query = (
        select(BilanLine.convention, BilanLine.action, BilanLine.line, BilanLine.amount_final)
        .join(
            Bilan,
            (Bilan.convention == BilanLine.convention) & (Bilan.action == BilanLine.action),
        )
        .where(*standing_bilans(on))
    )
    if numbers is not None:
        query = query.where(BilanLine.convention.in_(numbers))
    proposed = {(number, action, line): amount for number, action, line, amount in session.execute(query)}
    decided = final_decided_amounts(session, on=on, numbers=numbers) if proposed else {}
    return {key: decided.get(key, amount) for key, amount in proposed.items()}


def final_decided_amounts(
    session: Session, *, on: date | None = None, numbers: Collection[str] | None = None, action: str | None = None
) -> ByConvention:
    """The final amounts that financeurs decided by this day, of these conventions or of this action."""
    return {
        (each.convention, each.action, each.line): each.amount
        for each in standing_final_decisions(session, on=on, numbers=numbers, action=action)
    }


def standing_final_decisions(
    session: Session, *, on: date | None = None, numbers: Collection[str] | None = None, action: str | None = None
) -> list[FinalDecision]:
    """The decisions that stand, as final_decided_amounts; of one line, the last."""
    query = select(FinalDecision).where(*_standing(on))
    if numbers is not None:
        query = query.where(FinalDecision.convention.in_(numbers))
    if action is not None:
        query = query.where(FinalDecision.action == action)
    rows = session.scalars(query.order_by(FinalDecision.convention, FinalDecision.line, FinalDecision.rank))
    return list({(each.convention, each.action, each.line): each for each in rows}.values())


def _standing(on: date | None) -> tuple[ColumnElement[bool], ...]:
    """What makes a decision count: taken by this day and not undone by it."""
    taken = () if on is None else (FinalDecision.decided_on <= on,)
    undone_later = FinalDecision.undone_on.is_(None)
    return (*taken, undone_later if on is None else undone_later | (FinalDecision.undone_on > on))
