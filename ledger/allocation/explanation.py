"""Why an action gets what it gets: the steps kept with each grant, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.allocation.model import DirectGrant, Scenario, ScenarioGrant
from ledger.allocation.scenarios import find_scenario
from ledger.allocation.steps import Step, steps_from_data
from ledger.core.errors import NotFound
from ledger.core.money import Money, total
from ledger.journal.context import context
from ledger.programming.lookups import find_action


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
    kept: Sequence[ScenarioGrant | DirectGrant]
    if scenario is not None:
        kept = _scenario_rows(session, action.number, find_scenario(session, scenario).name)
    else:
        kept = [*_validated_rows(session, action.number), *_direct_rows(session, action.number)]
        if not kept:
            kept = _scenario_rows(session, action.number, _latest(session, action.number))
    by_line: dict[str, list[ScenarioGrant | DirectGrant]] = {}
    for row in kept:
        if line is None or row.line == line.strip().upper():
            by_line.setdefault(row.line, []).append(row)
    if not by_line:
        where = f" sur {line}" if line else ""
        raise NotFound(
            f"Aucune proposition ne porte sur l'action {action.number}{where}.",
            f"Proposez d'abord : cofiville allocation proposer {action.year} --scenario NOM.",
        )
    return [_explanation(name, rows) for name, rows in by_line.items()]


def _explanation(line: str, rows: Sequence[ScenarioGrant | DirectGrant]) -> LineExplanation:
    """Of several decisions on a line, those that grant count; when none does, the last one says why."""
    counting = [row for row in rows if row.granted] or rows[-1:]
    steps = tuple(step for row in counting for step in steps_from_data(row.steps))
    return LineExplanation(line, rows[-1].requested, total(row.granted for row in counting), steps)


def _scenario_rows(session: Session, number: str, scenario: str | None) -> Sequence[ScenarioGrant]:
    query = select(ScenarioGrant).where(
        ScenarioGrant.contract == context(session).contract,
        ScenarioGrant.action == number,
        ScenarioGrant.scenario == scenario,
    )
    return session.scalars(query.order_by(ScenarioGrant.rank)).all()


def _validated_rows(session: Session, number: str) -> Sequence[ScenarioGrant]:
    query = (
        select(ScenarioGrant)
        .join(Scenario, (Scenario.contract == ScenarioGrant.contract) & (Scenario.name == ScenarioGrant.scenario))
        .where(
            ScenarioGrant.contract == context(session).contract,
            ScenarioGrant.action == number,
            Scenario.validated_on.is_not(None),
        )
    )
    return session.scalars(query.order_by(Scenario.created_at, ScenarioGrant.rank)).all()


def _direct_rows(session: Session, number: str) -> Sequence[DirectGrant]:
    query = select(DirectGrant).where(DirectGrant.contract == context(session).contract, DirectGrant.action == number)
    return session.scalars(query.order_by(DirectGrant.granted_on, DirectGrant.reference)).all()


def _latest(session: Session, number: str) -> str | None:
    query = (
        select(Scenario.name)
        .join(ScenarioGrant, (Scenario.contract == ScenarioGrant.contract) & (Scenario.name == ScenarioGrant.scenario))
        .where(ScenarioGrant.contract == context(session).contract, ScenarioGrant.action == number)
    )
    return session.scalars(query.order_by(Scenario.created_at.desc(), Scenario.name.desc())).first()
