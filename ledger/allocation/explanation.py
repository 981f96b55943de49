"""Why an action gets what it gets: the steps kept with each grant, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ledger.allocation.model import DirectGrant, Scenario, ScenarioGrant
from ledger.allocation.scenarios import find_scenario
from ledger.allocation.standing import direct_grant_stands, scenario_line_stands
from ledger.allocation.steps import Step, steps_from_data
from ledger.core.errors import NotFound
from ledger.core.money import Money, total
from ledger.journal.context import context
from ledger.programming.lookups import find_action
from ledger.programming.model import Action

_ByAction: TypeAlias = dict[str, dict[str, list["ScenarioGrant | DirectGrant"]]]


@dataclass(frozen=True, slots=True)
class LineExplanation:
    """What an action asked and is granted on a line; the steps sum to `granted`."""

    line: str
    requested: Money
    granted: Money
    steps: tuple[Step, ...]


def explain(
    session: Session, number: str, line: str | None = None, scenario: str | None = None
) -> list[LineExplanation]:
    """The explanation of every line of the action (or of one), in the order of the lines.

    Of the scenario named; else of what was validated or granted directly; else of the latest proposal.
    raises: NotFound when no scenario or grant says anything of it.
    """
    action = find_action(session, number)
    mine = ScenarioGrant.action == action.number, DirectGrant.action == action.number
    if scenario is not None:
        name = find_scenario(session, scenario).name
        found = _by_line(_of_scenarios(session, mine[0], ScenarioGrant.scenario == name))
    else:
        found = _explained(session, *mine)
    by_line = found.get(action.number, {})
    if line is not None:
        code = line.strip().upper()
        by_line = {code: by_line[code]} if code in by_line else {}
    if not by_line:
        where = f" sur {line}" if line else ""
        raise NotFound(
            f"Aucune proposition ne porte sur l'action {action.number}{where}.",
            f"Proposez d'abord : cofiville allocation proposer {action.year} --scenario NOM.",
        )
    return [_explanation(name, rows) for name, rows in by_line.items()]


def explain_year(session: Session, year: int) -> dict[str, list[LineExplanation]]:
    """By action of the year, as explain; an action of which nothing says anything is left out."""
    numbers = select(Action.number).where(Action.contract == context(session).contract, Action.year == year)
    found = _explained(session, ScenarioGrant.action.in_(numbers), DirectGrant.action.in_(numbers))
    return {number: [_explanation(name, rows) for name, rows in of.items()] for number, of in found.items()}


def _explained(session: Session, proposed: ColumnElement[bool], direct: ColumnElement[bool]) -> _ByAction:
    """What was validated or granted directly; of an action without any, its latest proposal."""
    validated = _of_scenarios(session, proposed, Scenario.validated_on.is_not(None), scenario_line_stands())
    granted = session.scalars(
        select(DirectGrant)
        .where(DirectGrant.contract == context(session).contract, direct, direct_grant_stands())
        .order_by(DirectGrant.granted_on, DirectGrant.reference)
    )
    decided = _by_line([*validated, *granted])
    latest: dict[str, str] = {}
    waiting = []
    for row in reversed(_of_scenarios(session, proposed)):
        if row.action not in decided and latest.setdefault(row.action, row.scenario) == row.scenario:
            waiting.append(row)
    return decided | _by_line(reversed(waiting))


def _by_line(rows: Iterable[ScenarioGrant | DirectGrant]) -> _ByAction:
    found: _ByAction = {}
    for row in rows:
        found.setdefault(row.action, {}).setdefault(row.line, []).append(row)
    return found


def _of_scenarios(session: Session, *wanted: ColumnElement[bool]) -> Sequence[ScenarioGrant]:
    """The grants of scenarios, the earliest scenario first, then by name, each in its order."""
    query = (
        select(ScenarioGrant)
        .join(Scenario, (Scenario.contract == ScenarioGrant.contract) & (Scenario.name == ScenarioGrant.scenario))
        .where(ScenarioGrant.contract == context(session).contract, *wanted)
    )
    return session.scalars(query.order_by(Scenario.created_at, Scenario.name, ScenarioGrant.rank)).all()


def _explanation(line: str, rows: Sequence[ScenarioGrant | DirectGrant]) -> LineExplanation:
    """Of several decisions on a line, those that grant count; when none does, the last one says why."""
    counting = [row for row in rows if row.granted] or rows[-1:]
    steps = tuple(step for row in counting for step in steps_from_data(row.steps))
    return LineExplanation(line, rows[-1].requested, total(row.granted for row in counting), steps)
