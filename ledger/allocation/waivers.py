"""Ceilings that a committee put aside for a grant: what the grant's entry keeps of it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.allocation.model import DirectGrant
from ledger.journal.context import context
from ledger.journal.waivers import Waiver, waivers_in


def ceilings_waived(session: Session, action: str, line: str | None = None) -> list[Waiver]:
    """The ceilings put aside for the action (on this line), by grants that stand."""
    mine = DirectGrant.contract == context(session).contract, DirectGrant.action == action
    grants = select(DirectGrant.entry_number).where(*mine, DirectGrant.entry_number.is_not(None))
    if line is not None:
        grants = grants.where(DirectGrant.line == line)
    return waivers_in(session, [number for number in session.scalars(grants) if number is not None])
