"""From the form of an action to the rows that hold it, and back: checked once, whoever inserts or compares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.programming.actions.criteria import known_criteria
from ledger.programming.actions.forms import ActionForm, IndicatorForm, ReferenceForm, values_of
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import LISTS
from ledger.programming.actions.renewals import find_renewed
from ledger.programming.calls.appels import check_deposit
from ledger.programming.plans.balance import valued
from ledger.programming.publics.model import ActionRenewal, ActionRenewalAcross
from ledger.programming.publics.record_publics import Beneficiaries, beneficiaries_of
from ledger.programming.queries import find_appel
from ledger.programming.vocabulary import Renewal
from ledger.referential.end_porteur import check_not_ended
from ledger.referential.model import Dispositif, Scale
from ledger.referential.queries import check_in_force, find_line, find_objective, find_porteur, find_territory
from ledger.referential.vocabulary import LineNature
from ledger.referential.words import ContractWord, find_word, usual_word
from ledger.storage.base import Base
from ledger.storage.history import Record
from ledger.storage.session import context

_OWN = tuple(
    each.name
    for each in fields(ActionForm)
    if each.name in Action.__table__.c and each.name not in ("number", "year", "status", "deposited_on")
)
_RENEWALS: Mapping[str, type[Base]] = {"renewed": ActionRenewal, "renewed_across": ActionRenewalAcross}


@dataclass(frozen=True, slots=True)
class ActionRecords:
    """What a form says: the attributes of its action, the records of each of its lists, the action it renews.

    own: without what identifies the action, its status, nor the day it was deposited. renewed: with its entity, which
    says whether it is of the same contract.
    """

    own: Record
    lists: dict[str, list[Record]]
    renewed: tuple[type[Base], Record] | None


def records_of_form(session: Session, form: ActionForm) -> ActionRecords:
    """What this form, which has its number, says of its action.

    raises: NotFound, InvalidValue, UnbalancedPlan, ProgrammeRefused.
    """
    found, porteur = beneficiaries_of(session, form), find_porteur(session, form.porteur)
    check_not_ended([porteur], date(form.year, 1, 1))
    own: Record = {name: getattr(form, name) for name in _OWN} | {
        "porteur": porteur.code,
        "appel": find_appel(session, form.appel).code if form.appel else None,
        "title": form.title.strip(),
        "objective": _objective(session, form),
        "scale": _word(session, Scale, form.scale, form.year),
        "dispositif": _word(session, Dispositif, form.dispositif, form.year),
        "cost_eligible": form.eligible,
        "renewal": Renewal.RENEWED if form.renewed_from else form.renewal,
        "valued": valued(form.plan),
        "share_source": form.share_source.strip(),
    }
    key: Record = {"contract": context(session).contract, "action": form.number}
    return ActionRecords(own, _lists(session, form, found, key), _renewed(session, form, key))


def _lists(session: Session, form: ActionForm, found: Beneficiaries, key: Record) -> dict[str, list[Record]]:
    return {
        "slices": [
            {**key, "kind": kind, "headcount": count, "cost": cost} for kind, (count, cost) in found.slices.items()
        ],
        "publics": [
            {**key, "rank": rank, **values_of(each), "territory": each.territory or None, "epci": each.epci or None}
            for rank, each in enumerate(found.publics, 1)
        ],
        "counts": [{**key, **values_of(each)} for each in found.counts],
        "fundings": [
            {**key, **values_of(each), "line": _line(session, each.line, form.year)} for each in form.fundings
        ],
        "territories": [{**key, "territory": code} for code in _places(session, form, found)],
        "criteria": [{**key, "criterion": code} for code in known_criteria(session, form.criteria, form.year)],
        "references": [reference_record(key, each, form.year) for each in form.references],
        "indicators": [indicator_record(key, rank, each) for rank, each in enumerate(form.indicators, 1)],
    }


def reference_record(key: Record, reference: ReferenceForm, year: int) -> Record:
    """The row of a reference. year: that of its action, where it says none."""
    return {**key, "kind": reference.kind, "year": reference.year or year, "reference": reference.reference.strip()}


def indicator_record(key: Record, rank: int, indicator: IndicatorForm) -> Record:
    """The row of an indicator of which nothing is realised yet."""
    words = {"label": indicator.label.strip(), "expected": indicator.expected.strip()}
    return {**key, "rank": rank, "kind": indicator.kind, **words, "realised": None, "realised_on": None}


def _objective(session: Session, form: ActionForm) -> str | None:
    if not form.objective:
        return None
    found = find_objective(session, form.objective)
    check_in_force(found, form.year, f"L'objectif {found.code}")
    return found.code


def _word(session: Session, entity: type[ContractWord], code: str, year: int) -> str:
    return (find_word(session, entity, code, year) if code else usual_word(session, entity, year)).code


def _line(session: Session, code: str, year: int) -> str:
    found = find_line(session, code)
    check_in_force(found, year, f"La ligne {found.code}")
    return found.code


def _places(session: Session, form: ActionForm, found: Beneficiaries) -> list[str]:
    served = [find_territory(session, each) for each in form.territories]
    for each in served:
        check_in_force(each, form.year, f"Le territoire {each.code}")
    places = {each.code for each in served}
    return sorted(places | {each.territory for each in found.publics if each.territory})


def _renewed(session: Session, form: ActionForm, key: Record) -> tuple[type[Base], Record] | None:
    if not form.renewed_from:
        return None
    before = find_renewed(session, form.renewed_from, form.number, form.year)
    if before.contract == key["contract"]:
        return ActionRenewal, {**key, "previous": before.number}
    return ActionRenewalAcross, {**key, "previous_contract": before.contract, "previous": before.number}


def action_tables(facts: ActionRecords) -> Iterator[tuple[type[Base], list[Record]]]:
    """The records of the lists and of the renewal, by entity."""
    for name, rows in facts.lists.items():
        if rows:
            yield LISTS[name], rows
    if facts.renewed is not None:
        entity, record = facts.renewed
        yield entity, [record]


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
    renewed = dict([facts.renewed] if facts.renewed else ())
    for name, entity in _RENEWALS.items():
        held, record = getattr(action, name), renewed.get(entity)
        if record is None or held is None:
            setattr(action, name, None if record is None else entity(**record))
        else:
            for column, value in record.items():
                setattr(held, column, value)
