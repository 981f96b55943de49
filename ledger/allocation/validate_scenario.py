"""The comité de pilotage validates a scenario: what it grants becomes the programmation, once (§5.3.3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.allocation.model import Scenario, ScenarioEntry, ScenarioGrant
from ledger.allocation.queries import (
    changes_since_scenario,
    engine_facts_of_year,
    only_moved_on,
    other_rules,
    scenario_inputs,
)
from ledger.allocation.scenarios import ScenarioRefused, grants_of, scenario_line_stands
from ledger.core.errors import require_words
from ledger.core.grouping import grouped
from ledger.core.money import ZERO, Money
from ledger.core.period import french_day
from ledger.journal.model import Entry
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import Posted, post_acts, written_by
from ledger.journal.reversal import reversal_of
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind
from ledger.journal.waivers import PutAside, put_aside_rule, record_waivers, waiver_words
from ledger.programming.actions.grants import granted_by_action
from ledger.programming.actions.model import ActionStatus
from ledger.programming.actions.move_status import before_the_grant, put_back, raise_status
from ledger.programming.committees.record_decision import grant_by_committee, last_decisions
from ledger.programming.queries import find_action
from ledger.programming.vocabulary import ActionState, CommitteeKind, CommitteeOutcome
from ledger.referential.end_porteur import check_not_ended
from ledger.referential.queries import find_porteur
from ledger.rules.book import RuleBook, rulebook
from ledger.rules.vocabulary import Clock
from ledger.storage.standing import standing_act

_SHOWN = 5


class InputsChanged(ScenarioRefused):
    """What the scenario was computed from is no longer what stands."""

    code = "scenario_perime"


class DecidedOtherwise(ScenarioRefused):
    """The comité de pilotage has decided something else than what the scenario grants."""

    code = "decide_autrement"


class OtherRules(ScenarioRefused):
    """The scenario was drawn under other rules than those of its exercice: it is for looking at."""

    code = "scenario_autres_regles"


class SupposedCredits(ScenarioRefused):
    """The scenario was drawn on other credits than those of its exercice: it is for looking at."""

    code = "scenario_autres_credits"


def validate(session: Session, scenario: Scenario, *, on: date, piece: str, waiver: str = "") -> list[Posted]:
    """One entry per line, DISPONIBLE → PROGRAMME for each action granted; the actions are then "accordées".

    What it grants is kept as decided by the comité de pilotage: programming its decisions finds nothing left to do.
    Validated again with the same day and piece, gives the entries already there. waiver: why the committee keeps a
    scenario drawn under other rules than those of the exercice on that day, or on other credits; kept with the entries.
    raises: InvalidValue without a piece, ScenarioRefused, DecidedOtherwise, OtherRules, SupposedCredits,
    InputsChanged (says which), Overdraft, DayClosed.
    """
    require_words(piece, "La pièce de la validation manque.", 'Nommez-la : --piece "COPIL du 04/03/2016".')
    granted = [grant for grant in grants_of(session, scenario) if grant.granted]
    if not granted:
        raise ScenarioRefused(
            f"Le scénario « {scenario.name} » ne retient rien.",
            f"Consultez ce qui limite : cofiville allocation montrer {scenario.name}.",
        )
    if scenario.validated_on is not None:
        return _again(session, scenario, granted, on, piece)
    _check_not_programmed(session, scenario, granted)
    _check_porteurs(session, granted, on)
    decided = decisions_of_scenario(session, scenario, granted)
    book = rulebook(session, Clock.MILLESIME, exercice=scenario.year, day=on)
    others = other_rules(session, scenario, book)
    _check_inputs(session, scenario, book, others)
    aside = (*_put_aside(scenario, others, book.day, waiver), *_credits_aside(scenario, waiver))
    drafts = _drafts(scenario, granted, on, piece)
    posted = post_acts(session, [replace(draft, motive=waiver_words(aside)) for draft in drafts.values()])
    session.add_all(
        ScenarioEntry(contract=scenario.contract, scenario=scenario.name, line=line, entry_number=written.sequence)
        for line, written in zip(drafts, posted, strict=True)
    )
    for written in posted:
        record_waivers(session, written.sequence, aside)
    scenario.validated_on, scenario.piece = on, piece
    session.flush()
    grant_by_committee(session, decided, on=on)
    served = [find_action(session, number) for number in sorted({grant.action for grant in granted})]
    raise_status(session, served, ActionState.GRANTED, on=on, reason=piece)
    return posted


def _again(
    session: Session, scenario: Scenario, granted: Sequence[ScenarioGrant], on: date, piece: str
) -> list[Posted]:
    if (scenario.validated_on, scenario.piece) != (on, piece):
        when = french_day(scenario.validated_on) if scenario.validated_on else ""
        raise ScenarioRefused(
            f"Le scénario « {scenario.name} » est déjà validé, le {when} ({scenario.piece})"
            f"{standing_act(scenario, 'validated_on')}.",
            "Un scénario n'est validé qu'une fois ; un complément : cofiville allocation accorder ACTION LIGNE"
            " MONTANT --piece PIECE.",
        )
    posted = post_acts(session, list(_drafts(scenario, granted, on, piece).values()))
    for written in posted:
        if (undone := reversal_of(session, written.sequence)) is not None:
            raise ScenarioRefused(
                f"Ce que le scénario « {scenario.name} » programmait est annulé, par {written_by(session, undone)}.",
                f"Proposez-en un nouveau : cofiville allocation proposer {scenario.year} --scenario NOM.",
            )
    return posted


def _check_not_programmed(session: Session, scenario: Scenario, granted: Sequence[ScenarioGrant]) -> None:
    query = (
        select(Scenario, ScenarioGrant.action, ScenarioGrant.line)
        .join(
            ScenarioGrant,
            ScenarioGrant.scenario == Scenario.name,
        )
        .where(
            Scenario.year == scenario.year,
            Scenario.validated_on.is_not(None),
            ScenarioGrant.granted > ZERO,
            scenario_line_stands(),
        )
    )
    taken = {(action, line): validated for validated, action, line in session.execute(query)}
    for grant in granted:
        if (earlier := taken.get((grant.action, grant.line))) is not None:
            raise ScenarioRefused(
                f"La programmation {scenario.year} est déjà validée par le scénario « {earlier.name} »"
                f"{standing_act(earlier, 'validated_on')} :"
                f" il accorde {grant.line} à l'action {grant.action}.",
                f"Proposez un scénario complémentaire : cofiville allocation proposer {scenario.year} --scenario NOM.",
            )


def decisions_of_scenario(
    session: Session, scenario: Scenario, granted: Sequence[ScenarioGrant]
) -> dict[str, dict[str, Money]]:
    """By action then line, what the comité de pilotage decides by validating: this, and what it granted before.

    raises: DecidedOtherwise where it already said otherwise of an action; what a scenario validated earlier granted
    is not otherwise, but what this one comes after.
    """
    decisions = last_decisions(session, [each.action for each in granted])
    earlier = _granted_by_scenarios(session, scenario.year)
    held = granted_by_action(session, scenario.year)
    found: dict[str, dict[str, Money]] = {}
    otherwise = []
    for action, grants in grouped((each.action, each) for each in granted).items():
        given = {each.line: each.granted for each in grants}
        said = decisions.get((action, CommitteeKind.STEERING))
        kept = {each.line: each.amount for each in said.amounts} if said else {}
        before, now = earlier.get(action, {}), held.get(action, {})
        other = [line for line in given if kept.get(line, given[line]) not in (given[line], before.get(line))]
        if other or (said and said.outcome != CommitteeOutcome.GRANTED):
            otherwise.append(action)
        undone = [line for line, amount in kept.items() if before.get(line) == amount and not now.get(line)]
        found[action] = {**{line: amount for line, amount in kept.items() if line not in undone}, **given}
    if otherwise:
        shown = ", ".join(otherwise[:_SHOWN])
        more = f" et {len(otherwise) - _SHOWN} autres" if len(otherwise) > _SHOWN else ""
        raise DecidedOtherwise(
            f"Le comité de pilotage a déjà décidé, autrement que le scénario « {scenario.name} » : {shown}{more}.",
            f"Programmez ce qu'il a décidé : cofiville comite programmer {scenario.year} --piece REFERENCE ;"
            f" ou changez-le : cofiville comite decider {otherwise[0]}.",
        )
    return found


def _granted_by_scenarios(session: Session, year: int) -> dict[str, dict[str, Money]]:
    """By action then line, what the scenarios validated so far grant, undone since or not; the last one's."""
    query = (
        select(ScenarioGrant.action, ScenarioGrant.line, ScenarioGrant.granted)
        .join(Scenario, Scenario.name == ScenarioGrant.scenario)
        .where(Scenario.year == year, Scenario.validated_on.is_not(None), ScenarioGrant.granted > ZERO)
        .order_by(Scenario.created_at)
    )
    found: dict[str, dict[str, Money]] = {}
    for action, line, amount in session.execute(query):
        found.setdefault(action, {})[line] = amount
    return found


def _check_porteurs(session: Session, granted: Sequence[ScenarioGrant], on: date) -> None:
    """Nothing when no porteur of these actions had ended by this day. raises: PorteurEnded."""
    for number in sorted({grant.action for grant in granted}):
        check_not_ended([find_porteur(session, find_action(session, number).porteur)], on, number)


def _put_aside(scenario: Scenario, others: Sequence[str], day: date, waiver: str) -> tuple[PutAside, ...]:
    """The rules of the exercice that the scenario puts aside; none where it keeps to them."""
    if not others:
        return ()
    rules = f"les règles de l'exercice {scenario.year} au {french_day(day)} ({', '.join(others)})"
    if waiver.strip():
        of_year = f"de l'exercice {scenario.year} au {french_day(day)}"
        return tuple(put_aside_rule(code, f"la règle {code} {of_year}", waiver) for code in others)
    raise OtherRules(
        f"Le scénario « {scenario.name} » ne suit pas {rules} : il se regarde et se compare.",
        f"Proposez-en un qui les suive : cofiville allocation proposer {scenario.year} --scenario NOM ;"
        " ou dites pourquoi le COPIL passe outre : --malgre MOTIF.",
    )


def _credits_aside(scenario: Scenario, waiver: str) -> tuple[PutAside, ...]:
    """The credits of the exercice that the scenario exceeds; none where it shares what is available, or less of it."""
    held = scenario.inputs["enveloppes"]
    supposed = scenario.inputs.get("suppositions", {})
    others = [f"{line} {Money(cents).french()}" for line, cents in supposed.items() if cents > (held.get(line) or 0)]
    if not others:
        return ()
    shown = ", ".join(others[:_SHOWN]) + (f" et {len(others) - _SHOWN} autres" if len(others) > _SHOWN else "")
    if waiver.strip():
        return (
            put_aside_rule("", f"les crédits disponibles de l'exercice {scenario.year} (supposés : {shown})", waiver),
        )
    raise SupposedCredits(
        f"Le scénario « {scenario.name} » suppose plus de crédits que n'en a l'exercice {scenario.year} ({shown}) :"
        " il se regarde et se compare.",
        f"Proposez-en un sur les crédits disponibles : cofiville allocation proposer {scenario.year} --scenario NOM ;"
        " ou dites pourquoi le COPIL passe outre : --malgre MOTIF.",
    )


def _check_inputs(session: Session, scenario: Scenario, book: RuleBook, others: Sequence[str]) -> None:
    facts = engine_facts_of_year(session, scenario.year)
    now, drawn = scenario_inputs(facts, book), scenario.inputs["actions"]
    for each in facts.actions:
        before = drawn.get(each.number)
        if now["actions"][each.number] != before and only_moved_on(each, before):
            now["actions"][each.number] = before
    altered = changes_since_scenario(scenario.inputs, now, facts.asked_lines())
    if not altered:
        return
    altered.extend(f"règle {code}" for code in others)
    shown = ", ".join(altered[:_SHOWN]) + (f" et {len(altered) - _SHOWN} autres" if len(altered) > _SHOWN else "")
    raise InputsChanged(
        f"Depuis le scénario « {scenario.name} », ont changé : {shown}.",
        f"Proposez-en un nouveau : cofiville allocation proposer {scenario.year} --scenario NOM.",
    )


def _drafts(scenario: Scenario, granted: Sequence[ScenarioGrant], on: date, piece: str) -> dict[str, Draft]:
    """By line."""
    by_line: dict[str, list[ScenarioGrant]] = grouped((grant.line, grant) for grant in granted)
    return {
        line: Draft(
            reference=f"PROGRAMMATION {scenario.name} {line}",
            kind=EntryKind.GRANT,
            label=f"Programmation {scenario.year} {line}, scénario {scenario.name}",
            piece=piece,
            effect_on=on,
            moves=tuple(
                Move(
                    AccountKey(Position.PROGRAMME, line, scenario.year, action=grant.action),
                    AccountKey(Position.DISPONIBLE, line, scenario.year),
                    grant.granted,
                )
                for grant in grants
            ),
        )
        for line, grants in by_line.items()
    }


def withdraw_grant(session: Session, undone: Entry, actions: Collection[str], *, reason: str, on: date) -> None:
    """Bring these actions, to which nothing is granted any more, back to the status they had before their grant.

    undone: the entry of the grant just reversed. One said "accordée" by hand, or conventioned since, stays so.
    """
    for number in sorted(actions):
        action = find_action(session, number)
        granted = granted_by_action(session, action.year, number).get(number, {})
        if action.status != ActionState.GRANTED or any(granted.values()):
            continue
        before = before_the_grant(session, action)
        if before is not None and _is_of_a_grant(session, undone, before[1]):
            put_back(session, action, before[0], on=on, reason=reason)


def _is_of_a_grant(session: Session, undone: Entry, crossing: ActionStatus) -> bool:
    """Whether the act that made the action "accordée" is a grant: one of that day, under that piece."""
    query = select(Entry.sequence).where(
        Entry.kind == undone.kind,
        Entry.effect_on == crossing.on,
        Entry.piece == crossing.reason,
    )
    return session.scalar(query.limit(1)) is not None
