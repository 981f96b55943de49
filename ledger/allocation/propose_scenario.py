"""Proposing: a scenario named and frozen with what it was computed from, its grants, a certificate for each line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from ledger.allocation.engine.reading import EQUITY, REPAIR, SEQUENTIAL
from ledger.allocation.engine.share_lines import Grant, SharedLines, judge_droit_commun, share_lines
from ledger.allocation.engine.steps import steps_as_data
from ledger.allocation.model import LineCertificate, Scenario, ScenarioGrant
from ledger.allocation.optimum.proposals import make_fair, repair
from ledger.allocation.queries import EngineFacts, engine_facts_of_year, inputs_digest, scenario_inputs
from ledger.allocation.scenarios import ScenarioRefused, ScenarioTotals
from ledger.core.errors import InvalidValue
from ledger.core.money import ZERO, Money, total
from ledger.core.rate import cut_down
from ledger.journal.exercices import DayClosed, find_exercice
from ledger.rules.book import Rule, RuleBook, rulebook, supposed_rulebook
from ledger.rules.kinds import MobilisationOrder
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Clock, MissingLevel, Verdict
from ledger.storage.history import insert_records
from ledger.storage.instants import instant_of_record
from ledger.storage.session import context
from ledger.storage.standing import standing_act

METHODS: Mapping[str, str] = {
    SEQUENTIAL: "ligne après ligne, au prorata des demandes plafonnées",
    REPAIR: "le résultat ligne après ligne, déplacé au plus juste pour servir la plus grande somme",
    EQUITY: "la plus grande somme, les actions les moins bien servies d'abord",
}


@dataclass(frozen=True, slots=True)
class ScenarioTerms:
    """What a scenario supposes: the method, enveloppes other than those available, the day whose rules hold.

    supposed: by line, the amount to share. share: of every other enveloppe, what is to be shared (9/10 for −10 %).
    rules_on: a day whose rules are supposed to hold; None for those of the exercice, by which alone one decides.
    """

    method: str = SEQUENTIAL
    supposed: Mapping[str, Money] = field(default_factory=dict)
    share: Fraction = Fraction(1)
    rules_on: date | None = None


@dataclass(frozen=True, slots=True)
class ComputedScenario:
    """The grants that a method computed for a year, with the facts and the rules they come from."""

    outcome: SharedLines
    facts: EngineFacts
    book: RuleBook
    supposed: Mapping[str, Money]


def compute_scenario(session: Session, year: int, wish: ScenarioTerms, *, on: date) -> ComputedScenario:
    """What every action of the year would be granted; nothing is written.

    on: the day of the decision. Requests already granted are left out.
    raises: NotFound, DayClosed for a closed year, ScenarioRefused when nothing waits, InvalidValue, RuleMissing,
    CrossingCaps, ImpossiblePin, OptimumUndecided.
    """
    if (exercice := find_exercice(session, year)).closed_on is not None:
        raise DayClosed(
            f"L'exercice {year} est clos{standing_act(exercice, 'closed_on')} : rien n'y est plus proposé.",
            "Choisissez un exercice ouvert : cofiville exercice lister.",
        )
    if wish.method not in METHODS:
        raise InvalidValue(f"« {wish.method} » n'est pas une méthode.", f"Choisissez : {', '.join(METHODS)}.")
    facts = engine_facts_of_year(session, year)
    supposed = _supposed(facts, wish)
    lines = {code: replace(line, available=supposed.get(code, line.available)) for code, line in facts.lines.items()}
    if wish.rules_on is None:
        book = rulebook(session, Clock.MILLESIME, exercice=year, day=on)
    else:
        book = supposed_rulebook(session, wish.rules_on)
    _check_droit_commun(facts, book)
    outcome = share_lines(facts.actions, lines, book)
    if not any(asking.places for asking in outcome.problem.askings):
        raise ScenarioRefused(
            f"Aucune demande de l'exercice {year} n'attend d'arbitrage.",
            f"Saisissez des actions (cofiville action saisir {year}), ou consultez-les : cofiville action"
            f" lister {year}.",
        )
    if wish.method != SEQUENTIAL:
        outcome = repair(outcome) if wish.method == REPAIR else make_fair(outcome)
    return ComputedScenario(outcome, facts, book, supposed)


def _check_droit_commun(facts: EngineFacts, book: RuleBook) -> None:
    """Nothing unless the rule of the order refuses what lacks droit commun and a reason. raises: ScenarioRefused."""
    rule = book.find(MobilisationOrder, RuleSubject())
    if not isinstance(rule, Rule) or rule.figures.missing != MissingLevel.REFUSE:
        return
    judged = (
        (each.number, judge_droit_commun(each, facts.lines, book)) for each in facts.actions if each.in_the_running
    )
    lacking = [number for number, found in judged if found.verdict == Verdict.BROKEN]
    if lacking:
        named = ", ".join(lacking[:5]) + (f" et {len(lacking) - 5} autre(s)" if len(lacking) > 5 else "")
        raise ScenarioRefused(
            f"{len(lacking)} action(s) demandent des crédits spécifiques sans droit commun ni motif ({named}) :"
            f" {rule.code} ({rule.source}) refuse alors de proposer.",
            f"Complétez le plan, ou dites pourquoi : cofiville action modifier {lacking[0]} --sans-droit-commun MOTIF.",
        )


def _supposed(facts: EngineFacts, wish: ScenarioTerms) -> dict[str, Money]:
    for line, amount in wish.supposed.items():
        if line not in facts.lines or amount < ZERO:
            raise InvalidValue(
                f"L'enveloppe supposée {line} ({amount.french()}) ne convient pas.",
                f"Nommez une ligne et un montant positif : --enveloppe {min(facts.lines, default='LIGNE')}=80000.",
            )
    if wish.share == 1:
        return dict(wish.supposed)
    held: dict[str, Money] = {code: line.available for code, line in facts.lines.items() if line.available is not None}
    return {**{code: cut_down(wish.share, amount) for code, amount in held.items()}, **wish.supposed}


def totals_of_outcome(computed: ComputedScenario) -> ScenarioTotals:
    """What was computed adds up to; `left` over every enveloppe of the year, supposed or held."""
    problem, shared = computed.outcome.problem, computed.outcome.shared
    asked = total(request.amount for requests in problem.requests for request in requests)
    granted = Money(sum(sum(each.grants) for each in shared))
    held = total(line.available for line in problem.lines if line.available is not None)
    return ScenarioTotals(asked, granted, asked - granted, held - granted)


def without_credits(computed: ComputedScenario) -> list[str]:
    """The lines of which something is asked though nothing was notified on them."""
    problem = computed.outcome.problem
    lines = zip(problem.lines, problem.askings, strict=True)
    return [line.code for line, asking in lines if asking.places and line.available is None]


def propose_scenario(
    session: Session, year: int, name: str, *, on: date, note: str = "", wish: ScenarioTerms | None = None
) -> Scenario:
    """The new scenario: what `compute` finds, kept under this name, nothing posted.

    raises: what compute raises, InvalidValue or ScenarioRefused for its name.
    """
    return keep_scenario(
        session, year, name, compute_scenario(session, year, wish or ScenarioTerms(), on=on), note=note
    )


def keep_scenario(session: Session, year: int, name: str, computed: ComputedScenario, *, note: str = "") -> Scenario:
    """The scenario of this name, made of what was computed. raises: InvalidValue or ScenarioRefused for its name."""
    called = _check_name(session, name)
    contract, agent, _ = context(session).signature
    inputs: dict[str, dict[str, Any]] = {
        **scenario_inputs(computed.facts, computed.book),
        "suppositions": {line: amount.cents for line, amount in computed.supposed.items()},
        "calcul": {"methode": computed.outcome.method},
    }
    scenario = Scenario(
        contract=contract,
        name=called,
        year=year,
        rules_on=computed.book.day,
        inputs=inputs,
        inputs_hash=inputs_digest(inputs),
        note=note,
        created_by=agent,
        created_at=instant_of_record(session),
    )
    session.add(scenario)
    session.flush()
    grants = sorted(computed.outcome.grants(), key=lambda grant: grant.action)
    rows = [_row(scenario, rank, grant) for rank, grant in enumerate(grants, start=1)]
    insert_records(session, {ScenarioGrant: rows, LineCertificate: _certificates(scenario, computed.outcome)})
    return scenario


def _check_name(session: Session, name: str) -> str:
    called = name.strip()
    if not 1 <= len(called) <= 60 or not called.isprintable():
        raise InvalidValue(
            "Le nom du scénario est vide ou dépasse 60 caractères.", "Par exemple : --scenario COPIL-2016."
        )
    if (there := session.get(Scenario, (context(session).contract, called))) is not None:
        raise ScenarioRefused(
            f"Le scénario « {called} » existe déjà{standing_act(there)}.",
            "Un scénario ne change plus : donnez un autre nom au nouveau.",
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
        "claimed": grant.claimed,
    }


def _certificates(scenario: Scenario, outcome: SharedLines) -> list[dict[str, object]]:
    problem, rows = outcome.problem, []
    for rank, (line, asking, shared) in enumerate(zip(problem.lines, problem.askings, outcome.shared, strict=True), 1):
        if not asking.places:
            continue
        certificate = shared.certificate
        extra = certificate.threshold >= 0
        rows.append(
            {
                "contract": scenario.contract,
                "scenario": scenario.name,
                "line": line.code,
                "rank": rank,
                "budget": Money(certificate.budget),
                "fixed": Money(sum(asking.pins.values())),
                "claims": Money(certificate.claims),
                "granted": Money(sum(shared.grants)),
                "threshold": certificate.threshold if extra else None,
                "last_action": problem.actions[certificate.last].number if extra else None,
            }
        )
    return rows
