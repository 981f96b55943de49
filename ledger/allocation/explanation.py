"""Why an action gets what it gets: the steps kept with each grant, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from ledger.allocation.model import DirectGrant, Scenario, ScenarioEntry, ScenarioGrant
from ledger.allocation.scenarios import find_scenario
from ledger.allocation.standing import direct_grant_stands, scenario_line_stands
from ledger.allocation.steps import Step, steps_from_data
from ledger.core.money import Money

_Named: TypeAlias = tuple[ColumnElement[bool], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class LineExplanation:
    """What an action asked and is granted on a line; the steps sum to `granted`.

    decided: whether it stands in the book; else a scenario retains it.
    """

    line: str
    requested: Money
    granted: Money
    steps: tuple[Step, ...]
    decided: bool = True

    def words(self) -> str:
        """The amount beside what was asked, granted or only retained."""
        what = "accordés" if self.decided else "retenus"
        return f"{self.granted.french()} {what} sur {self.requested.french()} demandés"


LinesExplained: TypeAlias = dict[str, dict[str, LineExplanation]]
"""By action, then by line."""


class Decision(NamedTuple):
    """A grant decided that stands, with the steps kept with it, which sum to `granted`.

    entry: the number of the entry that programmed it; None where nothing is granted, or where none is tied to it.
    scenario: the one validated; "" for a grant by délibération or arrêté, whose last step is the decision's own.
    """

    action: str
    line: str
    requested: Money
    granted: Money
    steps: tuple[Step, ...]
    on: date
    piece: str
    entry: int | None
    scenario: str = ""


def of_actions(numbers: Select[str]) -> _Named:
    """The conditions that a grant, of a scenario then direct, is of the actions so numbered."""
    return ScenarioGrant.action.in_(numbers), DirectGrant.action.in_(numbers)


def explained_by(session: Session, scenario: str, of: _Named) -> LinesExplained:
    """What the scenario itself says of these actions, in the order of its lines. raises: NotFound."""
    name = find_scenario(session, scenario).name
    return _by_line(_of_scenarios(session, of[0], ScenarioGrant.scenario == name))


def latest_proposed(session: Session, of: _Named) -> LinesExplained:
    """What the latest scenario on each of these actions says of it, validated or not."""
    latest: dict[str, str] = {}
    kept = []
    for row in reversed(_of_scenarios(session, of[0])):
        if latest.setdefault(row.action, row.scenario) == row.scenario:
            kept.append(row)
    return _by_line(reversed(kept))


def decisions(session: Session, of: _Named) -> list[Decision]:
    """What was validated or granted directly for these actions and was not undone, the oldest first."""
    entry = ScenarioEntry.scenario == ScenarioGrant.scenario
    validated = (
        select(ScenarioGrant, Scenario, ScenarioEntry.entry_number)
        .join(Scenario, Scenario.name == ScenarioGrant.scenario)
        .outerjoin(ScenarioEntry, entry & (ScenarioEntry.line == ScenarioGrant.line))
        .where(of[0], Scenario.validated_on.is_not(None), scenario_line_stands())
        .order_by(Scenario.created_at, Scenario.name, ScenarioGrant.rank)
    )
    found = []
    for row, scenario, number in session.execute(validated):
        assert scenario.validated_on is not None
        steps, tied = steps_from_data(row.steps), number if row.granted else None
        of_row = (row.action, row.line, row.requested, row.granted, steps)
        found.append(Decision(*of_row, scenario.validated_on, scenario.piece or "", tied, scenario.name))
    direct = select(DirectGrant).where(of[1], direct_grant_stands())
    for grant in session.scalars(direct.order_by(DirectGrant.entry_number, DirectGrant.reference)):
        of_grant = (grant.action, grant.line, grant.requested, grant.granted, steps_from_data(grant.steps))
        found.append(Decision(*of_grant, grant.granted_on, grant.piece, grant.entry_number))
    return sorted(found, key=lambda each: each.on)


def _by_line(rows: Iterable[ScenarioGrant]) -> LinesExplained:
    found: LinesExplained = {}
    for row in rows:
        said = LineExplanation(row.line, row.requested, row.granted, steps_from_data(row.steps), decided=False)
        found.setdefault(row.action, {})[row.line] = said
    return found


def _of_scenarios(session: Session, *wanted: ColumnElement[bool]) -> Sequence[ScenarioGrant]:
    """The grants of scenarios, the earliest scenario first, then by name, each in its order."""
    query = select(ScenarioGrant).join(Scenario, Scenario.name == ScenarioGrant.scenario).where(*wanted)
    return session.scalars(query.order_by(Scenario.created_at, Scenario.name, ScenarioGrant.rank)).all()
