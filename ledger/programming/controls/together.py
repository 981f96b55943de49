"""Every control, run together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ledger.core.errors import Level
from ledger.programming.controls.bodies import convention_needed, deposited_twice, late_bilans, siret, statut_unknown
from ledger.programming.controls.facts import SET_ASIDE, Controlled, Finding, Surroundings
from ledger.programming.controls.places import closed_to_its_territories, split_needed
from ledger.programming.controls.plans import cost_jump, droit_commun_first, innovation, structural_only

Check = Callable[[Sequence[Controlled], Surroundings], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    deposited_twice,
    late_bilans,
    siret,
    statut_unknown,
    convention_needed,
    closed_to_its_territories,
    droit_commun_first,
    innovation,
    split_needed,
    cost_jump,
    structural_only,
)


def control(actions: Sequence[Controlled], around: Surroundings) -> list[Finding]:
    """Every finding on these actions, those set aside left out, by action then weight."""
    looked_at = [action for action in actions if action.status not in SET_ASIDE]
    found = [finding for check in CHECKS for finding in check(looked_at, around)]
    order = {action.number: rank for rank, action in enumerate(actions)}
    weights = list(Level)
    return sorted(found, key=lambda each: (order[each.action], weights.index(each.level), each.code, each.problem))
