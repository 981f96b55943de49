"""Whether a grant stands: its entry is found by its number, and no other reverses it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from ledger.allocation.model import DirectGrant, ScenarioEntry, ScenarioGrant
from ledger.journal.model import Entry


def direct_grant_stands() -> ColumnElement[bool]:
    """The condition that a grant by decision was not undone."""
    undoing = aliased(Entry)
    return ~exists().where(undoing.reverses == DirectGrant.entry_number)


def scenario_line_stands() -> ColumnElement[bool]:
    """The condition that what a scenario validated grants on a line was not undone."""
    undoing = aliased(Entry)
    return ~exists().where(
        ScenarioEntry.scenario == ScenarioGrant.scenario,
        ScenarioEntry.line == ScenarioGrant.line,
        undoing.reverses == ScenarioEntry.entry_number,
    )
