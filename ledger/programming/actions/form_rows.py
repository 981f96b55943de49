"""From the form of an action to the rows that hold it, and back: checked once, whoever inserts or compares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.programming.actions.forms import ActionForm
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import LISTS
from ledger.programming.calls.appels import check_deposit
from ledger.programming.plans.balance import valued
from ledger.programming.publics.model import ActionRenewal
from ledger.programming.publics.record_publics import Beneficiaries, beneficiaries_of
from ledger.programming.queries import ProgrammeRefused, find_action, find_appel
from ledger.referential.queries import find_line, find_objective, find_porteur, find_territory
from ledger.referential.vocabulary import LineNature
from ledger.storage.base import Base
from ledger.storage.history import Record
from ledger.storage.session import context


@dataclass(frozen=True, slots=True)
class ActionRecords:
    """What a form says: the attributes of its action, the records of each of its lists, the action it renews.

    own: without what identifies the action, its status, nor the day it was deposited.
    """

    own: Record
    lists: dict[str, list[Record]]
    renewed: Record | None


def records_of_form(session: Session, form: ActionForm) -> ActionRecords:
    """What this form, which has its number, says of its action.

    raises: NotFound, InvalidValue, UnbalancedPlan, ProgrammeRefused.
    """
    own: Record = {
        "porteur": find_porteur(session, form.porteur).code,
        "appel": find_appel(session, form.appel).code if form.appel else None,
        "title": form.title.strip(),
        "origin": form.origin,
        "example": form.example,
        "objective": find_objective(session, form.objective).code if form.objective else None,
        "scale": form.scale,
        "dispositif": form.dispositif,
        "nature": form.nature,
        "innovation_criteria": form.innovation_criteria,
        "cost_total": form.cost_total,
        "cost_eligible": form.eligible,
        "no_droit_commun_reason": form.no_droit_commun_reason,
        "starts_on": form.starts_on,
        "ends_on": form.ends_on,
        "years": form.years,
        "renewal": "reconduite" if form.renewed_from else form.renewal,
        "valued": valued(form.plan),
        "share_source": form.share_source.strip(),
    }
    found = beneficiaries_of(session, form)
    own["public_caph"], own["public_cavm"] = found.caph, found.cavm
    key: Record = {"contract": context(session).contract, "action": form.number}
    lists = {
        "slices": [
            {**key, "kind": kind, "headcount": count, "cost": cost} for kind, (count, cost) in found.slices.items()
        ],
        "publics": _publics(found, key),
        "fundings": _fundings(session, form, key),
        "territories": [{**key, "territory": code} for code in _places(session, form, found)],
        "references": [
            {**key, "kind": each.kind, "year": each.year or form.year, "reference": each.reference.strip()}
            for each in form.references
        ],
        "indicators": _indicators(form, key),
    }
    return ActionRecords(own, lists, _renewed(session, form, key))


def _places(session: Session, form: ActionForm, found: Beneficiaries) -> list[str]:
    places = {find_territory(session, each).code for each in form.territories}
    return sorted(places | {each.territory for each in found.publics if each.territory})


def _publics(found: Beneficiaries, key: Record) -> list[Record]:
    return [
        {
            **key,
            "rank": rank,
            "kind": each.kind,
            "territory": each.territory or None,
            "epci": each.epci or None,
            "headcount": each.headcount,
            "counted": each.counted,
            "qpv_headcount": each.qpv_headcount,
            "evidence": each.evidence,
        }
        for rank, each in enumerate(found.publics, 1)
    ]


def _fundings(session: Session, form: ActionForm, key: Record) -> list[Record]:
    return [
        {
            **key,
            "line": find_line(session, each.line).code,
            "amount_requested": each.amount_requested,
            "shared": each.shared,
            "status": each.status,
            "observation": each.observation,
        }
        for each in form.fundings
    ]


def _indicators(form: ActionForm, key: Record) -> list[Record]:
    return [
        {
            **key,
            "rank": rank,
            "kind": each.kind,
            "label": each.label.strip(),
            "expected": each.expected.strip(),
            "realised": None,
            "realised_on": None,
        }
        for rank, each in enumerate(form.indicators, 1)
    ]


def _renewed(session: Session, form: ActionForm, key: Record) -> Record | None:
    if not form.renewed_from:
        return None
    before = find_action(session, form.renewed_from)
    if before.year >= form.year:
        raise ProgrammeRefused(
            f"L'action {before.number} est de {before.year} : l'action {form.number} de {form.year} "
            "ne peut pas la reconduire.",
            "Donnez l'action d'une année antérieure.",
        )
    return {**key, "previous": before.number}


def action_tables(facts: ActionRecords) -> Iterator[tuple[type[Base], list[Record]]]:
    """The records of the lists and of the renewal, by entity."""
    for name, rows in facts.lists.items():
        if rows:
            yield LISTS[name], rows
    if facts.renewed is not None:
        yield ActionRenewal, [facts.renewed]


def check_appel(session: Session, form: ActionForm, on: date | None) -> None:
    """Nothing when the appel of the form, if it names one, takes it that day. raises: NotFound, AppelClosed."""
    if not form.appel:
        return
    lines = [find_line(session, each.line) for each in form.fundings]
    specific = [line for line in lines if line.nature == LineNature.SPECIFIC]
    check_deposit(find_appel(session, form.appel), year=form.year, on=on, specific=specific)


def fill_action(session: Session, action: Action, form: ActionForm) -> None:
    """The action takes the facts of the form; every row of its lists is replaced.

    raises: NotFound, InvalidValue, UnbalancedPlan, ProgrammeRefused.
    """
    facts = records_of_form(session, replace(form, number=action.number, year=action.year))
    action.deposited_on = form.deposited_on or action.deposited_on
    realised = {each.label: (each.realised, each.realised_on) for each in action.indicators}
    _empty(session, action)
    fill_new_action(action, facts)
    for each in action.indicators:
        each.realised, each.realised_on = realised.get(each.label, (None, None))


def _empty(session: Session, action: Action) -> None:
    lists = [getattr(action, name) for name in LISTS]
    if any(lists):
        for rows in lists:
            rows.clear()
        session.flush()


def fill_new_action(action: Action, facts: ActionRecords) -> None:
    """The action, whose lists are empty, takes these facts."""
    for name, value in facts.own.items():
        setattr(action, name, value)
    for name, entity in LISTS.items():
        getattr(action, name).extend(entity(**each) for each in facts.lists[name])
    if facts.renewed is None:
        action.renewed = None
    elif action.renewed is None:
        action.renewed = ActionRenewal(**facts.renewed)
    else:
        action.renewed.previous = facts.renewed["previous"]
