"""What was corrected: an entry, its reversal and what replaced it, as one line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ledger.journal.model import Correction, Entry
from ledger.storage.session import context


@dataclass(frozen=True, slots=True)
class CorrectedEntry:
    """An entry that was undone, and the one written in its place, if any."""

    wrong: int
    label: str
    reversal: int
    right: int | None
    on: date
    agent: str
    motive: str


def record_correction(session: Session, reversal: int) -> None:
    """Keep what was written in the place of the entry that this reversal undid: the entry that follows it, if any."""
    contract = context(session).contract
    if session.get(Entry, (contract, reversal + 1)) is not None:
        session.add(Correction(contract=contract, reversal_number=reversal, right_number=reversal + 1))
        session.flush()


def read_corrections(session: Session) -> list[CorrectedEntry]:
    """Every entry undone, in the order of the reversals."""
    wrong, reversal, right = aliased(Entry), aliased(Entry), aliased(Entry)
    query = (
        select(wrong, reversal, right)
        .join(reversal, reversal.reverses == wrong.sequence)
        .outerjoin(
            Correction,
            Correction.reversal_number == reversal.sequence,
        )
        .outerjoin(right, right.sequence == Correction.right_number)
        .order_by(reversal.sequence)
    )
    return [
        CorrectedEntry(
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
