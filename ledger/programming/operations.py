"""Recording what is asked: appels à projets, actions with their plan."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.identifiers import check_code, next_number
from ledger.core.money import Money
from ledger.core.period import check_year
from ledger.journal.balances import balances, moved
from ledger.journal.context import context
from ledger.journal.keys import Position
from ledger.programming.appel_model import Appel
from ledger.programming.forms import ActionForm, FundingForm, SliceForm, check_form, slice_costs
from ledger.programming.lookups import find_action, find_appel
from ledger.programming.model import Action, ActionSlice, ActionTerritory, Funding
from ledger.programming.moving import begin, reach
from ledger.referential.lookups import find_line, find_objective, find_porteur, find_territory


class ProgrammeRefused(LedgerError):
    """The action or the appel cannot be recorded as asked."""

    code = "programmation_refusee"


def open_appel(
    session: Session, year: int, kind: str, *, launched_on: date, closes_on: date | None = None, code: str = ""
) -> Appel:
    """The new appel à projets.

    kind: "annuel" or "complementaire". raises: InvalidValue, ProgrammeRefused when its code is taken.
    """
    contract = context(session).contract
    check_year(year)
    if kind not in ("annuel", "complementaire"):
        raise InvalidValue(f"« {kind} » n'est pas un type d'appel.", "Choisissez annuel ou complementaire.")
    if closes_on is not None and closes_on < launched_on:
        raise InvalidValue("L'appel se clôt avant d'être lancé.", "Vérifiez les deux dates.")
    chosen = check_code(code or (str(year) if kind == "annuel" else f"{year}-C"), "l'appel à projets")
    if session.get(Appel, (contract, chosen)) is not None:
        raise ProgrammeRefused(f"L'appel à projets {chosen} existe déjà.", "Donnez-lui un autre code : --code.")
    appel = Appel(contract=contract, code=chosen, year=year, kind=kind, launched_on=launched_on, closes_on=closes_on)
    session.add(appel)
    session.flush()
    return appel


def record_action(session: Session, form: ActionForm, *, on: date | None = None) -> Action:
    """The new action, its slices, territories and plan.

    on: the day it is deposited, kept in the history of its status; 1 January of its year when not known.
    raises: InvalidValue, NotFound, UnbalancedPlan, ProgrammeRefused when its number is taken.
    """
    contract = context(session).contract
    check_form(form)
    number = check_code(form.number, "l'action") if form.number else _next_number(session, form.year)
    if session.get(Action, (contract, number)) is not None:
        raise ProgrammeRefused(f"L'action {number} existe déjà.", f"Modifiez-la : cofiville action modifier {number}.")
    action = Action(
        contract=contract,
        number=number,
        year=check_year(form.year),
        appel=None,
        porteur=find_porteur(session, form.porteur).code,
        title="",
        objective=None,
        scale=form.scale,
        dispositif=form.dispositif,
        nature=form.nature,
        innovation_criteria=0,
        cost_total=form.cost_total,
        cost_eligible=form.cost_total,
        public_caph=None,
        public_cavm=None,
        no_droit_commun_reason="",
        status="depose",
        example=form.example,
        origin=form.origin,
    )
    _fill(session, action, form)
    session.add(action)
    session.flush()
    deposited_on = on or date(form.year, 1, 1)
    begin(session, action, on=deposited_on)
    reach(session, [action], form.status, on=deposited_on, reason="")
    return action


def change_action(session: Session, form: ActionForm) -> Action:
    """The action of this number with these facts instead; its status moves apart (`moving`).

    raises: what record_action raises, and ProgrammeRefused once something is granted to it: it then changes by avenant.
    """
    check_form(form)
    action = find_action(session, form.number)
    held = balances(session, action=action.number)
    if held:
        raise ProgrammeRefused(
            f"L'action {action.number} a déjà des montants programmés ou conventionnés.",
            "Ce qui est accordé change par un acte : nouvelle attribution, avenant ou annulation d'écriture.",
        )
    _fill(session, action, form)
    session.flush()
    return action


def _fill(session: Session, action: Action, form: ActionForm) -> None:
    eligible = form.cost_total if form.cost_eligible is None else form.cost_eligible
    action.porteur = find_porteur(session, form.porteur).code
    action.appel = find_appel(session, form.appel).code if form.appel else None
    action.title, action.origin, action.example = form.title.strip(), form.origin, form.example
    action.objective = find_objective(session, form.objective).code if form.objective else None
    action.scale, action.dispositif, action.nature = form.scale, form.dispositif, form.nature
    action.innovation_criteria = form.innovation_criteria
    action.cost_total, action.cost_eligible = form.cost_total, eligible
    action.public_caph, action.public_cavm = form.public_caph, form.public_cavm
    action.no_droit_commun_reason = form.no_droit_commun_reason
    key = {"contract": action.contract, "action": action.number}
    slices = {
        kind: ActionSlice(**key, kind=kind, headcount=count, cost=cost)
        for kind, (count, cost) in slice_costs(form.slices, eligible).items()
    }
    fundings = {
        code: Funding(
            **key,
            line=code,
            amount_requested=each.amount_requested,
            shared=each.shared,
            status=each.status,
            observation=each.observation,
        )
        for each in form.fundings
        for code in [find_line(session, each.line).code]
    }
    territories = {
        code: ActionTerritory(**key, territory=code)
        for code in sorted({find_territory(session, each).code for each in form.territories})
    }
    _replace_rows(session, action, slices, fundings, territories)


def _replace_rows(
    session: Session,
    action: Action,
    slices: dict[str, ActionSlice],
    fundings: dict[str, Funding],
    territories: dict[str, ActionTerritory],
) -> None:
    if action.slices or action.fundings or action.territories:
        action.slices.clear()
        action.fundings.clear()
        action.territories.clear()
        session.flush()
    action.slices.extend(slices.values())
    action.fundings.extend(fundings.values())
    action.territories.extend(territories.values())


def _next_number(session: Session, year: int) -> str:
    taken = select(Action.number).where(Action.contract == context(session).contract, Action.year == year)
    return next_number(f"{year}-", session.scalars(taken))


def granted_by_action(session: Session, year: int, action: str | None = None) -> dict[str, dict[str, Money]]:
    """By action then line, what was granted in the year: programmed, whatever became of them since.

    action: this one alone; None for all.
    """
    found: dict[str, dict[str, Money]] = {}
    granted = moved(session, into=Position.PROGRAMME, out_of=Position.DISPONIBLE, year=year, action=action)
    for key, amount in granted.items():
        found.setdefault(key.action, {})[key.line] = amount
    return found


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
        fundings=tuple(
            FundingForm(each.line, each.amount_requested, each.shared, each.status, each.observation)
            for each in action.fundings
        ),
    )
