"""Ceilings that a committee put aside for a grant: what the grant's entry keeps of it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.allocation.model import DirectGrant
from ledger.journal.context import context
from ledger.journal.model import Entry
from ledger.journal.waivers import Waiver, waivers_in


def ceilings_waived(session: Session, action: str, line: str | None = None) -> list[Waiver]:
    """The ceilings put aside for the action (on this line), by grants that stand."""
    query = (
        select(Entry.sequence)
        .join(DirectGrant, (DirectGrant.contract == Entry.contract) & (DirectGrant.reference == Entry.reference))
        .where(Entry.contract == context(session).contract, DirectGrant.action == action, Entry.motive != "")
    )
    if line is not None:
        query = query.where(DirectGrant.line == line)
    return waivers_in(session, session.scalars(query).all())
