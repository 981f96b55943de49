"""Rules that a committee put aside for a grant, alone or by a scenario: what the grant's entry keeps of it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.allocation.model import DirectGrant, ScenarioEntry, ScenarioGrant
from ledger.core.money import ZERO
from ledger.journal.waivers import Waiver, waivers_in


def ceilings_waived(session: Session, action: str, line: str | None = None) -> list[Waiver]:
    """The rules put aside for the action (on this line), by grants that stand."""
    grants = select(DirectGrant.entry_number).where(DirectGrant.action == action)
    of_scenarios = (
        select(ScenarioEntry.entry_number)
        .join(
            ScenarioGrant,
            (ScenarioGrant.scenario == ScenarioEntry.scenario) & (ScenarioGrant.line == ScenarioEntry.line),
        )
        .where(ScenarioGrant.action == action, ScenarioGrant.granted > ZERO)
    )
    if line is not None:
        grants = grants.where(DirectGrant.line == line)
        of_scenarios = of_scenarios.where(ScenarioGrant.line == line)
    numbers = (*session.scalars(grants), *session.scalars(of_scenarios))
    return waivers_in(session, [number for number in numbers if number is not None])
