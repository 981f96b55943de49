"""Locking the days of a year: an act of the chain says so, the exercice's row only repeats it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.journal.model import ChainHead, Entry, Exercice
from ledger.journal.posting import post_acts
from ledger.journal.seal import Draft
from ledger.storage.session import context


def closing_reference(year: int) -> str:
    """The reference of the act that closes this year."""
    return f"CLOTURE {year}"


def closing_motive(on: date) -> str:
    """What the closing act says of its day, which no move shows."""
    return f"Exercice clos le {on.isoformat()}"


def lock_year(session: Session, exercice: Exercice, closing: Draft, others: Sequence[Draft], *, on: date) -> None:
    """Post the closing act, then the others, and lock the days of the exercice under the seal that results.

    closing: of kind CLOSING, under closing_reference; it may move nothing. on: the day the closing was decided.
    raises: what posting raises; nothing is locked then.
    """
    contract = context(session).contract
    posted = post_acts(session, [replace(closing, motive=closing_motive(on)), *others])
    recorded_at = select(Entry.recorded_at).where(Entry.sequence == posted[0].sequence)
    sealed = session.get_one(ChainHead, contract, populate_existing=True)
    exercice.closed_on, exercice.closed_at = on, session.scalars(recorded_at).one()
    exercice.closing_seal, exercice.closing_entries = sealed.seal, sealed.sequence
    session.flush()
