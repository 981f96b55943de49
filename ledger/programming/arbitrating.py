"""The plan as arbitrated, beside those asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.programming.adjusting import keep_as_it_stands
from ledger.programming.balance import OWN_FUNDS_LINE, FundingForm, PlanLineForm, check_plan
from ledger.programming.filling import fundings_of
from ledger.programming.grants import granted_by_action
from ledger.programming.lookups import programme
from ledger.programming.model import Action
from ledger.programming.plan_model import PlanVersion
from ledger.programming.plans import asked_plan, budget, detail_of, write_version
from ledger.programming.vocabulary import PlanStage


def granted_plan(session: Session, action: Action) -> tuple[FundingForm, ...]:
    """The lines of the plan with what the book grants on each: own funds as asked, a line not granted left out."""
    of_action = granted_by_action(session, action.year, action.number).get(action.number, {})
    granted = {line: amount for line, amount in of_action.items() if amount}
    asked = {each.line: each for each in fundings_of(action)}
    own = tuple(each for line, each in asked.items() if line == OWN_FUNDS_LINE)
    lines = tuple(
        FundingForm(line, amount, line in asked and asked[line].shared, "accorde") for line, amount in granted.items()
    )
    return (*lines, *own)


def to_arbitrate(session: Session, year: int) -> list[Action]:
    """The actions of the year that something is granted to and whose plan was never arbitrated, by number."""
    granted = granted_by_action(session, year)
    return [
        each
        for each in programme(session, year)
        if any(granted.get(each.number, {}).values()) and all(plan.stage != PlanStage.ARBITRATED for plan in each.plans)
    ]


def arbitrate(
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
    lines = budget(session, cost_total, fundings, kept)
    version = write_version(session, action, lines, stage=PlanStage.ARBITRATED, on=on, reason=reason)
    session.flush()
    return version
