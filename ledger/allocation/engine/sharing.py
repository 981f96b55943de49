"""Sharing lines in cents, one after the other: ceilings and floors first, then in proportion; whole numbers alone."""

from __future__ import annotations

from collections.abc import Mapping, MutableSequence, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Certificate:
    """How a line was shared, in cents: any grant of it is found again from its claim and this.

    claims: their sum. threshold, last: the smallest remainder that got a cent left over, and the place of the last
    action that got one at that remainder; -1 when no cent was left over or none was given.
    """

    budget: int
    claims: int
    threshold: int = -1
    last: int = -1

    @property
    def short(self) -> bool:
        """Whether the claims exceed what there is to share."""
        return self.claims > self.budget

    def floor(self, claim: int) -> int:
        """The claim in proportion, cut down to the cent, before the cents left over."""
        return self.budget * claim // self.claims if self.short else claim

    def grant(self, claim: int, place: int) -> int:
        """What the action at this place gets for its claim."""
        if not self.short:
            return claim
        floor, rest = divmod(self.budget * claim, self.claims)
        extra = rest > self.threshold or (rest == self.threshold and place <= self.last)
        return floor + 1 if extra and self.threshold >= 0 else floor


def share(
    budget: int, claims: Sequence[int], places: Sequence[int], *, keep_spare: bool = False
) -> tuple[Sequence[int], Certificate]:
    """The claims, cut in proportion when they exceed the budget: ⌊budget × claim ÷ claims⌋, then the cents left over.

    They go to the largest remainders, to the first place when remainders are equal; keep_spare leaves them in the
    enveloppe. Source: largest remainder method; coefficients of allocation, proportional to capped claims.
    """
    asked = sum(claims)
    if asked <= budget:
        return claims, Certificate(budget, asked)
    if budget <= 0:
        return [0] * len(claims), Certificate(0, asked)
    grants = [budget * claim // asked for claim in claims]
    left = budget - sum(grants)
    if not left or keep_spare:
        return grants, Certificate(budget, asked)
    rests = [budget * claim % asked for claim in claims]
    threshold = sorted(rests, reverse=True)[left - 1]
    grants = [grant + (rest > threshold) for grant, rest in zip(grants, rests, strict=True)]
    at, last = -1, -1
    for _ in range(budget - sum(grants)):
        at = rests.index(threshold, at + 1)
        grants[at] += 1
        last = places[at]
    return grants, Certificate(budget, asked, threshold, last)


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
        remaining = max(0, groups.ceilings[group] - sum(pins.get(places[at], 0) for at in ats))
        given, _ = share(remaining, [claims[at] for at in ats], [places[at] for at in ats])
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
class SharedLine:
    """A line once shared: what each claimed (its pin where it has one), what each gets, and the certificate.

    allowed: what the caps of each action left it, before ceilings by porteur and floors.
    """

    allowed: Sequence[int]
    claims: Sequence[int]
    grants: Sequence[int]
    certificate: Certificate


def allocate_cents(
    lines: Sequence[Asking], limits: Sequence[Sequence[int]], *, keep_spare: bool = False
) -> list[SharedLine]:
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
            remaining = left[cap]
            for place, grant in zip(asking.places, shared.grants, strict=True):
                if place not in asking.pins:
                    remaining[place] -= grant
        found.append(shared)
    return found


def _share_line(asking: Asking, left: Sequence[Sequence[int]], keep_spare: bool) -> SharedLine:
    allowed: Sequence[int] = asking.bounds
    for cap in asking.caps:
        remaining = left[cap]
        allowed = [
            most if most <= remaining[at] else remaining[at] for most, at in zip(allowed, asking.places, strict=True)
        ]
    if not asking.pins and asking.groups is None:
        return SharedLine(allowed, allowed, *share(asking.budget, allowed, asking.places, keep_spare=keep_spare))
    return _share_specially(asking, allowed, keep_spare)


def _share_specially(asking: Asking, allowed: Sequence[int], keep_spare: bool) -> SharedLine:
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
    return SharedLine(allowed, said, fixed, certificate)
