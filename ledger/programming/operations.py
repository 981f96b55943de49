"""Recording what is asked: actions with their plan."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.identifiers import check_code, next_number
from ledger.core.money import Money
from ledger.core.period import check_year
from ledger.journal.balances import balances, moved
from ledger.journal.context import context
from ledger.journal.keys import Position
from ledger.programming.adjusting import keep_adjusted
from ledger.programming.filling import check_appel, fill
from ledger.programming.filling import form_of as form_of
from ledger.programming.forms import ActionForm, check_form
from ledger.programming.lookups import find_action
from ledger.programming.model import Action
from ledger.programming.moving import begin, reach
from ledger.programming.plans import budget, write_version
from ledger.programming.refusals import ProgrammeRefused as ProgrammeRefused
from ledger.referential.lookups import find_porteur


def record_action(session: Session, form: ActionForm, *, on: date | None = None) -> Action:
    """The new action, who benefits, and the first version of its plan.

    on: the day it is deposited, kept in the history of its status, where the form does not say it; 1 January of its
    year when neither does.
    raises: InvalidValue, NotFound, UnbalancedPlan, ProgrammeRefused when its number is taken, AppelClosed.
    """
    contract = context(session).contract
    check_form(form)
    number = check_code(form.number, "l'action") if form.number else _next_number(session, form.year)
    if session.get(Action, (contract, number)) is not None:
        raise ProgrammeRefused(f"L'action {number} existe déjà.", f"Modifiez-la : cofiville action modifier {number}.")
    deposited_on = form.deposited_on or on
    check_appel(session, form, deposited_on)
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
        deposited_on=deposited_on,
    )
    fill(session, action, form)
    lines = budget(session, form.cost_total, form.fundings, form.plan)
    day = deposited_on or date(form.year, 1, 1)
    write_version(session, action, lines, stage="depose", on=day)
    session.add(action)
    session.flush()
    begin(session, action, on=day)
    reach(session, [action], form.status, on=day, reason="")
    return action


def change_action(
    session: Session, form: ActionForm, *, on: date | None = None, reason: str = "", stage: str = "ajuste"
) -> Action:
    """The action of this number with these facts instead; its status moves apart (`moving`).

    A plan that changes is kept as a new version, of the day given or else of the version before.
    stage: "ajuste", or "depose" when the form says better what was deposited.
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
    if form.appel != (action.appel or "") or form.deposited_on != action.deposited_on:
        check_appel(session, form, form.deposited_on)
    keep_adjusted(session, action, form, on=on, reason=reason, stage=stage)
    fill(session, action, form)
    session.flush()
    return action


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
