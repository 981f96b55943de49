"""What a bilan says, made ready to be settled: which action, and its real cost by territory kind."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.final_amount import real_slices
from ledger.conventions.model import Convention
from ledger.core.errors import InvalidValue
from ledger.core.money import Money
from ledger.journal.context import context
from ledger.programming.model import ActionSlice


def one_action(convention: Convention, action: str | None) -> str:
    """The action named, or the only one of the convention.

    raises: InvalidValue when the convention has several and none is named.
    """
    numbers = sorted({line.action for line in convention.lines})
    if action is not None:
        return action.strip().upper()
    if len(numbers) != 1:
        raise InvalidValue(
            f"La convention {convention.number} porte {len(numbers)} actions.",
            f"Désignez-en une : --action {numbers[0] if numbers else 'NUMERO'}.",
        )
    return numbers[0]


def slices_by_headcount(session: Session, action: str, cost: Money, headcounts: Mapping[str, int]) -> dict[str, Money]:
    """The real cost by territory kind: by the headcounts of the bilan, else in the proportions of the plan.

    An action without any slice has its whole cost outside.
    raises: InvalidValue for a negative cost.
    """
    if cost.cents < 0:
        raise InvalidValue("Le coût réel ne peut pas être négatif.", "Vérifiez le compte rendu financier.")
    if any(headcounts.values()):
        return real_slices(cost, headcounts)
    planned = session.execute(
        select(ActionSlice.kind, ActionSlice.cost).where(
            ActionSlice.contract == context(session).contract, ActionSlice.action == action
        )
    )
    weights = {kind: planned_cost.cents for kind, planned_cost in planned}
    return real_slices(cost, weights if any(weights.values()) else {"hors": 1})
