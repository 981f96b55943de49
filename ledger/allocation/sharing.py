"""Sharing lines in cents, one after the other: whole numbers alone, compact enough for a hundred thousand actions."""

from __future__ import annotations

from collections.abc import Mapping, MutableSequence, Sequence
from dataclasses import dataclass, field

from ledger.allocation.groups import Groups, above_floors, within_ceilings
from ledger.allocation.proportion import Certificate, share

NO_LIMIT = 1 << 62


@dataclass(slots=True)
class Asking:
    """A line to share: who asks (places of actions, ascending: ties go to the first) and the most each may have alone.

    budget: what the line holds. caps: the caps of an action that its grants count in. pins: by place, the amount fixed
    by arbitration. groups: ceilings by porteur and floors, where a rule sets any.
    """

    budget: int
    places: Sequence[int]
    bounds: Sequence[int]
    caps: tuple[int, ...] = ()
    pins: Mapping[int, int] = field(default_factory=dict)
    groups: Groups | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """A line once shared: what each claimed (its pin where it has one), what each gets, and the certificate.

    allowed: what the caps of each action left it, before ceilings by porteur and floors.
    """

    allowed: Sequence[int]
    claims: Sequence[int]
    grants: Sequence[int]
    certificate: Certificate


def allocate_cents(
    lines: Sequence[Asking], limits: Sequence[Sequence[int]], *, keep_spare: bool = False
) -> list[Shared]:
    """Each line shared in turn; what it gives is taken from the caps it counts in before the next one.

    limits: for each cap, what it leaves each action; NO_LIMIT where the action has none. Amounts fixed by arbitration
    are taken from every cap and line first.
    """
    left: list[MutableSequence[int]] = [list(limit) for limit in limits]
    for asking in lines:
        for place, amount in asking.pins.items():
            for cap in asking.caps:
                left[cap][place] -= amount
    found = []
    for asking in lines:
        shared = _share_line(asking, left, keep_spare)
        for cap in asking.caps:
            room = left[cap]
            for place, grant in zip(asking.places, shared.grants, strict=True):
                if place not in asking.pins:
                    room[place] -= grant
        found.append(shared)
    return found


def _share_line(asking: Asking, left: Sequence[Sequence[int]], keep_spare: bool) -> Shared:
    allowed: Sequence[int] = asking.bounds
    for cap in asking.caps:
        room = left[cap]
        allowed = [most if most <= room[at] else room[at] for most, at in zip(allowed, asking.places, strict=True)]
    if not asking.pins and asking.groups is None:
        return Shared(allowed, allowed, *share(asking.budget, allowed, asking.places, keep_spare=keep_spare))
    return _share_specially(asking, allowed, keep_spare)


def _share_specially(asking: Asking, allowed: Sequence[int], keep_spare: bool) -> Shared:
    """The line when some amounts are fixed, or porteurs have ceilings, or grants have floors."""
    pins, groups = asking.pins, asking.groups
    budget = asking.budget - sum(pins.values())
    claims = [0 if place in pins else most for place, most in zip(asking.places, allowed, strict=True)]
    if groups is not None:
        claims = within_ceilings(groups, asking.places, claims, pins)
        claims = above_floors(groups, asking.places, claims, pins, budget)
    grants, certificate = share(budget, claims, asking.places, keep_spare=keep_spare)
    fixed = [pins.get(place, grant) for place, grant in zip(asking.places, grants, strict=True)]
    said = [pins.get(place, claim) for place, claim in zip(asking.places, claims, strict=True)]
    return Shared(allowed, said, fixed, certificate)
