"""Recording what is asked: actions with their plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
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
from ledger.storage.bulk import many_objects
from ledger.storage.objects import insert_objects


def record_action(session: Session, form: ActionForm, *, on: date | None = None) -> Action:
    """The new action, who benefits, and the first version of its plan.

    on: the day it is deposited, kept in the history of its status, where the form does not say it; 1 January of its
    year when neither does.
    raises: InvalidValue, NotFound, UnbalancedPlan, ProgrammeRefused when its number is taken, AppelClosed.
    """
    contract = context(session).contract
    number = check_code(form.number, "l'action") if form.number else _next_number(session, form.year)
    taken = session.get(Action, (contract, number)) is not None
    [action] = _store(session, [_deposited(session, replace(form, number=number), taken=taken, on=on)])
    return action


def record_actions(session: Session, forms: Sequence[ActionForm], *, on: date | None = None) -> list[bool]:
    """For each form, whether its action is recorded: those that can be are, together, as `record_action` would.

    Each form has its number. One left aside is refused by `record_action`, has moved beyond its deposit, or names
    another of the same forms: it is to be recorded by itself.
    """
    taken = set(session.scalars(select(Action.number).where(Action.contract == context(session).contract)))
    found: list[_Deposit] = []
    done: list[bool] = []
    with session.no_autoflush, many_objects():
        for form in forms:
            try:
                if form.status != "depose":
                    raise ProgrammeRefused("Cette action a déjà avancé.", "Enregistrez-la seule.")
                found.append(_deposited(session, form, taken=form.number in taken, on=on))
            except LedgerError:
                done.append(False)
            else:
                taken.add(form.number)
                done.append(True)
        insert_objects(session, [deposit.action for deposit in found])
    _begin(session, found)
    return done


class _Deposit(NamedTuple):
    """A new action, the day it is deposited, the status it has reached."""

    action: Action
    on: date
    status: str


def _store(session: Session, deposits: Sequence[_Deposit]) -> list[Action]:
    """The actions of these deposits, in the base, their history begun."""
    session.add_all(deposit.action for deposit in deposits)
    session.flush()
    _begin(session, deposits)
    for deposit in deposits:
        reach(session, [deposit.action], deposit.status, on=deposit.on, reason="")
    return [deposit.action for deposit in deposits]


def _begin(session: Session, deposits: Sequence[_Deposit]) -> None:
    by_day: dict[date, list[Action]] = {}
    for deposit in deposits:
        by_day.setdefault(deposit.on, []).append(deposit.action)
    for day, actions in by_day.items():
        begin(session, actions, on=day)


def _deposited(session: Session, form: ActionForm, *, taken: bool, on: date | None) -> _Deposit:
    """The new action of a form that has its number, checked, not yet in the base. raises: what record_action raises."""
    contract, number = context(session).contract, form.number
    check_form(form)
    check_code(number, "l'action")
    if taken:
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
    return _Deposit(action, day, form.status)


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
