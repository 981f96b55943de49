"""Droit commun that comes after a grant (§5.4.2 asks it first): the plan gains it, nothing granted moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, require_words
from ledger.core.money import ZERO, Money
from ledger.programming.actions.forms import ActionForm
from ledger.programming.actions.grants import granted_by_action
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import form_of
from ledger.programming.plans.adjust_plan import keep_adjusted, set_fundings
from ledger.programming.plans.balance import OWN_FUNDS_LINE, FundingForm, check_plan
from ledger.programming.queries import find_action, own_fund_lines
from ledger.referential.queries import find_line
from ledger.referential.vocabulary import LineNature


@dataclass(frozen=True, slots=True)
class AddedDroitCommun:
    """What a plan was before droit commun was added to it, and is now: its cost and the porteur's own funds."""

    action: Action
    cost_before: Money
    own_before: Money
    own: Money


def add_droit_commun(
    session: Session, number: str, code: str, amount: Money, *, piece: str, on: date, costs_more: bool = False
) -> AddedDroitCommun:
    """The plan of the action asks this much more on a line of droit commun; less for an amount below zero.

    The porteur's own funds bear the difference; with costs_more the action costs it, beyond its eligible cost, so that
    no rate of what is granted has another base.
    raises: NotFound, InvalidValue without a piece, for another line than droit commun, for more than the own funds, or
    for less than is granted on it.
    """
    action, line = find_action(session, number), find_line(session, code)
    require_words(piece, "La pièce qui l'annonce manque.", 'Nommez-la : --piece "Courrier de la Caf du 12/09/2016".')
    if line.nature != LineNature.DROIT_COMMUN:
        raise InvalidValue(
            f"{line.code} n'est pas une ligne de droit commun.",
            "Leurs codes : cofiville ligne lister ; un autre crédit se demande par une autre action"
            f" (cofiville action saisir {action.year}).",
        )
    now = form_of(action)
    asked = {each.line: each for each in now.fundings}
    own = asked.get(OWN_FUNDS_LINE, FundingForm(OWN_FUNDS_LINE, ZERO))
    left = own.amount_requested - (ZERO if costs_more else amount)
    if left < ZERO:
        raise InvalidValue(
            f"Les fonds propres de l'action {action.number} sont de {own.amount_requested.french()} :"
            f" {amount.french()} de plus ne remplacent pas autant.",
            "Dites si l'action coûte plus : --en-plus ; ou baissez d'abord un montant accordé : cofiville convention"
            " avenant CONVENTION --montant LIGNE=-MONTANT --piece PIECE.",
        )
    before = asked.get(line.code, FundingForm(line.code, ZERO))
    changed = {line.code: replace(before, amount_requested=before.amount_requested + amount)}
    changed[OWN_FUNDS_LINE] = replace(own, amount_requested=left)
    fundings = {**asked, **changed}
    form = replace(
        now,
        fundings=tuple(each for each in fundings.values() if each.amount_requested or each.line in asked),
        cost_total=now.cost_total + (amount if costs_more else ZERO),
        cost_eligible=now.eligible,
    )
    if not only_adds_droit_commun(session, action, form):
        granted = _granted(session, action).get(line.code, ZERO)
        raise InvalidValue(
            f"{before.amount_requested.french()} sont demandés sur {line.code}, dont {granted.french()} accordés :"
            f" {amount.french()} ne s'y ajoutent pas.",
            f"Consultez l'action : cofiville action montrer {action.number}.",
        )
    keep_droit_commun(session, action, form, on=on, reason=piece.strip())
    return AddedDroitCommun(action, now.cost_total, own.amount_requested, left)


def only_adds_droit_commun(session: Session, action: Action, form: ActionForm) -> bool:
    """Whether the form changes nothing of the action but its droit commun, and the own funds or the cost beside it.

    No line falls below what is granted on it, and the eligible cost, base of rates, stays.
    """
    now = form_of(action)
    same = replace(form, fundings=now.fundings, cost_total=now.cost_total, cost_eligible=now.cost_eligible)
    if same != now or form.eligible != now.eligible or form.cost_total < form.eligible:
        return False
    before = {each.line: each for each in now.fundings}
    after = {each.line: each for each in form.fundings}
    own, granted = own_fund_lines(session), _granted(session, action)
    for line in before.keys() | after.keys():
        if before.get(line) == after.get(line) or line in own:
            continue
        if find_line(session, line).nature != LineNature.DROIT_COMMUN:
            return False
        if line not in after or after[line].amount_requested < granted.get(line, ZERO):
            return False
    return True


def keep_droit_commun(session: Session, action: Action, form: ActionForm, *, on: date | None, reason: str) -> None:
    """The plan of the form, kept as an adjusted version. raises: UnbalancedPlan."""
    check_plan(form.cost_total, form.fundings, form.plan)
    keep_adjusted(session, action, form, on=on, reason=reason)
    action.cost_total, action.cost_eligible = form.cost_total, form.eligible
    set_fundings(session, action, form.fundings)


def _granted(session: Session, action: Action) -> Mapping[str, Money]:
    return granted_by_action(session, action.year, action.number).get(action.number, {})
