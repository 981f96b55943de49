"""How a plan changes: adjusted by the porteur, a line judged; every version stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, NotFound
from ledger.core.money import ZERO, Money
from ledger.core.period import french_day
from ledger.journal.balances import balances
from ledger.programming.balance import OWN_FUNDS_LINE, SET_ASIDE, FundingForm, PlanLineForm, check_plan
from ledger.programming.filling import form_of, fundings_of
from ledger.programming.forms import ActionForm
from ledger.programming.lookups import find_action
from ledger.programming.model import Action, Funding
from ledger.programming.plan_model import PlanVersion
from ledger.programming.plans import asked_plan, budget, write_version, written_lines
from ledger.programming.refusals import ProgrammeRefused
from ledger.programming.vocabulary import PlanSide, PlanStage, RequestState
from ledger.referential.lookups import find_line


def keep_adjusted(
    session: Session, action: Action, form: ActionForm, *, on: date | None, reason: str, stage: str = PlanStage.ADJUSTED
) -> None:
    """A new version of the plan asked when the form changes it; the one before is first kept if it never was."""
    version = asked_plan(action) or keep_as_it_stands(session, action)
    lines = budget(session, form.cost_total, form.fundings, form.plan)
    if sorted(lines) == sorted(written_lines(version)):
        return
    if on is not None and on < version.on:
        raise InvalidValue(
            f"La version {version.rank} du plan est du {french_day(version.on)}, après le {french_day(on)}.",
            "Donnez un jour qui ne la précède pas.",
        )
    write_version(session, action, lines, stage=stage, on=on or version.on, reason=reason)


def keep_as_it_stands(session: Session, action: Action) -> PlanVersion:
    """The first version of a plan recorded before versions were kept."""
    lines = budget(session, action.cost_total, fundings_of(action), ())
    return write_version(
        session, action, lines, stage=PlanStage.DEPOSITED, on=action.deposited_on or date(action.year, 1, 1)
    )


def with_own_share(cost_total: Money, fundings: Sequence[FundingForm], others: Money) -> tuple[FundingForm, ...]:
    """The lines asked, the porteur's own funds bearing what the others leave of the cost.

    others: the produits that are asked of nobody. raises: InvalidValue when the others exceed the cost.
    """
    asked = [each for each in fundings if each.line != OWN_FUNDS_LINE]
    left = Money(cost_total.cents - others.cents - sum(each.amount_requested.cents for each in asked))
    if left.cents < 0:
        raise InvalidValue(
            f"Les financements dépassent le coût total de {(-left).french()}.",
            "Réduisez une demande, ou revoyez le coût.",
        )
    return (*asked, FundingForm(OWN_FUNDS_LINE, left)) if left else tuple(asked)


def judge_line(
    session: Session, number: str, code: str, status: str, *, on: date, reason: str = "", own_share: bool = False
) -> Action:
    """The line of an action's plan takes this status; set aside, it falls to zero.

    own_share: the porteur bears what is lost so; else a plan that no longer balances is refused.
    raises: InvalidValue, NotFound, UnbalancedPlan, ProgrammeRefused when something is granted on the line set aside.
    """
    if status not in RequestState.labels():
        raise InvalidValue(
            f"« {status} » n'est pas un statut de demande.", f"Valeurs possibles : {', '.join(RequestState)}."
        )
    action, line = find_action(session, number), find_line(session, code).code
    row = next((each for each in action.fundings if each.line == line), None)
    if row is None:
        raise NotFound(
            f"L'action {action.number} ne demande rien sur {line}.",
            f"Voyez son plan : cofiville action montrer {number}.",
        )
    if status == SET_ASIDE and balances(session, action=action.number, line=line):
        raise ProgrammeRefused(
            f"Un montant est déjà programmé sur {line} pour l'action {action.number}.",
            "Annulez d'abord l'attribution : cofiville journal annuler.",
        )
    now = form_of(action)
    judged = FundingForm(line, row.amount_requested, row.shared, status, reason or row.observation)
    if status == SET_ASIDE:
        judged = replace(judged, amount_requested=ZERO)
    asked = tuple(judged if each.line == line else each for each in now.fundings)
    if own_share:
        asked = with_own_share(now.cost_total, asked, other_resources(now.plan))
    check_plan(now.cost_total, asked, now.plan)
    keep_adjusted(session, action, replace(now, fundings=asked), on=on, reason=reason)
    _set(session, action, asked)
    return action


def _set(session: Session, action: Action, fundings: Sequence[FundingForm]) -> None:
    wanted = {each.line: each for each in fundings}
    for row in action.fundings:
        if form := wanted.pop(row.line, None):
            row.amount_requested, row.status, row.observation = form.amount_requested, form.status, form.observation
    if wanted:
        action.fundings.extend(
            Funding(
                contract=action.contract,
                action=action.number,
                line=each.line,
                amount_requested=each.amount_requested,
                shared=each.shared,
                status=each.status,
                observation=each.observation,
            )
            for each in wanted.values()
        )
    session.flush()


def other_resources(plan: Sequence[PlanLineForm]) -> Money:
    """The produits of a plan that are asked of nobody, contributions in kind apart."""
    return Money(sum(each.amount.cents for each in plan if each.side == PlanSide.PRODUITS and not each.in_kind))
