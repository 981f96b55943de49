"""The levels of the fairest sharing: which supplies run out at which satisfaction, as the satisfaction of all rises.

At a satisfaction x each taker may have x of all that it could have alone; the supplies that are then exhausted are one
side of a smallest cut. That side only grows with x, so the levels are found by halving: between two sides known, the
satisfaction where both cuts weigh the same, then the smallest cut there. Lexicographically optimal base of a
polymatroid (Fujishige 1980), by decomposition.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction

from ledger.allocation.optimum.arcs import largest_flow
from ledger.allocation.optimum.instance import Instance, Taker, network_of

_FINE = 1 << 20
_MOST = 1 << 62
_KEY = 96


@dataclass(frozen=True, slots=True)
class Level:
    """From this satisfaction on, the supplies still open; the others have run out."""

    satisfaction: Fraction
    open: frozenset[int]


def levels_of(instance: Instance) -> list[Level]:
    """The levels, satisfaction rising: all supplies open from zero, the last level open for ever."""
    everything = frozenset(range(len(instance.supplies)))
    cuts = _Cuts(instance)
    wanting = [Wanting(taker, most, 0, most) for taker in instance.takers if (most := taker.reach(everything))]
    last = cuts.open_at(Fraction(1), everything, frozenset(), wanting)
    narrowed = [each.narrowed(last) for each in wanting]
    return [Level(Fraction(0), everything), *cuts.between(everything, last, narrowed)]


@dataclass(frozen=True, slots=True)
class Wanting:
    """A taker, the most it may have alone, and the most it may have of the narrow and of the wide side."""

    taker: Taker
    most: int
    low: int
    high: int

    def narrowed(self, supplies: frozenset[int]) -> Wanting:
        """The same with these supplies as the narrow side."""
        return Wanting(self.taker, self.most, self.taker.reach(supplies), self.high)

    def widened(self, supplies: frozenset[int]) -> Wanting:
        """The same with these supplies as the wide side."""
        return Wanting(self.taker, self.most, self.low, self.taker.reach(supplies))


class _Cuts:
    """Smallest cuts of one instance, looked for at the fineness of its figures."""

    def __init__(self, instance: Instance) -> None:
        self._supplies = instance.supplies
        whole = sum(supply.capacity for supply in self._supplies) + sum(taker.most for taker in instance.takers)
        self._scale = max(1, min(_FINE, _MOST // max(1, whole)))

    def between(self, wide: frozenset[int], narrow: frozenset[int], wanting: Sequence[Wanting]) -> Iterable[Level]:
        """The levels after `wide` is open, down to `narrow`."""
        if wide == narrow:
            return
        concerned = [each for each in wanting if each.low != each.high]
        at = self._balance(wide, narrow, concerned)
        middle = self.open_at(at, wide, narrow, concerned)
        if middle in (wide, narrow) or not self._lighter(middle, narrow, at, concerned):
            yield Level(at, narrow)
            return
        yield from self.between(wide, middle, [each.narrowed(middle) for each in concerned])
        yield from self.between(middle, narrow, [each.widened(middle) for each in concerned])

    def _lighter(
        self, middle: frozenset[int], narrow: frozenset[int], at: Fraction, wanting: Sequence[Wanting]
    ) -> bool:
        """Whether the cut at `middle` weighs less than the one at `narrow`, exactly."""
        p, q = at.numerator, at.denominator
        more = 0
        for each in wanting:
            most = p * each.most
            more += min(most, q * each.taker.reach(middle)) - min(most, q * each.low)
        return more + q * (self._closed(middle) - self._closed(narrow)) < 0

    def _closed(self, supplies: frozenset[int]) -> int:
        """What the arcs into the supplies closed may carry from the source and the supplies open."""
        return sum(
            supply.capacity
            for number, supply in enumerate(self._supplies)
            if number not in supplies and (supply.parent < 0 or supply.parent in supplies)
        )

    def _balance(self, wide: frozenset[int], narrow: frozenset[int], wanting: Sequence[Wanting]) -> Fraction:
        """The satisfaction where both cuts weigh the same: what the wide one adds only rises with it, by segments."""
        missing = self._closed(narrow) - self._closed(wide)
        turns: list[tuple[int, int, int, int]] = []
        for each in wanting:
            turns.append(((each.low << _KEY) // each.most, each.low, each.most, 1))
            turns.append(((each.high << _KEY) // each.most, each.high, each.most, -1))
        turns.sort()
        slope, offset = 0, 0
        for _, reach, most, way in turns:
            # Up to this turn, at reach ÷ most, what is added is slope × satisfaction + offset.
            if slope and slope * reach >= (missing - offset) * most:
                break
            slope += way * most
            offset -= way * reach
        return Fraction(missing - offset, slope) if slope else Fraction(1)

    def open_at(
        self, at: Fraction, wide: frozenset[int], narrow: frozenset[int], wanting: Sequence[Wanting]
    ) -> frozenset[int]:
        """The supplies open at the smallest cut between these two, the narrowest of them."""
        asked = {number: self._supplies[number] for number in sorted(wide - narrow)}
        takers, mosts = [], []
        for each in wanting:
            least = each.low * self._scale
            room = min(at.numerator * each.most * self._scale // at.denominator, each.taker.most * self._scale) - least
            if room > 0:
                takers.append(_beyond(each.taker, narrow, asked.keys()))
                mosts.append(room)
        network, nodes, _ = network_of(asked, takers, mosts, self._scale)
        reached = largest_flow(network).reached
        return narrow | {supply for supply, node in nodes.items() if node in reached}


def _beyond(taker: Taker, narrow: frozenset[int], asked: Set[int]) -> Taker:
    """What the taker may have of the supplies asked, once those that stay open have given it all they may."""
    arcs = [arc for arc in taker.arcs if arc[0] in asked]
    if not taker.inner:
        return taker if len(arcs) == len(taker.arcs) else Taker(taker.most, arcs)
    inner = []
    for held, most in taker.inner:
        if held & asked:
            within = Taker(most, [arc for arc in taker.arcs if arc[0] in held], _inside(taker, held))
            inner.append((held & asked, most - within.reach(narrow)))
    return Taker(taker.most, arcs, tuple(inner))


def _inside(taker: Taker, held: frozenset[int]) -> tuple[tuple[frozenset[int], int], ...]:
    return tuple((other, most) for other, most in taker.inner if other < held)
