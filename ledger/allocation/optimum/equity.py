"""Équité: the fairest sharing of the most that can be granted, by level of satisfaction, on whole cents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from ledger.allocation.optimum.arcs import SINK, LargestFlow, largest_flow
from ledger.allocation.optimum.instance import Demand, Instance, Supply, network_of
from ledger.core.grouping import grouped

_FINE = 1 << 20
_MOST = 1 << 62
_KEY = 96


@dataclass(frozen=True, slots=True)
class SatisfactionLevel:
    """From this satisfaction on, the supplies still open; the others have run out."""

    satisfaction: Fraction
    open: frozenset[int]


def levels_of(instance: Instance) -> list[SatisfactionLevel]:
    """The levels, satisfaction rising: all supplies open from zero, the last level open for ever."""
    everything = frozenset(range(len(instance.supplies)))
    cuts = _Cuts(instance)
    wanting = [Wanting(taker, most, 0, most) for taker in instance.takers if (most := taker.most_reachable(everything))]
    last = cuts.open_at(Fraction(1), everything, frozenset(), wanting)
    narrowed = [each.narrowed(last) for each in wanting]
    return [SatisfactionLevel(Fraction(0), everything), *cuts.between(everything, last, narrowed)]


@dataclass(frozen=True, slots=True)
class Wanting:
    """A taker, the most it may have alone, and the most it may have of the narrow and of the wide side."""

    taker: Demand
    most: int
    low: int
    high: int

    def narrowed(self, supplies: frozenset[int]) -> Wanting:
        """The same with these supplies as the narrow side."""
        return Wanting(self.taker, self.most, self.taker.most_reachable(supplies), self.high)

    def widened(self, supplies: frozenset[int]) -> Wanting:
        """The same with these supplies as the wide side."""
        return Wanting(self.taker, self.most, self.low, self.taker.most_reachable(supplies))


class _Cuts:
    """Smallest cuts of one instance, looked for at the fineness of its figures."""

    def __init__(self, instance: Instance) -> None:
        self._supplies = instance.supplies
        whole = sum(supply.capacity for supply in self._supplies) + sum(taker.most for taker in instance.takers)
        self._scale = max(1, min(_FINE, _MOST // max(1, whole)))

    def between(
        self, wide: frozenset[int], narrow: frozenset[int], wanting: Sequence[Wanting]
    ) -> Iterable[SatisfactionLevel]:
        """The levels after `wide` is open, down to `narrow`."""
        if wide == narrow:
            return
        concerned = [each for each in wanting if each.low != each.high]
        at = self._balance(wide, narrow, concerned)
        middle = self.open_at(at, wide, narrow, concerned)
        if middle in (wide, narrow) or not self._lighter(middle, narrow, at, concerned):
            yield SatisfactionLevel(at, narrow)
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
            more += min(most, q * each.taker.most_reachable(middle)) - min(most, q * each.low)
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
        for _, most_reachable, most, way in turns:
            # Up to this turn, at reach ÷ most, what is added is slope × satisfaction + offset.
            if slope and slope * most_reachable >= (missing - offset) * most:
                break
            slope += way * most
            offset -= way * most_reachable
        return Fraction(missing - offset, slope) if slope else Fraction(1)

    def open_at(
        self, at: Fraction, wide: frozenset[int], narrow: frozenset[int], wanting: Sequence[Wanting]
    ) -> frozenset[int]:
        """The supplies open at the smallest cut between these two, the narrowest of them."""
        asked = {number: self._supplies[number] for number in sorted(wide - narrow)}
        takers, mosts = [], []
        for each in wanting:
            least = each.low * self._scale
            remaining = (
                min(at.numerator * each.most * self._scale // at.denominator, each.taker.most * self._scale) - least
            )
            if remaining > 0:
                takers.append(_beyond(each.taker, narrow, asked.keys()))
                mosts.append(remaining)
        network, nodes, _ = network_of(asked, takers, mosts, self._scale)
        reached = largest_flow(network).reached
        return narrow | {supply for supply, node in nodes.items() if node in reached}


def _beyond(taker: Demand, narrow: frozenset[int], asked: Set[int]) -> Demand:
    """What the taker may have of the supplies asked, once those that stay open have given it all they may."""
    arcs = [arc for arc in taker.arcs if arc[0] in asked]
    if not taker.inner:
        return taker if len(arcs) == len(taker.arcs) else Demand(taker.most, arcs)
    inner = []
    for held, most in taker.inner:
        if held & asked:
            within = Demand(most, [arc for arc in taker.arcs if arc[0] in held], _inside(taker, held))
            inner.append((held & asked, most - within.most_reachable(narrow)))
    return Demand(taker.most, arcs, tuple(inner))


def _inside(taker: Demand, held: frozenset[int]) -> tuple[tuple[frozenset[int], int], ...]:
    return tuple((other, most) for other, most in taker.inner if other < held)


def fairest(instance: Instance) -> list[list[int]]:
    """By taker then request, in cents: the largest total, class totals as large, the least satisfied served first.

    The satisfaction of an action is what it gets of all that its requests and caps would let it have alone. The
    total of each action is the only one possible, but for cents left over: largest remainder of its level, ties to
    the first action. Who pays whom is not unique.
    """
    if not instance.takers:
        return []
    levels = levels_of(instance)
    exact = [_settled(taker, levels) for taker in instance.takers]
    flows = _Flows(instance)
    return flows.carried(_in_cents(instance, exact, flows))


class _Exact(NamedTuple):
    """What a taker gets exactly, numerator ÷ denominator in cents, and the level it stops at."""

    numerator: int
    denominator: int
    level: int


def _settled(taker: Demand, levels: Sequence[SatisfactionLevel]) -> _Exact:
    most = taker.most_reachable(levels[0].open)
    for number, level in enumerate(levels):
        upto = levels[number + 1].satisfaction if number + 1 < len(levels) else Fraction(1)
        may, at = taker.most_reachable(level.open), level.satisfaction
        if may * at.denominator <= at.numerator * most:
            return _Exact(at.numerator * most, at.denominator, number)
        if may * upto.denominator <= upto.numerator * most:
            return _Exact(may, 1, number)
    return _Exact(most, 1, len(levels))


class _Flows:
    """The network of an instance made once, its takers and classes limited as one likes.

    totals: by class, the most that it can serve once those called before it serve their most.
    """

    def __init__(self, instance: Instance) -> None:
        ranks = sorted({supply.rank for supply in instance.supplies})
        count, everything = len(instance.supplies), sum(supply.capacity for supply in instance.supplies)
        heads = {count + at: Supply(everything) for at in range(len(ranks))}
        of_rank = dict(zip(ranks, heads, strict=True))
        supplies = {
            number: supply if supply.parent >= 0 else replace(supply, parent=of_rank[supply.rank])
            for number, supply in enumerate(instance.supplies)
        }
        mosts = [taker.most for taker in instance.takers]
        self._arcs, _, self._requests = network_of({**heads, **supplies}, instance.takers, mosts)
        self._roots = [arc for arc, head in enumerate(self._arcs.heads) if head == SINK]
        self._classes = range(len(ranks))
        reached, self.totals = 0, [0] * len(ranks)
        for at in self._classes:
            self.totals[at] = everything
            self.totals[at] = self.value(mosts) - reached
            reached += self.totals[at]

    def value(self, mosts: Sequence[int]) -> int:
        """The largest flow that gives no taker more than this, no class more than its total."""
        return self._flow(mosts).value

    def carried(self, mosts: Sequence[int]) -> list[list[int]]:
        """By taker then request, what that flow carries."""
        carried = self._flow(mosts).carried
        return [[carried[arc] for arc in arcs] for arcs in self._requests]

    def _flow(self, mosts: Sequence[int]) -> LargestFlow:
        for arc, most in zip(self._roots, mosts, strict=True):
            self._arcs.capacities[arc] = most
        self._arcs.capacities[: len(self.totals)] = self.totals
        return largest_flow(self._arcs)


def _in_cents(instance: Instance, exact: Sequence[_Exact], flows: _Flows) -> list[int]:
    """Each amount cut down, then the cents left over in each level to its largest remainders, where they can go."""
    mosts = [each.numerator // each.denominator for each in exact]
    by_level: dict[int, list[int]] = grouped(
        (each.level, number) for number, each in enumerate(exact) if each.numerator % each.denominator
    )
    waiting: list[tuple[list[int], int]] = []
    for numbers in by_level.values():
        rests = {number: exact[number].numerator % exact[number].denominator for number in numbers}
        numbers.sort(key=lambda number: (-rests[number], instance.places[number]))
        waiting.append((numbers, sum(rests.values()) // exact[numbers[0]].denominator))
    given = _give(mosts, [number for numbers, count in waiting for number in numbers[:count]], flows)
    for numbers, count in waiting:
        missing = count - len(given.intersection(numbers[:count]))
        rest = numbers[count:]
        while missing and rest:
            tried, rest = rest[:missing], rest[missing:]
            missing -= len(_give(mosts, tried, flows))
    return mosts


def _give(mosts: list[int], numbers: Sequence[int], flows: _Flows) -> set[int]:
    """A cent more to each of these takers, in their order, where it can be: those that got it."""
    if not numbers:
        return set()
    for number in numbers:
        mosts[number] += 1
    if flows.value(mosts) == sum(mosts):
        return set(numbers)
    for number in numbers:
        mosts[number] -= 1
    half = len(numbers) // 2
    if not half:
        return set()
    return _give(mosts, numbers[:half], flows) | _give(mosts, numbers[half:], flows)
