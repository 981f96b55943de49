"""An action filled from a form, and the form that would record an action as it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.programming.appels import check_deposit
from ledger.programming.balance import FundingForm
from ledger.programming.facts import LISTS, ActionFacts, facts_of
from ledger.programming.forms import ActionForm, IndicatorForm, ReferenceForm
from ledger.programming.lookups import find_appel
from ledger.programming.model import Action
from ledger.programming.plans import detail_of
from ledger.programming.public_model import ActionRenewal
from ledger.programming.reading import ReadAction
from ledger.programming.shares import PublicForm, SliceForm
from ledger.referential.lookups import find_line
from ledger.referential.vocabulary import LineNature


def check_appel(session: Session, form: ActionForm, on: date | None) -> None:
    """Nothing when the appel of the form, if it names one, takes it that day. raises: NotFound, AppelClosed."""
    if not form.appel:
        return
    lines = [find_line(session, each.line) for each in form.fundings]
    specific = [line for line in lines if line.nature == LineNature.SPECIFIC]
    check_deposit(find_appel(session, form.appel), year=form.year, on=on, specific=specific)


def fill(session: Session, action: Action, form: ActionForm) -> None:
    """The action takes the facts of the form; every row of its lists is replaced.

    raises: NotFound, InvalidValue, UnbalancedPlan, ProgrammeRefused.
    """
    facts = facts_of(session, replace(form, number=action.number, year=action.year))
    action.deposited_on = form.deposited_on or action.deposited_on
    realised = {each.label: (each.realised, each.realised_on) for each in action.indicators}
    _empty(session, action)
    take(action, facts)
    for each in action.indicators:
        each.realised, each.realised_on = realised.get(each.label, (None, None))


def _empty(session: Session, action: Action) -> None:
    lists = [getattr(action, name) for name in LISTS]
    if any(lists):
        for rows in lists:
            rows.clear()
        session.flush()


def take(action: Action, facts: ActionFacts) -> None:
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
        fundings=fundings_of(action),
        deposited_on=action.deposited_on,
        starts_on=action.starts_on,
        ends_on=action.ends_on,
        years=action.years,
        renewal=action.renewal,
        renewed_from=action.renewed.previous if action.renewed else "",
        share_source=action.share_source,
        plan=detail_of(action),
        publics=publics_of(action),
        references=references_of(action),
        indicators=tuple(IndicatorForm(each.kind, each.label, each.expected) for each in action.indicators),
    )


def fundings_of(action: Action) -> tuple[FundingForm, ...]:
    """The lines asked, as they would be typed."""
    return tuple(
        FundingForm(each.line, each.amount_requested, each.shared, each.status, each.observation)
        for each in action.fundings
    )


def references_of(action: Action | ReadAction) -> tuple[ReferenceForm, ...]:
    """The references of other systems, as they would be typed."""
    return tuple(ReferenceForm(each.kind, each.reference, each.year) for each in action.references)


def publics_of(action: Action | ReadAction) -> tuple[PublicForm, ...]:
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
