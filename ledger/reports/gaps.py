"""The gap between forecast and actual, action by action (§5.6.1: the yearly evaluation)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.field import Field, Kind, code, words
from ledger.core.money import ZERO, Money, total
from ledger.execution.lookups import standing_bilans
from ledger.execution.model import Bilan
from ledger.reports.amounts import justified_by_line
from ledger.reports.figures.payments import (
    COST_AWAITED,
    COST_FORECAST,
    COST_GAP,
    COST_REAL,
    GRANTED_AWAITED,
    GRANTED_SETTLED,
    JUSTIFIED,
    PAID,
)
from ledger.reports.figures.plan import GRANTED
from ledger.reports.listing import Listing
from ledger.reports.programme import ActionFigures


@dataclass(frozen=True, slots=True)
class Gap:
    """Forecast and actual of one action; the actual cost and grant are None until its bilan is in.

    settled: what the conventions whose bilan is in granted; awaited: the rest of what is granted.
    """

    action: str
    title: str
    example: bool
    cost: Money
    cost_actual: Money | None
    granted: Money
    settled: Money
    justified: Money | None
    paid: Money

    @property
    def cost_forecast(self) -> Money | None:
        """The forecast that the actual cost is compared with; None without a bilan."""
        return None if self.cost_actual is None else self.cost

    @property
    def cost_awaited(self) -> Money | None:
        """The forecast of an action whose bilan is awaited; None with one."""
        return self.cost if self.cost_actual is None else None

    @property
    def cost_gap(self) -> Money | None:
        """Actual minus forecast cost; None without a bilan."""
        return None if self.cost_actual is None else self.cost_actual - self.cost


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
            cost=action.cost,
            cost_actual=real_costs.get(action.number),
            granted=action.granted,
            settled=total(line.settled for line in action.lines),
            justified=justified.get(action.number),
            paid=total(line.paid for line in action.lines),
        )
        for action in actions
    ]


GAP_FIELDS = (
    code("action", "action", width=12),
    words("intitule", "intitulé"),
    Field("exemple", "exemple", Kind.YES_NO, shown=False),
    COST_FORECAST.field().but(optional=True),
    COST_REAL.field().but(optional=True),
    COST_GAP.field(key="ecart").but(optional=True),
    COST_AWAITED.field().but(optional=True),
    GRANTED_SETTLED.field(),
    JUSTIFIED.field().but(optional=True),
    GRANTED_AWAITED.field(),
    GRANTED.field(),
    PAID.field(),
)


def gaps_report(found: Iterable[Gap], of: str) -> Listing:
    """Forecast and actual, a row an action; blank where no bilan is in.

    of: the year and what is to be known of it, as the title says it.
    """
    return Listing(
        title=f"Écarts entre prévu et réalisé {of}",
        fields=GAP_FIELDS,
        rows=tuple(
            {
                "action": gap.action,
                "intitule": gap.title,
                "exemple": gap.example,
                "cout_prevu": gap.cost_forecast,
                "cout_reel": gap.cost_actual,
                "ecart": gap.cost_gap,
                "cout_attendu": gap.cost_awaited,
                "accorde": gap.granted,
                "accorde_arrete": gap.settled,
                "accorde_attendu": gap.granted - gap.settled,
                "justifie": gap.justified,
                "verse": gap.paid,
            }
            for gap in found
        ),
        notes=("Les écarts ne comparent que ce dont le bilan est arrêté ; ce qui l'attend est à part (§5.6.1).",),
    )


def last_bilans(session: Session, on: date | None = None) -> dict[str, Bilan]:
    """The latest bilan of each action (settled by this day), whatever the convention it was given under."""
    ordered = select(Bilan).where(*standing_bilans(on)).order_by(Bilan.settled_on, Bilan.convention)
    return {each.action: each for each in session.scalars(ordered)}


def real_costs(session: Session, on: date | None = None) -> dict[str, Money]:
    """The real cost of each action, as its latest bilan (settled by this day) says."""
    return {action: each.real_cost for action, each in last_bilans(session, on).items()}


def justified(session: Session, on: date | None = None) -> dict[str, Money]:
    """What the bilans (settled by this day) finally grant to each action, all conventions together."""
    found: dict[str, Money] = {}
    for (action, _), final in justified_by_line(session, on).items():
        found[action] = found.get(action, ZERO) + final
    return found
