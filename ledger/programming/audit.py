"""The audit of plans: every version kept still balances and makes the totals it was written with."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session

import ledger.programming.model  # noqa: F401 -- the tables its own refer to
from ledger.core.money import ZERO
from ledger.journal.findings import Finding
from ledger.programming.cerfa import CONTRIBUTIONS
from ledger.programming.model import Action as Action  # the table that versions of plans point to
from ledger.programming.plan_model import PlanLine, PlanVersion
from ledger.programming.vocabulary import PlanSide
from ledger.storage.columns import MoneyColumn


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
