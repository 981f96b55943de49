"""Scenarios already made: found, added up, compared with one another and with what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.allocation.model import Scenario, ScenarioGrant
from ledger.core.errors import LedgerError, NotFound
from ledger.core.money import ZERO, Money, total
from ledger.journal.balances import balances
from ledger.journal.positions import PAID
from ledger.programming.grants import conventioned, granted_by_action
from ledger.programming.lookups import programme
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
class Change:
    """How one action stands on one line in two scenarios; zero where a scenario says nothing of it."""

    action: str
    line: str
    before: Money
    after: Money


@dataclass(frozen=True, slots=True)
class Fate:
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


def compare(session: Session, first: str, second: str) -> list[Change]:
    """Every action and line of either scenario, by action then line. raises: NotFound."""
    sides = [
        {(each.action, each.line): each.granted for each in grants_of(session, find_scenario(session, name))}
        for name in (first, second)
    ]
    keys = sorted(sides[0].keys() | sides[1].keys())
    return [Change(*key, sides[0].get(key, ZERO), sides[1].get(key, ZERO)) for key in keys]


def fates(session: Session, name: str) -> list[Fate]:
    """From proposed to paid, every action and line of the scenario and of the year's programme, by action then line.

    raises: NotFound.
    """
    scenario = find_scenario(session, name)
    mine = {each.number for each in programme(session, scenario.year)}
    paid = balances(session, positions=PAID)
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
    return [Fate(*key, *(stage.get(key, ZERO) for stage in stages)) for key in keys]


def _by_action(found: Iterable[tuple[tuple[str, str], Money]]) -> dict[tuple[str, str], Money]:
    sums: dict[tuple[str, str], Money] = {}
    for where, amount in found:
        sums[where] = sums.get(where, ZERO) + amount
    return sums
