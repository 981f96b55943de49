"""The bilan of an action given once: every convention that grants it something is settled by the same act."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention, ConventionLine
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.errors import LedgerError
from ledger.core.grouping import grouped
from ledger.execution.bilans.action_bilan import ActionBilan, action_bilan
from ledger.execution.bilans.read_bilan import BilanForm
from ledger.execution.bilans.settle_bilan import check_alike, settle_bilan
from ledger.execution.model import Bilan
from ledger.execution.queries import standing_bilans
from ledger.programming.queries import find_action
from ledger.rules.vocabulary import Circuit


class NothingToSettle(LedgerError):
    """No convention of the action is signed by the day of its bilan."""

    code = "rien_a_arreter"


def settle_action(session: Session, form: BilanForm) -> tuple[ActionBilan, bool]:
    """The bilan of the action once all its conventions signed by that day are settled, and whether that is new.

    other_funding of the form: what came from other financeurs than those of `leading_convention`; the others follow
    from it. What was settled already with the same figures stands. Undoing one of its entries undoes them all.
    raises: NothingToSettle, BilanRefused for other figures than those given before, and as settle_bilan.
    """
    known = action_bilan(session, find_action(session, form.action).number, form.on)
    first = leading_convention(known)
    if first is None:
        raise NothingToSettle(
            f"Aucune convention de l'action {form.action} n'est signée au {form.on:%d/%m/%Y}.",
            f"Consultez l'action : cofiville action montrer {form.action}.",
        )
    check_alike(session, known, first, form)
    settled = set(known.bilans)
    following = replace(form, other_funding=None, realised=None)
    for each in (first, *known.conventions):
        if each.number not in settled:
            settle_bilan(session, each, form if each is first else following)
            settled = set(action_bilan(session, form.action, form.on).bilans)
    return action_bilan(session, form.action, form.on), settled != set(known.bilans)


def leading_convention(known: ActionBilan) -> Convention | None:
    """The convention whose other financeurs the bilan of the action tells; None without a convention.

    The first, by number, of those that the EPCI's budget pays, else of all.
    """
    return min(known.conventions, key=lambda each: _leading(each.circuit, each.number), default=None)


def _leading(circuit: str, number: str) -> tuple[bool, str]:
    return circuit != Circuit.BUDGET, number


def given_in_one_act(session: Session, conventions: Collection[str]) -> Mapping[str, Sequence[Bilan]]:
    """By action, its bilans where all its signed conventions were settled at once, the leading convention's first.

    conventions: where those bilans are looked for. At once: the same day, by the same piece.
    """
    query = select(Bilan).where(Bilan.convention.in_(conventions), *standing_bilans())
    bilans = grouped((each.action, each) for each in session.scalars(query))
    signed = (
        select(ConventionLine.action, Convention.number, Convention.circuit)
        .join(Convention, Convention.number == ConventionLine.convention)
        .where(
            Convention.state.in_((ConventionStatus.SIGNED, ConventionStatus.SETTLED)),
            Convention.kind != ConventionKind.RIGHT,
            ConventionLine.action.in_(bilans),
        )
        .distinct()
    )
    circuits: dict[str, dict[str, str]] = {}
    for action, number, circuit in session.execute(signed):
        circuits.setdefault(action, {})[number] = circuit
    whole: dict[str, Sequence[Bilan]] = {}
    for action, found in sorted(bilans.items()):
        theirs = circuits.get(action, {})
        if len({(each.settled_on, each.piece) for each in found}) == 1 and theirs.keys() == {
            each.convention for each in found
        }:
            whole[action] = sorted(found, key=lambda each: _leading(theirs[each.convention], each.convention))
    return whole
