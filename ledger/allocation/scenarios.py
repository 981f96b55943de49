"""Scenarios already made, found and compared; why an action gets what it gets, as kept with each grant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, aliased

from ledger.allocation.engine.steps import Step, steps_from_data
from ledger.allocation.model import DirectGrant, Scenario, ScenarioEntry, ScenarioGrant
from ledger.core.errors import LedgerError, NotFound
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money, total
from ledger.journal.balances import balances
from ledger.journal.model import Entry
from ledger.journal.positions import PAID_POSITIONS
from ledger.programming.actions.grants import conventioned, granted_by_action
from ledger.programming.queries import actions_of_year
from ledger.storage.session import context


class ScenarioRefused(LedgerError):
    """A scenario that cannot be made or validated as asked."""

    code = "scenario_refuse"


@dataclass(frozen=True, slots=True)
class ScenarioTotals:
    """What a scenario adds up to; `left`: what the enveloppes of the year still hold after it."""

    asked: Money
    granted: Money
    unmet: Money
    left: Money


@dataclass(frozen=True, slots=True)
class ScenarioChange:
    """How one action stands on one line in two scenarios; zero where a scenario says nothing of it."""

    action: str
    line: str
    before: Money
    after: Money


@dataclass(frozen=True, slots=True)
class GrantOutcome:
    """What became of what a scenario grants an action on a line: the whole of it at each stage, whatever came after.

    programmed: by validation or délibération. conventioned: signed or notified. paid: net of what was given back.
    """

    action: str
    line: str
    proposed: Money
    programmed: Money
    conventioned: Money
    paid: Money


def find_scenario(session: Session, name: str) -> Scenario:
    """The scenario of this name. raises: NotFound."""
    found = session.get(Scenario, (context(session).contract, name.strip()))
    if found is None:
        raise NotFound(f"Le scénario « {name.strip()} » n'existe pas.", "La liste : cofiville allocation lister.")
    return found


def scenarios(session: Session) -> Sequence[Scenario]:
    """Every scenario of the contract, by year then instant."""
    query = select(Scenario)
    return session.scalars(query.order_by(Scenario.year, Scenario.created_at, Scenario.name)).all()


def grants_of(session: Session, scenario: Scenario) -> Sequence[ScenarioGrant]:
    """What the scenario grants, by action then in the order of the lines."""
    query = select(ScenarioGrant).where(ScenarioGrant.scenario == scenario.name)
    return session.scalars(query.order_by(ScenarioGrant.rank)).all()


def totals_of(scenario: Scenario, grants: Sequence[ScenarioGrant]) -> ScenarioTotals:
    """What the scenario's grants add up to; asked = granted + unmet."""
    asked, granted = total(each.requested for each in grants), total(each.granted for each in grants)
    held = Money(sum({**scenario.inputs["enveloppes"], **scenario.inputs.get("suppositions", {})}.values()))
    return ScenarioTotals(asked, granted, asked - granted, held - granted)


def compare_scenarios(session: Session, first: str, second: str) -> list[ScenarioChange]:
    """Every action and line of either scenario, by action then line. raises: NotFound."""
    sides = [
        {(each.action, each.line): each.granted for each in grants_of(session, find_scenario(session, name))}
        for name in (first, second)
    ]
    keys = sorted(sides[0].keys() | sides[1].keys())
    return [ScenarioChange(*key, sides[0].get(key, ZERO), sides[1].get(key, ZERO)) for key in keys]


def grant_outcomes(session: Session, name: str) -> list[GrantOutcome]:
    """From proposed to paid, every action and line of the scenario and of the year's programme, by action then line.

    raises: NotFound.
    """
    scenario = find_scenario(session, name)
    mine = {each.number for each in actions_of_year(session, scenario.year)}
    paid = balances(session, positions=PAID_POSITIONS)
    stages: list[dict[tuple[str, str], Money]] = [
        {(each.action, each.line): each.granted for each in grants_of(session, scenario)},
        {
            (action, line): amount
            for action, lines in granted_by_action(session, scenario.year).items()
            for line, amount in lines.items()
        },
        _by_action(((of.action, of.line), amount) for of, amount in conventioned(session, scenario.year).items()),
        _by_action(((key.action, key.line), amount) for key, amount in paid.items() if key.action in mine),
    ]
    keys = sorted({key for stage in stages for key in stage})
    return [GrantOutcome(*key, *(stage.get(key, ZERO) for stage in stages)) for key in keys]


def _by_action(found: Iterable[tuple[tuple[str, str], Money]]) -> dict[tuple[str, str], Money]:
    return sums_by((where, amount) for where, amount in found)


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


class GrantDecision(NamedTuple):
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


def decisions_of_actions(numbers: Select[str]) -> _Named:
    """The conditions that a grant, of a scenario then direct, is of the actions so numbered."""
    return ScenarioGrant.action.in_(numbers), DirectGrant.action.in_(numbers)


def explanation_of_scenario(session: Session, scenario: str, of: _Named) -> LinesExplained:
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


def grant_decisions(session: Session, of: _Named) -> list[GrantDecision]:
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
        found.append(GrantDecision(*of_row, scenario.validated_on, scenario.piece or "", tied, scenario.name))
    direct = select(DirectGrant).where(of[1], direct_grant_stands())
    for grant in session.scalars(direct.order_by(DirectGrant.entry_number, DirectGrant.reference)):
        of_grant = (grant.action, grant.line, grant.requested, grant.granted, steps_from_data(grant.steps))
        found.append(GrantDecision(*of_grant, grant.granted_on, grant.piece, grant.entry_number))
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
