"""Bilans par action: each row gives the bilan of one action, once, and settles all its conventions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.final_amount import KIND_LABELS
from ledger.conventions.model import Convention, ConventionLine
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money, total
from ledger.exchange.declaration import Values, value_required, value_said
from ledger.exchange.handlers.bilans import SettledBilan, without_blank_amounts
from ledger.exchange.importing.diff import RowDiff, SheetDiff, compare_rows
from ledger.exchange.importing.handling import Handler, RowsOrigin
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.conventions import ACTION_BILANS
from ledger.exchange.vocabulary import State
from ledger.execution.bilans.queries import final_by_line
from ledger.execution.bilans.read_bilan import BilanForm, eligible_cost, given_bilan, read_bilan, real_cost_slices
from ledger.execution.bilans.settle_action import given_in_one_act, settle_action


def action_bilan_rows(session: Session, numbers: Collection[str]) -> dict[str, Values]:
    """By action, a row for each bilan that settled these conventions, where it settled all those of its action."""
    given = given_in_one_act(session, numbers)
    finals = final_by_line(session, numbers=[each.convention for found in given.values() for each in found])
    final: dict[str, Money] = sums_by((action, amount) for (_, action, _), amount in finals.items())
    lines = select(ConventionLine).where(ConventionLine.convention.in_(numbers), ConventionLine.action.in_(given))
    granted: dict[str, Money] = sums_by((each.action, each.amount) for each in session.scalars(lines))
    examples = dict(
        session.execute(select(Convention.number, Convention.example).where(Convention.number.in_(numbers))).all()
    )
    rows: dict[str, Values] = {}
    for action, found in given.items():
        bilan = read_bilan(found[0])
        rows[action] = {
            "action": action,
            "cost_real": bilan.cost,
            **{f"cost_{kind}": bilan.slices.get(kind, ZERO) for kind in KIND_LABELS},
            "other_funding": bilan.other_funding,
            "received_on": bilan.on,
            "piece": bilan.piece,
            "whole_cost": bilan.whole_cost,
            "conventions": ", ".join(each.convention for each in found),
            "granted": granted[action],
            "final": final[action],
            "example": examples[bilan.convention],
        }
    return rows


class ActionBilanHandler(Handler):
    """Rows of the sheet Bilans par action."""

    sheets = (ACTION_BILANS,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The bilans of the file against those of the actions it names."""
        found = rows[ACTION_BILANS.name]
        named = {str(row.values["action"]) for row in found}
        query = select(ConventionLine.convention).where(ConventionLine.action.in_(named)).distinct()
        held = action_bilan_rows(session, session.scalars(query).all())
        return [compare_rows(ACTION_BILANS, [without_blank_amounts(row) for row in found], held)]

    def record(self, session: Session, diff: RowDiff, origin: RowsOrigin) -> object:
        """Settle every convention of the action. raises: SettledBilan for a row that would change a bilan settled."""
        values = diff.row.values
        action = str(values["action"])
        if diff.state is State.CHANGED:
            raise SettledBilan(
                f"Le bilan de l'action {action} est déjà arrêté avec d'autres valeurs.",
                f"Consultez-le : cofiville bilan action {action}.",
            )
        return settle_action(session, _form(session, action, values))


def _form(session: Session, action: str, values: Values) -> BilanForm:
    typed, given = value_said(values, "cost_real", Money), given_bilan(session, action)
    if typed is None and given is not None:
        typed = given.real_cost
    by_kind = {kind: value_said(values, f"cost_{kind}", Money) for kind in KIND_LABELS}
    shares = {kind: cost for kind, cost in by_kind.items() if cost is not None}
    if typed is None and shares:
        typed = total(shares.values())
    counts = {kind: count for kind in KIND_LABELS if isinstance(count := values.get(f"headcount_{kind}"), int)}
    cost = eligible_cost(typed, None)
    headcounts = {kind: counts.get(kind, 0) for kind in KIND_LABELS}
    written = [f"{kind}={cost.plain()}" for kind, cost in shares.items()]
    return BilanForm(
        action,
        slices=real_cost_slices(session, action, cost, headcounts, written),
        other_funding=value_said(values, "other_funding", Money),
        piece=str(values["piece"]),
        on=value_required(values, "received_on", date),
        whole_cost=value_said(values, "whole_cost", Money),
    )
