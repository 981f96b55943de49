"""The gap between forecast and actual, action by action (§5.6.1: the yearly evaluation)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.money import ZERO, Money, total
from ledger.execution.model import Bilan, BilanLine
from ledger.journal.context import context
from ledger.reports.programme import ActionFigures


@dataclass(frozen=True, slots=True)
class Gap:
    """Forecast and actual of one action; the actual cost and grant are None until its bilan is in."""

    action: str
    title: str
    example: bool
    cost_forecast: Money
    cost_actual: Money | None
    granted: Money
    justified: Money | None
    paid: Money

    @property
    def cost_gap(self) -> Money | None:
        """Actual minus forecast cost; None without a bilan."""
        return None if self.cost_actual is None else self.cost_actual - self.cost_forecast

    def row(self) -> dict[str, str | bool | None]:
        """The figures as scripts read them."""
        return {
            "action": self.action,
            "intitule": self.title,
            "exemple": self.example,
            "cout_prevu": self.cost_forecast.plain(),
            "cout_reel": None if self.cost_actual is None else self.cost_actual.plain(),
            "ecart": None if self.cost_gap is None else self.cost_gap.plain(),
            "accorde": self.granted.plain(),
            "justifie": None if self.justified is None else self.justified.plain(),
            "verse": self.paid.plain(),
        }


def gaps(
    actions: Iterable[ActionFigures], real_costs: Mapping[str, Money], justified: Mapping[str, Money]
) -> list[Gap]:
    """One row an action.

    real_costs, justified: of the actions whose bilan is in, the real cost and what their lines finally grant.
    """
    return [
        Gap(
            action=action.number,
            title=action.title,
            example=action.example,
            cost_forecast=action.cost,
            cost_actual=real_costs.get(action.number),
            granted=action.granted,
            justified=justified.get(action.number),
            paid=total(line.paid for line in action.lines),
        )
        for action in actions
    ]


def real_costs(session: Session) -> dict[str, Money]:
    """The real cost of each action, as its latest bilan says."""
    query = (
        select(Bilan.action, Bilan.real_cost)
        .where(Bilan.contract == context(session).contract)
        .order_by(Bilan.settled_on, Bilan.convention)
    )
    return dict(session.execute(query).all())


def justified(session: Session) -> dict[str, Money]:
    """What the bilans finally grant to each action, all conventions together."""
    query = select(BilanLine.action, BilanLine.amount_final).where(BilanLine.contract == context(session).contract)
    found: dict[str, Money] = {}
    for action, amount in session.execute(query):
        found[action] = found.get(action, ZERO) + amount
    return found
