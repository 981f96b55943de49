"""What the engine decides on, read in a bounded number of queries; and what made a scenario, to compare later."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.allocation.engine.facts import ActionFacts, LineFacts, Request
from ledger.allocation.model import Scenario
from ledger.allocation.pin_amount import pins_of
from ledger.core.money import ZERO, Money, total
from ledger.journal.announcements import announced_amounts
from ledger.journal.balances import balances
from ledger.journal.positions import Position
from ledger.programming.actions.forms import ReadAction
from ledger.programming.actions.grants import granted_by_action
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import USUAL, read_action, read_actions
from ledger.programming.publics.record_publics import epcis_sharing
from ledger.programming.queries import find_action
from ledger.programming.vocabulary import ActionState, PlanSide, RequestState
from ledger.referential.contracts import contract_of
from ledger.referential.financeurs import financeurs_of_porteurs
from ledger.referential.model import CreditLine, Epci, Financeur, Porteur
from ledger.referential.porteurs import ReadPorteur, read_porteur
from ledger.referential.queries import find_line, find_porteur
from ledger.referential.statuts import law_of
from ledger.referential.vocabulary import Law, LineNature, PorteurKind
from ledger.rules.book import Rule, RuleBook, rule_of
from ledger.rules.figures import Figures
from ledger.rules.kinds import Ceiling, EligibleBase, EpciKey, Innovation, MobilisationOrder, SpareCent, Territories
from ledger.rules.limit_kinds import AmountCeiling, AmountFloor, OwnShare, PublicShare, SharedCap
from ledger.rules.model import RuleVersion
from ledger.rules.written import figures_text, scope_pairs

DECIDING = (
    Territories,
    Ceiling,
    Innovation,
    PublicShare,
    OwnShare,
    AmountCeiling,
    AmountFloor,
    SharedCap,
    EpciKey,
    MobilisationOrder,
    SpareCent,
    EligibleBase,
)


def deciding_rules(rules: Iterable[Rule[Figures]]) -> list[Rule[Figures]]:
    """Of these rules, the ones that decide how much is granted."""
    return [rule for rule in rules if isinstance(rule.figures, DECIDING)]


def other_rules(session: Session, scenario: Scenario, book: RuleBook) -> list[str]:
    """The codes of the rules by which the scenario was drawn otherwise than this book says, in order; [] for none.

    What counts is what they say, not when they were written: a version written again alike is the same rule.
    """
    numbers = [int(number) for number in scenario.inputs["regles"]]
    query = select(RuleVersion).where(RuleVersion.id.in_(numbers))
    drawn = (rule_of(version) for version in session.scalars(query))
    used = {_said(rule) for rule in deciding_rules(drawn) if scenario.rules_on in rule.period}
    own = {_said(rule) for rule in deciding_rules(book.in_force())}
    return sorted({code for code, *_ in used ^ own})


def labels_used(session: Session, scenario: Scenario) -> dict[str, str]:
    """The label of each rule that the scenario was drawn by, by code."""
    numbers = [int(number) for number in scenario.inputs["regles"]]
    columns = select(RuleVersion.code, RuleVersion.label)
    query = columns.where(RuleVersion.id.in_(numbers))
    return {row.code: row.label for row in session.execute(query)}


def _said(rule: Rule[Figures]) -> tuple[str, str, str]:
    return rule.code, scope_pairs(rule.scope), figures_text(rule.figures)


_PARTS = (*USUAL, "publics", "counts", "plan")
_SIREN_DIGITS = 9
_PRIVATE_AID = "74aidespriv"
_NOTIFIED = (Position.NOTIFIE, Position.REPORT_ENTRANT)


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """What the engine needs of a year, or of one of its actions: the actions that ask, and every credit line."""

    actions: tuple[ActionFacts, ...]
    lines: Mapping[str, LineFacts]

    def asked_lines(self) -> set[str]:
        """The lines that some action asks something of."""
        return {request.line for action in self.actions for request in action.requests}


def engine_facts_of_year(session: Session, year: int) -> EngineFacts:
    """The facts of every action of the year, with the amounts that arbitration fixed."""
    actions = read_actions(session, Action.year == year, parts=_PARTS)
    facts = _facts(session, year, actions, granted_by_action(session, year))
    fixed = pins_of(session, [action.number for action in facts.actions])
    return replace(
        facts,
        actions=tuple(
            replace(action, pins=fixed[action.number]) if action.number in fixed else action for action in facts.actions
        ),
    )


def engine_facts_of_action(session: Session, number: str) -> tuple[Action, EngineFacts]:
    """The action of this number and its facts alone. raises: NotFound."""
    action = find_action(session, number)
    read = read_action(session, action, _PARTS)
    return action, _facts(session, action.year, [read], granted_by_action(session, action.year, action.number))


def asked_facts(session: Session, numbers: Collection[str]) -> dict[str, ActionFacts]:
    """What each of these actions asks and costs, by number, without what the book grants it."""
    actions = read_actions(session, Action.number.in_(numbers), parts=_PARTS)
    found = [find_line(session, code) for code in {each.line for action in actions for each in action.fundings}]
    lines = {line.code: LineFacts(line.code, line.financeur, line.nature, line.rank, None) for line in found}
    carriers = {action.porteur: read_porteur(find_porteur(session, action.porteur)) for action in actions}
    return {
        action.number: _action_facts(action, carriers[action.porteur], "", {}, lines, _sharing(session, [action]))
        for action in actions
    }


def _facts(
    session: Session, year: int, actions: Sequence[ReadAction], granted: Mapping[str, Mapping[str, Money]]
) -> EngineFacts:
    carriers = _carriers(session, {actions[0].porteur} if len(actions) == 1 else None)
    lines, sharing = _lines(session, year), _sharing(session, actions)
    return EngineFacts(
        tuple(
            _action_facts(action, *carriers[action.porteur], granted.get(action.number, {}), lines, sharing)
            for action in actions
        ),
        lines,
    )


def _sharing(session: Session, actions: Sequence[ReadAction]) -> frozenset[str]:
    """The EPCI among whom the common parts of these actions of one year are shared; none where nothing is to share."""
    sharing = next((each for each in actions if each.counts or any(line.shared for line in each.fundings)), None)
    return epcis_sharing(session, sharing.year) if sharing else frozenset()


def _carriers(session: Session, codes: set[str] | None) -> dict[str, tuple[ReadPorteur, str]]:
    """The porteurs by code (these, or all), each with the financeur that it is itself, "" for none."""
    query = select(Porteur)
    if codes is not None:
        query = query.where(Porteur.code.in_(codes))
    epcis = {each.siren: each.code for each in session.scalars(select(Epci))}
    own = contract_of(session).epci_financeur
    porteurs = session.scalars(query).all()
    themselves, found = financeurs_of_porteurs(session, porteurs), {}
    for porteur in porteurs:
        financeur = themselves.get(porteur.code, "")
        if porteur.kind == PorteurKind.EPCI:
            # An EPCI that nothing tells from another is that of the contract, as for its own expenses.
            named = porteur.code if porteur.code in epcis.values() else ""
            financeur = named or epcis.get((porteur.siret or "")[:_SIREN_DIGITS], own)
        found[porteur.code] = read_porteur(porteur), financeur
    return found


def _lines(session: Session, year: int) -> dict[str, LineFacts]:
    available: dict[str, Money] = {}
    announced = announced_amounts(session, [year])
    held = balances(session, year=year, positions=(*_NOTIFIED, Position.DISPONIBLE))
    for key, amount in held.items():
        available.setdefault(key.line, ZERO)
        if key.position is Position.DISPONIBLE:
            available[key.line] = max(ZERO, amount - announced.get(key, ZERO))
    laws = {code: law_of(statut).value for code, statut in session.execute(select(Financeur.code, Financeur.statut))}
    return {
        line.code: LineFacts(
            line.code,
            line.financeur,
            line.nature,
            line.rank,
            available.get(line.code),
            laws[line.financeur] if laws[line.financeur] != Law.UNKNOWN else "",
        )
        for line in session.scalars(select(CreditLine).order_by(CreditLine.code))
    }


def _action_facts(
    action: ReadAction,
    porteur: ReadPorteur,
    own_financeur: str,
    granted: Mapping[str, Money],
    lines: Mapping[str, LineFacts],
    sharing: Collection[str],
) -> ActionFacts:
    return ActionFacts(
        number=action.number,
        porteur_kind=porteur.kind,
        porteur_statut=porteur.statut or "",
        own_financeur=own_financeur,
        dispositif=action.dispositif,
        nature=action.nature,
        axis=action.axis,
        status=action.status,
        innovation_criteria=action.innovation_criteria,
        cost_total=action.cost_total,
        cost_eligible=action.eligible,
        slices=action.costs,
        public=action.counted_public(sharing),
        porteur=action.porteur,
        requests=tuple(
            Request(
                each.line,
                each.amount_requested,
                each.shared and len(sharing) > 1,
                RequestState.ASKED if each.is_asked else each.status,
                each.observation,
            )
            for each in action.fundings
            if lines[each.line].nature != LineNature.OWN_FUNDS and each.amount_requested
        ),
        granted=dict(granted),
        no_droit_commun_reason=action.no_droit_commun_reason,
        valued=action.valued,
        other_funding=(others := action.cost_total - total(each.amount_requested for each in action.fundings)),
        other_public=_public_resources(action) if others else ZERO,
        own_share=action.own_share,
        resources={each.line: each.amount_requested for each in action.fundings if each.is_asked},
    )


def _public_resources(action: ReadAction) -> Money:
    """What public bodies that are no financeur of the contract bring: accounts 74 of the plan, private aid apart."""
    others = (each for each in action.plan if each.side == PlanSide.PRODUITS and not each.in_kind)
    return total(each.amount for each in others if each.account.startswith("74") and each.account != _PRIVATE_AID)


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def inputs_digest(value: Any) -> str:
    """The SHA-256 (hexadecimal) of the canonical form of a structure of words, numbers and amounts."""
    return sha256(_canonical(value).encode()).hexdigest()


def scenario_inputs(facts: EngineFacts, book: RuleBook) -> dict[str, dict[str, Any]]:
    """What a scenario is computed from: enveloppes in cents by line, a digest of each action, rules by number."""
    return {
        "enveloppes": {code: line.available.cents for code, line in facts.lines.items() if line.available is not None},
        "actions": {action.number: inputs_digest(asdict(replace(action, pins={}))) for action in facts.actions},
        "regles": {str(rule.id): rule.code for rule in deciding_rules(book.in_force())},
        "fixes": {
            f"{action.number} sur {line}": amount.cents
            for action in facts.actions
            for line, amount in action.pins.items()
        },
    }


def only_moved_on(action: ActionFacts, drawn: str | None) -> bool:
    """Whether nothing of the action changed since this digest but its status, before and after in the running."""
    bare = replace(action, pins={})
    moves = (replace(bare, status=status) for status in _RUNNING)
    return drawn is not None and action.in_the_running and any(inputs_digest(asdict(each)) == drawn for each in moves)


_RUNNING = (ActionState.DEPOSITED, ActionState.ADMISSIBLE, ActionState.EXAMINED, ActionState.ARBITRATED)


def changes_since_scenario(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]], lines: Iterable[str]
) -> list[str]:
    """What differs between two sets of inputs, rules apart, in French; of the enveloppes, only those of these lines."""
    found = []
    for line in sorted(lines):
        old, new = before["enveloppes"].get(line), after["enveloppes"].get(line)
        if old != new:
            shown = [Money(cents).french() if cents is not None else "rien" for cents in (old, new)]
            found.append(f"enveloppe {line} (disponible : {shown[0]}, maintenant {shown[1]})")
    for number in sorted(before["actions"].keys() | after["actions"].keys()):
        if before["actions"].get(number) != after["actions"].get(number):
            found.append(f"action {number}")
    fixed = before.get("fixes", {}).items() ^ after.get("fixes", {}).items()
    found.extend(f"montant fixé {where}" for where in sorted({where for where, _ in fixed}))
    return found
