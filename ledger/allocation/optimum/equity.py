"""Équité: the fairest sharing of the most that can be granted, by level of satisfaction, on whole cents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from ledger.allocation.optimum.arcs import SINK, Flow, largest_flow
from ledger.allocation.optimum.instance import Instance, Supply, Taker, network_of
from ledger.allocation.optimum.levels import Level, levels_of


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


def _settled(taker: Taker, levels: Sequence[Level]) -> _Exact:
    most = taker.reach(levels[0].open)
    for number, level in enumerate(levels):
        upto = levels[number + 1].satisfaction if number + 1 < len(levels) else Fraction(1)
        may, at = taker.reach(level.open), level.satisfaction
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

    def _flow(self, mosts: Sequence[int]) -> Flow:
        for arc, most in zip(self._roots, mosts, strict=True):
            self._arcs.capacities[arc] = most
        self._arcs.capacities[: len(self.totals)] = self.totals
        return largest_flow(self._arcs)


def _in_cents(instance: Instance, exact: Sequence[_Exact], flows: _Flows) -> list[int]:
    """Each amount cut down, then the cents left over in each level to its largest remainders, where they can go."""
    mosts = [each.numerator // each.denominator for each in exact]
    by_level: dict[int, list[int]] = {}
    for number, each in enumerate(exact):
        if each.numerator % each.denominator:
            by_level.setdefault(each.level, []).append(number)
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
