"""How a plan changes: adjusted by the porteur, arbitrated, a line judged. Every version stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, NotFound
from ledger.core.money import ZERO, Money
from ledger.core.period import french_day
from ledger.journal.balances import balances
from ledger.journal.reversal import last_entry_on
from ledger.programming.actions.forms import ActionForm, ReadAction, values_of
from ledger.programming.actions.grants import granted_by_action
from ledger.programming.actions.model import Action, Funding
from ledger.programming.actions.read_actions import form_of, typed_rows
from ledger.programming.committees.model import CommitteeDecision
from ledger.programming.committees.record_decision import last_decisions
from ledger.programming.plans.balance import OWN_FUNDS_LINE, SET_ASIDE, FundingForm, PlanLineForm, check_plan
from ledger.programming.plans.model import PlanVersion
from ledger.programming.plans.versions import asked_plan, budget_lines, detail_of, write_version, written_lines
from ledger.programming.queries import ProgrammeRefused, actions_of_year, find_action, own_fund_lines
from ledger.programming.vocabulary import CommitteeKind, CommitteeOutcome, PlanSide, PlanStage, RequestState
from ledger.referential.queries import find_line


def keep_adjusted(
    session: Session, action: Action, form: ActionForm, *, on: date | None, reason: str, stage: str = PlanStage.ADJUSTED
) -> None:
    """A new version of the plan asked when the form changes it; the one before is first kept if it never was."""
    version = asked_plan(action) or keep_as_it_stands(session, action)
    lines = budget_lines(session, form.cost_total, form.fundings, form.plan)
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
    lines = budget_lines(session, action.cost_total, typed_rows(action, "fundings"), ())
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
            f"Annulez d'abord l'attribution : cofiville journal annuler {last_entry_on(session, action.number, line)}"
            " --motif MOTIF.",
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
    set_fundings(session, action, asked)
    return action


def set_fundings(session: Session, action: Action, fundings: Sequence[FundingForm]) -> None:
    """The action asks these; a line it asked that is not among them stays as it was."""
    wanted = {each.line: each for each in fundings}
    for row in action.fundings:
        if form := wanted.pop(row.line, None):
            row.amount_requested, row.status, row.observation = form.amount_requested, form.status, form.observation
    if wanted:
        action.fundings.extend(
            Funding(contract=action.contract, action=action.number, **values_of(each)) for each in wanted.values()
        )
    session.flush()


def other_resources(plan: Sequence[PlanLineForm]) -> Money:
    """The produits of a plan that are asked of nobody, contributions in kind apart."""
    return Money(sum(each.amount.cents for each in plan if each.side == PlanSide.PRODUITS and not each.in_kind))


def granted_plan(session: Session, action: Action) -> tuple[FundingForm, ...]:
    """The lines of the plan with what the book grants on each: own funds as asked, a line not granted left out."""
    of_action = granted_by_action(session, action.year, action.number).get(action.number, {})
    granted = {line: amount for line, amount in of_action.items() if amount}
    asked = {each.line: each for each in typed_rows(action, "fundings")}
    own = tuple(each for line, each in asked.items() if line == OWN_FUNDS_LINE)
    lines = tuple(
        FundingForm(line, amount, line in asked and asked[line].shared, RequestState.GRANTED)
        for line, amount in granted.items()
    )
    return (*lines, *own)


def to_arbitrate(session: Session, year: int) -> list[Action]:
    """The actions of the year that something is granted to and whose plan was never arbitrated, by number."""
    granted = granted_by_action(session, year)
    return [
        each
        for each in actions_of_year(session, year)
        if any(granted.get(each.number, {}).values()) and all(plan.stage != PlanStage.ARBITRATED for plan in each.plans)
    ]


def arbitrate_plan(
    session: Session,
    action: Action,
    *,
    cost_total: Money,
    fundings: Sequence[FundingForm],
    on: date,
    reason: str = "",
    plan: Sequence[PlanLineForm] | None = None,
) -> PlanVersion:
    """The plan as arbitrated, kept beside those asked: what is asked does not change.

    plan: the other accounts; those of the plan asked when None. raises: InvalidValue, UnbalancedPlan, NotFound.
    """
    if asked_plan(action) is None:
        keep_as_it_stands(session, action)
    kept = detail_of(action) if plan is None else tuple(plan)
    check_plan(cost_total, fundings, kept)
    lines = budget_lines(session, cost_total, fundings, kept)
    version = write_version(session, action, lines, stage=PlanStage.ARBITRATED, on=on, reason=reason)
    session.flush()
    return version


def line_statuses(session: Session, action: ReadAction, granted: Mapping[str, Money]) -> dict[str, str]:
    """Where each line of the action's plan stands (a RequestState), by line.

    granted: what the book grants, by line. A status given by hand (pressenti, non recevable…) stands; one asked is
    "accorde" once something is granted or decided, "refuse" when the comité de pilotage gave it nothing, "propose"
    when the comité technique proposes an amount.
    """
    said = last_decisions(session, [action.number])
    proposal, decision = (said.get((action.number, committee)) for committee in CommitteeKind)
    aside = own_fund_lines(session)
    found = {}
    for each in action.fundings:
        found[each.line] = each.status
        if each.status == RequestState.ASKED and each.line not in aside:
            found[each.line] = _status(each.line, granted.get(each.line, ZERO), proposal, decision)
    return found


def _status(line: str, granted: Money, proposal: CommitteeDecision | None, decision: CommitteeDecision | None) -> str:
    if granted or _given(decision, line):
        return RequestState.GRANTED
    if decision is not None and decision.outcome in (CommitteeOutcome.GRANTED, CommitteeOutcome.REFUSED):
        return RequestState.REFUSED
    return RequestState.PROPOSED if _given(proposal, line) else RequestState.ASKED


def _given(decision: CommitteeDecision | None, line: str) -> Money:
    return ZERO if decision is None else next((each.amount for each in decision.amounts if each.line == line), ZERO)
