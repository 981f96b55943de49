"""Versions of a plan de financement: written once, compared side by side, audited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, case, func, literal, select
from sqlalchemy.orm import Session

from ledger.core.money import ZERO, Money
from ledger.journal.findings import Finding
from ledger.programming.actions.model import Action
from ledger.programming.plans.balance import (
    CONTRIBUTIONS,
    Bases,
    FundingForm,
    PlanLineForm,
    account_for,
    account_label,
    is_in_kind,
    label_of,
    plan_bases_of,
)
from ledger.programming.plans.model import PlanLine, PlanVersion
from ledger.programming.vocabulary import PlanSide, PlanStage
from ledger.referential.queries import find_financeur, find_line
from ledger.storage.base import MoneyColumn
from ledger.storage.history import Record
from ledger.storage.instants import instant_of_record
from ledger.storage.session import context


class BudgetLine(NamedTuple):
    """A line of a whole budget; line: the credit line asked, "" for the others."""

    side: str
    account: str
    label: str
    amount: Money
    line: str
    status: str


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """A line of the budget in each version; None where a version has it not."""

    side: str
    account: str
    label: str
    line: str
    amounts: tuple[Money | None, ...]


def budget_lines(
    session: Session, cost_total: Money, fundings: Sequence[FundingForm], plan: Sequence[PlanLineForm]
) -> list[BudgetLine]:
    """The whole budget, charges first: what is asked of each credit line stands on the account of its financeur.

    raises: NotFound for a line.
    """
    rest = [BudgetLine(each.side, each.account, label_of(each), each.amount, "", "") for each in plan]
    asked = []
    for each in fundings:
        line = find_line(session, each.line)
        account = account_for(find_financeur(session, line.financeur).kind)
        asked.append(BudgetLine(PlanSide.PRODUITS, account, line.label, each.amount_requested, line.code, each.status))
    detailed = any(each.side == PlanSide.CHARGES and not each.in_kind for each in plan)
    charges = (
        [] if detailed else [BudgetLine(PlanSide.CHARGES, "", account_label(PlanSide.CHARGES, ""), cost_total, "", "")]
    )
    charges += [each for each in rest if each.side == PlanSide.CHARGES]
    return [*charges, *asked, *(each for each in rest if each.side == PlanSide.PRODUITS)]


def write_version(
    session: Session,
    action: Action,
    lines: Sequence[BudgetLine],
    *,
    stage: str,
    on: date,
    reason: str = "",
) -> PlanVersion:
    """The budget kept as the next version of the action's plan.

    stage: "depose", "ajuste" or "arbitre".
    """
    facts = version_facts(session, action.number, len(action.plans) + 1, lines, stage=stage, on=on, reason=reason)
    return add_version(action, facts)


class VersionFacts(NamedTuple):
    """The records that keep one version of a plan: its own, and those of its lines."""

    own: Record
    lines: list[Record]


def version_facts(
    session: Session, number: str, rank: int, lines: Sequence[BudgetLine], *, stage: str, on: date, reason: str = ""
) -> VersionFacts:
    """This budget as the version of this rank of the plan of the action of this number."""
    contract, agent, _ = context(session).signature
    key = {"contract": contract, "action": number}
    cash, contributions = _charges(lines)
    own = {
        **key,
        "rank": rank,
        "stage": stage,
        "on": on,
        "reason": reason.strip(),
        "agent": agent,
        "recorded_at": instant_of_record(session),
        "cost_total": cash,
        "valued": contributions,
    }
    records = [
        {
            **key,
            "version": rank,
            "rank": place,
            "side": each.side,
            "account": each.account,
            "label": each.label,
            "amount": each.amount,
            "line": each.line or None,
            "status": each.status,
        }
        for place, each in enumerate(lines, 1)
    ]
    return VersionFacts(own, records)


def add_version(action: Action, facts: VersionFacts) -> PlanVersion:
    """The version, at the end of those of the action."""
    version = PlanVersion(**facts.own)
    version.lines.extend(PlanLine(**each) for each in facts.lines)
    action.plans.append(version)
    return version


def _charges(lines: Sequence[BudgetLine]) -> tuple[Money, Money]:
    cash, contributions = ZERO, ZERO
    for each in lines:
        if each.side == PlanSide.CHARGES and is_in_kind(each.side, each.account):
            contributions += each.amount
        elif each.side == PlanSide.CHARGES:
            cash += each.amount
    return cash, contributions


def written_lines(version: PlanVersion) -> list[BudgetLine]:
    """The budget of a version as it was written, charges first."""
    return [
        BudgetLine(each.side, each.account, each.label, each.amount, each.line or "", each.status)
        for each in version.lines
    ]


def asked_plan(action: Action) -> PlanVersion | None:
    """The last version asked by the porteur: what was arbitrated asks nothing. None before any version was kept."""
    return next((each for each in reversed(action.plans) if each.stage != PlanStage.ARBITRATED), None)


def detail_of(action: Action) -> tuple[PlanLineForm, ...]:
    """The accounts of the plan asked that ask nothing of a credit line, as they would be typed."""
    version = asked_plan(action)
    if version is None:
        return ()
    return tuple(as_typed(each) for each in version.lines if each.account and each.line is None)


def as_typed(line: PlanLine | Row[Any]) -> PlanLineForm:
    """A line that asks nothing of a credit line, as it would be typed."""
    own = "" if line.label == account_label(line.side, line.account) else line.label
    return PlanLineForm(line.side, line.account, line.amount, own)


def plan_bases(version: PlanVersion) -> Bases:
    """The two bases of a version."""
    return plan_bases_of(version.cost_total, version.valued)


def side_by_side(versions: Sequence[PlanVersion]) -> list[ComparedLine]:
    """Every line of every version, in the order they first appear, charges first."""
    found: dict[tuple[str, str, str, str], list[Money | None]] = {}
    for place, version in enumerate(versions):
        for each in version.lines:
            key = (each.side, each.account, each.label, each.line or "")
            amounts = found.setdefault(key, [None] * len(versions))
            amounts[place] = (amounts[place] or ZERO) + each.amount
    rows = [ComparedLine(*key, tuple(amounts)) for key, amounts in found.items()]
    return sorted(rows, key=lambda row: row.side)


def check_plans(session: Session) -> Iterator[Finding]:
    """What is wrong in the versions of plans of the contract, one finding a version."""
    charges, produits = PlanLine.side == PlanSide.CHARGES, PlanLine.side == PlanSide.PRODUITS
    in_kind = charges & PlanLine.account.startswith(CONTRIBUTIONS[PlanSide.CHARGES])
    sums = [
        func.sum(case((of, PlanLine.amount), else_=literal(ZERO, MoneyColumn()))) for of in (charges, in_kind, produits)
    ]
    query = (
        select(PlanVersion.action, PlanVersion.rank, PlanVersion.cost_total, PlanVersion.valued, *sums)
        .outerjoin(PlanVersion.lines)
        .group_by(PlanVersion.action, PlanVersion.rank, PlanVersion.cost_total, PlanVersion.valued)
        .order_by(PlanVersion.action, PlanVersion.rank)
    )
    for action, rank, cost, valued, used, of_kind, brought in session.execute(query):
        if not used == brought == cost + valued or of_kind != valued:
            yield Finding(
                "plan_altere",
                f"{action}, version {rank}",
                f"La version {rank} du plan de l'action {action} a été gardée pour {(cost + valued).french()} : ses "
                f"charges font {used.french()} et ses produits {brought.french()}.",
            )
