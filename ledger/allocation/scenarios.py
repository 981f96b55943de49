"""Proposing: a named scenario, frozen with what it was computed from; finding and comparing scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ledger.allocation.engine import Grant, allocate
from ledger.allocation.facts import rules_day
from ledger.allocation.gather import digest, gather_year, scenario_inputs
from ledger.allocation.model import Scenario, ScenarioGrant
from ledger.allocation.steps import steps_as_data
from ledger.core.errors import InvalidValue, LedgerError, NotFound
from ledger.core.money import ZERO, Money, total
from ledger.journal.context import context
from ledger.journal.exercices import DayClosed, find_exercice
from ledger.rules.book import load_book


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


def propose(session: Session, year: int, name: str, *, on: date, note: str = "") -> Scenario:
    """The new scenario: what every action of the year would be granted under the rules, nothing posted.

    on: the day of the decision; its rules hold, kept inside the exercice. Requests already granted are left out.
    raises: NotFound, DayClosed for a closed year, InvalidValue, ScenarioRefused, RuleMissing.
    """
    contract, agent, _ = context(session)
    called = _check_name(session, name)
    if find_exercice(session, year).closed_on is not None:
        raise DayClosed(
            f"L'exercice {year} est clos : rien n'y est plus proposé.",
            "Choisissez un exercice ouvert : cofiville exercice lister.",
        )
    facts = gather_year(session, year)
    day = rules_day(year, on)
    book = load_book(session, day)
    grants = allocate(facts.actions, facts.lines, book)
    if not grants:
        raise ScenarioRefused(
            f"Aucune demande de l'exercice {year} n'attend d'arbitrage.",
            f"Saisissez des actions (cofiville action saisir), ou consultez-les : cofiville action lister {year}.",
        )
    inputs = scenario_inputs(facts, book)
    scenario = Scenario(
        contract=contract,
        name=called,
        year=year,
        rules_on=day,
        inputs=inputs,
        inputs_hash=digest(inputs),
        note=note,
        created_by=agent,
        created_at=datetime.now(UTC),
    )
    session.add(scenario)
    session.flush()
    session.execute(insert(ScenarioGrant), [_row(scenario, rank, grant) for rank, grant in enumerate(grants, start=1)])
    return scenario


def _check_name(session: Session, name: str) -> str:
    called = name.strip()
    if not 1 <= len(called) <= 60 or not called.isprintable():
        raise InvalidValue(
            "Le nom du scénario est vide ou dépasse 60 caractères.", "Par exemple : --scenario COPIL-2016."
        )
    if session.get(Scenario, (context(session).contract, called)) is not None:
        raise ScenarioRefused(
            f"Le scénario « {called} » existe déjà.", "Un scénario ne change plus : donnez un autre nom au nouveau."
        )
    return called


def _row(scenario: Scenario, rank: int, grant: Grant) -> dict[str, object]:
    return {
        "contract": scenario.contract,
        "scenario": scenario.name,
        "action": grant.action,
        "line": grant.line,
        "rank": rank,
        "requested": grant.requested,
        "granted": grant.granted,
        "limited_by": grant.limited_by,
        "steps": steps_as_data(grant.steps),
    }


def find_scenario(session: Session, name: str) -> Scenario:
    """The scenario of this name. raises: NotFound."""
    found = session.get(Scenario, (context(session).contract, name.strip()))
    if found is None:
        raise NotFound(f"Le scénario « {name.strip()} » n'existe pas.", "La liste : cofiville allocation lister.")
    return found


def scenarios(session: Session) -> Sequence[Scenario]:
    """Every scenario of the contract, by year then instant."""
    query = select(Scenario).where(Scenario.contract == context(session).contract)
    return session.scalars(query.order_by(Scenario.year, Scenario.created_at, Scenario.name)).all()


def grants_of(session: Session, scenario: Scenario) -> Sequence[ScenarioGrant]:
    """What the scenario grants, by action then in the order of the lines."""
    query = select(ScenarioGrant).where(
        ScenarioGrant.contract == scenario.contract, ScenarioGrant.scenario == scenario.name
    )
    return session.scalars(query.order_by(ScenarioGrant.rank)).all()


def totals_of(scenario: Scenario, grants: Sequence[ScenarioGrant]) -> ScenarioTotals:
    """What the scenario's grants add up to; asked = granted + unmet."""
    asked, granted = total(each.requested for each in grants), total(each.granted for each in grants)
    held = Money(sum(scenario.inputs["enveloppes"].values()))
    return ScenarioTotals(asked, granted, asked - granted, held - granted)


def compare(session: Session, first: str, second: str) -> list[Change]:
    """Every action and line of either scenario, by action then line. raises: NotFound."""
    sides = [
        {(each.action, each.line): each.granted for each in grants_of(session, find_scenario(session, name))}
        for name in (first, second)
    ]
    keys = sorted(sides[0].keys() | sides[1].keys())
    return [Change(*key, sides[0].get(key, ZERO), sides[1].get(key, ZERO)) for key in keys]
