"""Ceilings by porteur and floors on one line, in cents: what is cut before the enveloppe is shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ledger.allocation.proportion import share


@dataclass(frozen=True, slots=True)
class Groups:
    """Whose amounts count together on a line: `of` gives the group of each asking, in their order.

    ceilings, floors: by group. singles: the floor of each asking taken alone, 0 for none.
    """

    of: Sequence[int]
    ceilings: Mapping[int, int] = field(default_factory=dict)
    floors: Mapping[int, int] = field(default_factory=dict)
    singles: Sequence[int] = ()


def within_ceilings(groups: Groups, places: Sequence[int], claims: Sequence[int], pins: Mapping[int, int]) -> list[int]:
    """The claims, cut in proportion in each group that passes its ceiling, pins taken from it first."""
    members: dict[int, list[int]] = {group: [] for group in groups.ceilings}
    for at, group in enumerate(groups.of):
        if group in members:
            members[group].append(at)
    cut = list(claims)
    for group, ats in members.items():
        room = max(0, groups.ceilings[group] - sum(pins.get(places[at], 0) for at in ats))
        given, _ = share(room, [claims[at] for at in ats], [places[at] for at in ats])
        for at, amount in zip(ats, given, strict=True):
            cut[at] = amount
    return cut


def above_floors(
    groups: Groups, places: Sequence[int], claims: Sequence[int], pins: Mapping[int, int], budget: int
) -> list[int]:
    """The claims without those that would get less than their floor, the smallest out first; the rest is for others.

    A group or an asking with a pin has its floor no more: the arbitration decides.
    """
    units = _units(groups, places, claims, pins)
    kept = list(claims)
    asked = sum(claims)
    for _, _, floor, ats in sorted(units):
        total = sum(kept[at] for at in ats)
        got = total if asked <= budget else max(0, budget) * total // asked
        if got < floor:
            asked -= total
            for at in ats:
                kept[at] = 0
    return kept


def _units(
    groups: Groups, places: Sequence[int], claims: Sequence[int], pins: Mapping[int, int]
) -> list[tuple[int, int, int, tuple[int, ...]]]:
    """What a floor bears on: claim, minus its rank (the last of two equal claims goes first), floor, members."""
    units: list[tuple[int, int, int, tuple[int, ...]]] = [
        (claims[at], -at, floor, (at,))
        for at, floor in enumerate(groups.singles)
        if floor and claims[at] and places[at] not in pins
    ]
    members: dict[int, list[int]] = {group: [] for group in groups.floors}
    for at, group in enumerate(groups.of):
        if group in members:
            members[group].append(at)
    for group, ats in members.items():
        if not any(places[at] in pins for at in ats):
            units.append((sum(claims[at] for at in ats), -ats[-1], groups.floors[group], tuple(ats)))
    return units
