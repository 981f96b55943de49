"""From the form of an action to the rows that hold it, and back: checked once, whoever inserts or compares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import SimpleNamespace
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, func, inspect, select
from sqlalchemy.orm import Session

from ledger.programming.actions.forms import ActionForm, IndicatorForm, ReferenceForm
from ledger.programming.actions.model import Action, ActionSlice, ActionTerritory, Funding
from ledger.programming.calls.appels import check_deposit
from ledger.programming.plans.balance import FundingForm, valued
from ledger.programming.plans.model import PlanLine, PlanVersion
from ledger.programming.plans.versions import detail_of
from ledger.programming.publics.model import ActionIndicator, ActionPublic, ActionReference, ActionRenewal
from ledger.programming.publics.record_publics import Beneficiaries, beneficiaries_of
from ledger.programming.publics.shares import PublicForm, SliceForm
from ledger.programming.queries import ProgrammeRefused, find_action, find_appel
from ledger.programming.vocabulary import PlanStage
from ledger.referential.queries import find_line, find_objective, find_porteur, find_territory
from ledger.referential.vocabulary import LineNature
from ledger.storage.base import Base
from ledger.storage.history import Record
from ledger.storage.session import context, own_rows

LISTS: dict[str, type[Base]] = {
    "slices": ActionSlice,
    "publics": ActionPublic,
    "fundings": Funding,
    "territories": ActionTerritory,
    "references": ActionReference,
    "indicators": ActionIndicator,
}
"""The lists of an action that a form says whole, by name, and what they hold."""


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


ReadAction: TypeAlias = SimpleNamespace
"""An action read: the attributes and the lists of an Action, its renewal, and `detail`, the lines of the plan asked
that ask nothing of a credit line."""


def read_programme(session: Session, year: int) -> list[ReadAction]:
    """Every action of the year, by number, with all that its form says: one query a table."""
    session.flush()
    action = Action.__table__
    mine = own_rows(session, action), action.c.year == year
    names = [inspect(Action).get_property_by_column(column).key for column in action.columns]
    query = select(*action.c).where(*mine).order_by(action.c.number)
    found = [ReadAction(**dict(zip(names, row, strict=True))) for row in _rows(session, query)]
    for name, entity in LISTS.items():
        order = inspect(Action).relationships[name].order_by
        _share_out(session, found, name, _of(entity, mine).order_by(*(order or ())))
    _share_out(session, found, "detail", _details(session, mine))
    _share_out(session, found, "renewals", _of(ActionRenewal, mine))
    for each in found:
        each.renewed = each.renewals[0] if each.renewals else None
    return found


def _rows(session: Session, query: Select[Any]) -> Sequence[Row[Any]]:
    """Straight from the connection: the session would look at each row for objects."""
    return session.connection().execute(query).all()


def _of(entity: type[Base], mine: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The rows of this entity that belong to these actions."""
    table, action = entity.__table__, Action.__table__
    owner = (table.c.contract == action.c.contract) & (table.c.action == action.c.number)
    return select(*table.c).select_from(table.join(action, owner)).where(*mine)


def _details(session: Session, mine: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The lines of the last version asked by the porteur that stand on an account of their own (see `asked_plan`)."""
    version, line = PlanVersion.__table__.c, PlanLine.__table__.c
    last = (
        select(version.contract, version.action, func.max(version.rank).label("rank"))
        .where(own_rows(session, PlanVersion.__table__), version.stage != PlanStage.ARBITRATED)
        .group_by(version.contract, version.action)
        .subquery()
    )
    asked = (line.contract == last.c.contract) & (line.action == last.c.action) & (line.version == last.c.rank)
    own = asked, line.line.is_(None), line.account != ""
    return _of(PlanLine, mine).where(*own).order_by(line.action, line.rank)


def _share_out(session: Session, actions: Sequence[ReadAction], name: str, query: Select[Any]) -> None:
    """Give each action, under this name, its rows."""
    rows: dict[str, list[Any]] = {action.number: [] for action in actions}
    for row in _rows(session, query):
        rows[row.action].append(row)
    for action in actions:
        setattr(action, name, rows[action.number])


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


def form_of(action: Action) -> ActionForm:
    """What would be typed to record the action as it stands."""
    counted = any(each.headcount is not None for each in action.slices)
    return ActionForm(
        year=action.year,
        number=action.number,
        porteur=action.porteur,
        title=action.title,
        appel=action.appel or "",
        objective=action.objective or "",
        scale=action.scale,
        dispositif=action.dispositif,
        nature=action.nature,
        innovation_criteria=action.innovation_criteria,
        cost_total=action.cost_total,
        cost_eligible=action.cost_eligible,
        public_caph=action.public_caph,
        public_cavm=action.public_cavm,
        no_droit_commun_reason=action.no_droit_commun_reason,
        status=action.status,
        example=action.example,
        origin=action.origin,
        slices=tuple(
            SliceForm(each.kind, headcount=each.headcount, cost=None if counted else each.cost)
            for each in action.slices
        ),
        territories=tuple(each.territory for each in action.territories),
        fundings=funding_forms(action),
        deposited_on=action.deposited_on,
        starts_on=action.starts_on,
        ends_on=action.ends_on,
        years=action.years,
        renewal=action.renewal,
        renewed_from=action.renewed.previous if action.renewed else "",
        share_source=action.share_source,
        plan=detail_of(action),
        publics=public_forms(action),
        references=reference_forms(action),
        indicators=tuple(IndicatorForm(each.kind, each.label, each.expected) for each in action.indicators),
    )


def funding_forms(action: Action) -> tuple[FundingForm, ...]:
    """The lines asked, as they would be typed."""
    return tuple(
        FundingForm(each.line, each.amount_requested, each.shared, each.status, each.observation)
        for each in action.fundings
    )


def reference_forms(action: Action | ReadAction) -> tuple[ReferenceForm, ...]:
    """The references of other systems, as they would be typed."""
    return tuple(ReferenceForm(each.kind, each.reference, each.year) for each in action.references)


def public_forms(action: Action | ReadAction) -> tuple[PublicForm, ...]:
    """Who benefits in detail, as it would be typed."""
    return tuple(
        PublicForm(
            kind=each.kind,
            headcount=each.headcount,
            territory=each.territory or "",
            epci=each.epci or "",
            counted=each.counted,
            qpv_headcount=each.qpv_headcount,
            evidence=each.evidence,
        )
        for each in action.publics
    )
