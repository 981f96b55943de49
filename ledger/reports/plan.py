"""The plan de financement of the programme, or of one action: what each line was asked, grants and has paid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.core.money import Money, total
from ledger.reports.programme import ActionFigures, LineFigures


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One credit line over the actions asked for: sums of its figures, and how many actions it serves."""

    line: str
    financeur: str
    nature: str
    requested: Money
    granted: Money
    paid: Money
    actions: int

    def row(self) -> dict[str, str | int]:
        """The figures as scripts read them."""
        return {
            "ligne": self.line,
            "financeur": self.financeur,
            "nature": self.nature,
            "demande": self.requested.plain(),
            "accorde": self.granted.plain(),
            "verse": self.paid.plain(),
            "actions": self.actions,
        }


def plan(actions: Iterable[ActionFigures]) -> list[PlanLine]:
    """One row a credit line met in these actions, in the order of the référentiel.

    With no request set aside, the requested amounts add up to the actions' costs: a plan is balanced (§5.4.1).
    """
    by_line: dict[str, list[LineFigures]] = {}
    for action in actions:
        for line in action.lines:
            by_line.setdefault(line.line, []).append(line)
    return [
        PlanLine(
            line=code,
            financeur=found[0].financeur,
            nature=found[0].nature,
            requested=total(line.requested for line in found),
            granted=total(line.granted for line in found),
            paid=total(line.paid for line in found),
            actions=len(found),
        )
        for code, found in sorted(by_line.items(), key=lambda item: (item[1][0].rank, item[0]))
    ]
