"""An action filled from a form, and the form that would record an action as it stands."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ledger.programming.appels import check_deposit
from ledger.programming.balance import FundingForm, valued
from ledger.programming.forms import ActionForm, IndicatorForm, ReferenceForm
from ledger.programming.lookups import find_action, find_appel
from ledger.programming.model import Action, ActionSlice, ActionTerritory, Funding
from ledger.programming.plans import detail_of
from ledger.programming.public_model import ActionIndicator, ActionPublic, ActionReference, ActionRenewal
from ledger.programming.publics import Beneficiaries, beneficiaries
from ledger.programming.refusals import ProgrammeRefused
from ledger.programming.shares import PublicForm, SliceForm
from ledger.referential.lookups import find_line, find_objective, find_porteur, find_territory

SPECIFIC = "specifique"


def check_appel(session: Session, form: ActionForm, on: date | None) -> None:
    """Nothing when the appel of the form, if it names one, takes it that day. raises: NotFound, AppelClosed."""
    if not form.appel:
        return
    lines = [find_line(session, each.line) for each in form.fundings]
    specific = [line for line in lines if line.nature == SPECIFIC]
    check_deposit(find_appel(session, form.appel), year=form.year, on=on, specific=specific)


def fill(session: Session, action: Action, form: ActionForm) -> None:
    """The action takes the facts of the form; every row of its lists is replaced.

    raises: NotFound, InvalidValue, UnbalancedPlan, ProgrammeRefused.
    """
    action.porteur = find_porteur(session, form.porteur).code
    action.appel = find_appel(session, form.appel).code if form.appel else None
    action.title, action.origin, action.example = form.title.strip(), form.origin, form.example
    action.objective = find_objective(session, form.objective).code if form.objective else None
    action.scale, action.dispositif, action.nature = form.scale, form.dispositif, form.nature
    action.innovation_criteria = form.innovation_criteria
    action.cost_total, action.cost_eligible = form.cost_total, form.eligible
    action.no_droit_commun_reason = form.no_droit_commun_reason
    action.deposited_on = form.deposited_on or action.deposited_on
    action.starts_on, action.ends_on, action.years = form.starts_on, form.ends_on, form.years
    action.renewal = "reconduite" if form.renewed_from else form.renewal
    action.valued, action.share_source = valued(form.plan), form.share_source.strip()
    found = beneficiaries(session, form)
    action.public_caph, action.public_cavm = found.caph, found.cavm
    realised = {each.label: (each.realised, each.realised_on) for each in action.indicators}
    _empty(session, action)
    _fill_publics(action, found)
    _fill_lists(session, action, form)
    for each in action.indicators:
        each.realised, each.realised_on = realised.get(each.label, (None, None))
    _renew(session, action, form.renewed_from)


def _empty(session: Session, action: Action) -> None:
    lists = (action.slices, action.fundings, action.territories, action.publics, action.references, action.indicators)
    if any(lists):
        for rows in lists:
            rows.clear()
        session.flush()


def _key(action: Action) -> dict[str, str]:
    return {"contract": action.contract, "action": action.number}


def _fill_publics(action: Action, found: Beneficiaries) -> None:
    key = _key(action)
    action.slices.extend(
        ActionSlice(**key, kind=kind, headcount=count, cost=cost) for kind, (count, cost) in found.slices.items()
    )
    action.publics.extend(
        ActionPublic(
            **key,
            rank=rank,
            kind=each.kind,
            territory=each.territory or None,
            epci=each.epci or None,
            headcount=each.headcount,
            counted=each.counted,
            qpv_headcount=each.qpv_headcount,
            evidence=each.evidence,
        )
        for rank, each in enumerate(found.publics, 1)
    )


def _fill_lists(session: Session, action: Action, form: ActionForm) -> None:
    key = _key(action)
    action.fundings.extend(
        Funding(
            **key,
            line=find_line(session, each.line).code,
            amount_requested=each.amount_requested,
            shared=each.shared,
            status=each.status,
            observation=each.observation,
        )
        for each in form.fundings
    )
    places = {find_territory(session, each).code for each in form.territories}
    places |= {each.territory for each in action.publics if each.territory}
    action.territories.extend(ActionTerritory(**key, territory=code) for code in sorted(places))
    action.references.extend(
        ActionReference(**key, kind=each.kind, year=each.year or form.year, reference=each.reference.strip())
        for each in form.references
    )
    action.indicators.extend(
        ActionIndicator(
            **key,
            rank=rank,
            kind=each.kind,
            label=each.label.strip(),
            expected=each.expected.strip(),
            realised=None,
            realised_on=None,
        )
        for rank, each in enumerate(form.indicators, 1)
    )


def _renew(session: Session, action: Action, previous: str) -> None:
    """The action renews this one, or none. raises: NotFound, ProgrammeRefused when it is not of an earlier year."""
    if not previous:
        action.renewed = None
        return
    before = find_action(session, previous)
    if before.year >= action.year:
        raise ProgrammeRefused(
            f"L'action {before.number} est de {before.year} : l'action {action.number} de {action.year} "
            "ne peut pas la reconduire.",
            "Donnez l'action d'une année antérieure.",
        )
    if action.renewed is None:
        action.renewed = ActionRenewal(**_key(action), previous=before.number)
    action.renewed.previous = before.number


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


def references_of(action: Action) -> tuple[ReferenceForm, ...]:
    """The references of other systems, as they would be typed."""
    return tuple(ReferenceForm(each.kind, each.reference, each.year) for each in action.references)


def publics_of(action: Action) -> tuple[PublicForm, ...]:
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
