"""Saying that a year holds example actions, on everything that is shown of it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.journal.context import context
from ledger.programming.model import Action


def example_note(session: Session, year: int) -> str:
    """ " (exemple)" when every action of the year is one, " (dont exemples)" when some are, else nothing."""
    query = select(Action.example).where(Action.contract == context(session).contract, Action.year == year).distinct()
    kinds = set(session.scalars(query))
    if True not in kinds:
        return ""
    return " (dont exemples)" if False in kinds else " (exemple)"
