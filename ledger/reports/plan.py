"""The plan de financement of the programme, or of one action: what each line was asked, grants and has paid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.core.field import code
from ledger.core.money import Money, total
from ledger.reports.figures.payments import PAID
from ledger.reports.figures.plan import ACTIONS, ASKED, GRANTED, OWN_FUNDS
from ledger.reports.listing import Bars, Listing
from ledger.reports.programme import ActionFigures, LineFigures


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One credit line over the actions asked for: sums of its figures, and how many actions it serves."""

    line: str
    financeur: str
    nature: str
    requested: Money
    own_funds: Money
    granted: Money
    paid: Money
    actions: int


def plan(actions: Iterable[ActionFigures]) -> list[PlanLine]:
    """One row a credit line met in these actions, in the order of the référentiel.

    With no request set aside and no other resource, what is asked and the own funds add up to the actions' costs: a
    plan is balanced (§5.4.1).
    """
    by_line: dict[str, list[LineFigures]] = {}
    for action in actions:
        for line in action.lines:
            by_line.setdefault(line.line, []).append(line)
    return [
        PlanLine(
            line=name,
            financeur=found[0].financeur,
            nature=found[0].nature,
            requested=total(line.requested for line in found),
            own_funds=total(line.own_funds for line in found),
            granted=total(line.granted for line in found),
            paid=total(line.paid for line in found),
            actions=len(found),
        )
        for name, found in sorted(by_line.items(), key=lambda item: (item[1][0].rank, item[0]))
    ]


PLAN_FIELDS = (
    code("ligne", "ligne"),
    code("financeur", "financeur", shown=False, width=14),
    code("nature", "nature", width=14),
    ACTIONS.field(summed=False),
    ASKED.field(),
    OWN_FUNDS.field(),
    GRANTED.field(),
    PAID.field(),
)


def plan_report(actions: Iterable[ActionFigures], of: str) -> Listing:
    """The plan de financement, a row a line.

    of: the year or the action, and what is to be known of it, as the title says it.
    """
    return Listing(
        title=f"Plan de financement {of}",
        fields=PLAN_FIELDS,
        rows=tuple(
            {
                "ligne": row.line,
                "financeur": row.financeur,
                "nature": row.nature,
                "actions": row.actions,
                "demande": row.requested,
                "fonds_propres": row.own_funds,
                "accorde": row.granted,
                "verse": row.paid,
            }
            for row in plan(actions)
        ),
        bars=Bars("ligne", ("demande", "accorde", "verse")),
    )
