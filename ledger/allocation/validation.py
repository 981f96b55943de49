"""The comité de pilotage validates a scenario: what it grants becomes the programmation, once (§5.3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.allocation.gather import changes, gather_year, scenario_inputs
from ledger.allocation.model import Scenario, ScenarioEntry, ScenarioGrant
from ledger.allocation.scenarios import ScenarioRefused, grants_of
from ledger.core.errors import InvalidValue
from ledger.core.money import ZERO
from ledger.core.period import french_day
from ledger.journal.keys import AccountKey, Position
from ledger.journal.posting import Move, Posted, post
from ledger.journal.seal import Draft
from ledger.programming.lookups import find_action
from ledger.programming.moving import reach
from ledger.rules.book import load_book

_SHOWN = 5


class InputsChanged(ScenarioRefused):
    """What the scenario was computed from is no longer what stands."""

    code = "scenario_perime"


def validate(session: Session, scenario: Scenario, *, on: date, piece: str) -> list[Posted]:
    """One entry per line, DISPONIBLE → PROGRAMME for each action granted; the actions are then "accordées".

    Validated again with the same day and piece, gives the entries already there.
    raises: InvalidValue without a piece, ScenarioRefused, InputsChanged (says which), Overdraft, DayClosed.
    """
    if not piece.strip():
        raise InvalidValue("La pièce de la validation manque.", 'Nommez-la : --piece "COPIL du 04/03/2016".')
    granted = [grant for grant in grants_of(session, scenario) if grant.granted]
    if not granted:
        raise ScenarioRefused(
            f"Le scénario « {scenario.name} » n'accorde rien.",
            f"Consultez ce qui limite : cofiville allocation montrer {scenario.name}.",
        )
    if scenario.validated_on is not None:
        return _again(session, scenario, granted, on, piece)
    _check_not_programmed(session, scenario, granted)
    _check_inputs(session, scenario)
    drafts = _drafts(scenario, granted, on, piece)
    posted = post(session, list(drafts.values()))
    session.add_all(
        ScenarioEntry(contract=scenario.contract, scenario=scenario.name, line=line, entry_number=written.sequence)
        for line, written in zip(drafts, posted, strict=True)
    )
    scenario.validated_on, scenario.piece = on, piece
    session.flush()
    served = [find_action(session, number) for number in sorted({grant.action for grant in granted})]
    reach(session, served, "accorde", on=on, reason=piece)
    return posted


def _again(
    session: Session, scenario: Scenario, granted: Sequence[ScenarioGrant], on: date, piece: str
) -> list[Posted]:
    if (scenario.validated_on, scenario.piece) != (on, piece):
        when = french_day(scenario.validated_on) if scenario.validated_on else ""
        raise ScenarioRefused(
            f"Le scénario « {scenario.name} » est déjà validé, le {when} ({scenario.piece}).",
            "Un scénario n'est validé qu'une fois ; un complément : cofiville allocation accorder.",
        )
    return post(session, list(_drafts(scenario, granted, on, piece).values()))


def _check_not_programmed(session: Session, scenario: Scenario, granted: Sequence[ScenarioGrant]) -> None:
    query = (
        select(Scenario.name, ScenarioGrant.action, ScenarioGrant.line)
        .join(
            ScenarioGrant,
            (ScenarioGrant.contract == Scenario.contract) & (ScenarioGrant.scenario == Scenario.name),
        )
        .where(
            Scenario.contract == scenario.contract,
            Scenario.year == scenario.year,
            Scenario.validated_on.is_not(None),
            ScenarioGrant.granted > ZERO,
        )
    )
    taken = {(action, line): name for name, action, line in session.execute(query)}
    for grant in granted:
        if (earlier := taken.get((grant.action, grant.line))) is not None:
            raise ScenarioRefused(
                f"La programmation {scenario.year} est déjà validée par le scénario « {earlier} » :"
                f" il accorde {grant.line} à l'action {grant.action}.",
                f"Proposez un scénario complémentaire : cofiville allocation proposer {scenario.year} --scenario NOM.",
            )


def _check_inputs(session: Session, scenario: Scenario) -> None:
    facts = gather_year(session, scenario.year)
    now = scenario_inputs(facts, load_book(session, scenario.rules_on))
    altered = changes(scenario.inputs, now, facts.asked_lines())
    if not altered:
        return
    shown = ", ".join(altered[:_SHOWN]) + (f" et {len(altered) - _SHOWN} autres" if len(altered) > _SHOWN else "")
    raise InputsChanged(
        f"Depuis le scénario « {scenario.name} », ont changé : {shown}.",
        f"Proposez-en un nouveau : cofiville allocation proposer {scenario.year} --scenario NOM.",
    )


def _drafts(scenario: Scenario, granted: Sequence[ScenarioGrant], on: date, piece: str) -> dict[str, Draft]:
    """By line."""
    by_line: dict[str, list[ScenarioGrant]] = {}
    for grant in granted:
        by_line.setdefault(grant.line, []).append(grant)
    return {
        line: Draft(
            reference=f"PROGRAMMATION {scenario.name} {line}",
            kind="programmation",
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
