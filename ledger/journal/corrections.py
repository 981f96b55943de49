"""What was corrected: an entry, its reversal and what replaced it, as one line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ledger.journal.context import context
from ledger.journal.model import Entry


@dataclass(frozen=True, slots=True)
class Correction:
    """An entry that was undone, and the one written in its place, if any."""

    wrong: int
    label: str
    reversal: int
    right: int | None
    on: date
    agent: str
    motive: str


def read_corrections(session: Session) -> list[Correction]:
    """Every entry undone, in the order of the reversals."""
    contract = context(session).contract
    wrong, reversal, right = aliased(Entry), aliased(Entry), aliased(Entry)
    query = (
        select(wrong, reversal, right)
        .join(reversal, (reversal.contract == wrong.contract) & (reversal.reverses == wrong.sequence))
        .outerjoin(
            right,
            (right.contract == reversal.contract)
            & (right.sequence == reversal.sequence + 1)
            & right.motive.startswith("Correction de l'écriture "),
        )
        .where(wrong.contract == contract)
        .order_by(reversal.sequence)
    )
    return [
        Correction(
            wrong=undone.sequence,
            label=undone.label,
            reversal=undoing.sequence,
            right=redone.sequence if redone is not None else None,
            on=undoing.effect_on,
            agent=undoing.agent,
            motive=undoing.motive,
        )
        for undone, undoing, redone in session.execute(query)
    ]
