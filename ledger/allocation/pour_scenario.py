"""A scenario before the committees: what it retains becomes what is proposed, in their workbooks and on their pages."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ledger.allocation.scenarios import ScenarioRefused, find_scenario, grants_of
from ledger.core.grouping import grouped
from ledger.programming.committees.model import CommitteeDecision
from ledger.programming.committees.record_decision import DecisionForm, decide_on_action, last_decisions
from ledger.programming.vocabulary import CommitteeKind, CommitteeOutcome


def propose_by_scenario(session: Session, name: str, year: int, *, on: date) -> list[CommitteeDecision]:
    """What is proposed of each action once the scenario is: every line it retains something on, the others at zero.

    An action of which it retains nothing is "ajournée" if something was proposed of it, and else left unsaid.
    raises: NotFound, ScenarioRefused for another year, CommitteeDecisionRefused where a plan has changed since.
    """
    scenario = find_scenario(session, name)
    if scenario.year != year:
        raise ScenarioRefused(
            f"Le scénario « {scenario.name} » est celui de l'exercice {scenario.year}.",
            f"Choisissez-en un de {year} : cofiville allocation lister.",
        )
    before = last_decisions(session, year=year)
    found = []
    for action, grants in grouped((each.action, each) for each in grants_of(session, scenario)).items():
        amounts = {each.line: each.granted for each in grants}
        outcome, reason = CommitteeOutcome.GRANTED, ""
        if not any(amounts.values()):
            said = before.get((action, CommitteeKind.TECHNICAL))
            if said is None or not any(each.amount for each in said.amounts):
                continue
            outcome, reason = CommitteeOutcome.ADJOURNED, f"Le scénario {scenario.name} n'en retient rien."
        form = DecisionForm(action, CommitteeKind.TECHNICAL, amounts, outcome, reason)
        found.append(decide_on_action(session, form, on=on))
    return found
