"""Sharing one budget among claims in proportion, to the cent; whole numbers alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


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
