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
    contract = context(session).contract
    grants = select(DirectGrant.reference).where(DirectGrant.contract == contract, DirectGrant.action == action)
    if line is not None:
        grants = grants.where(DirectGrant.line == line)
    references = session.scalars(grants).all()
    if not references:
        return []
    entries = select(Entry.sequence).where(Entry.contract == contract, Entry.reference.in_(references))
    return waivers_in(session, session.scalars(entries.where(Entry.motive != "")).all())
