"""Saying that a year holds example actions, on everything that is shown of it."""

from __future__ import annotations

from sqlalchemy import Boolean, column, select, table
from sqlalchemy.orm import Session

from ledger.storage.session import own_rows

# Named here so that a listing of credits need not load the tables of the whole programmation to say one word.
_ACTION = table("action", column("contract"), column("year"), column("example", Boolean))


def example_note(session: Session, year: int) -> str:
    """ " (exemple)" when every action of the year is one, " (dont exemples)" when some are, else nothing."""
    mine = (own_rows(session, _ACTION), _ACTION.c.year == year)
    kinds = set(session.scalars(select(_ACTION.c.example).where(*mine).distinct()))
    if True not in kinds:
        return ""
    return " (dont exemples)" if False in kinds else " (exemple)"
