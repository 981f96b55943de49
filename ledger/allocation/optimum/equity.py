"""Équité: the fairest sharing of the most that can be granted, by level of satisfaction, on whole cents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from ledger.allocation.optimum.arcs import Flow, Solver
from ledger.allocation.optimum.instance import Instance, Supply, Taker, network_of
from ledger.allocation.optimum.levels import Level, levels_of


def fairest(instance: Instance, solve: Solver) -> list[list[int]]:
    """By taker then request, in cents: the largest total, class totals as large, the least satisfied served first.

    The satisfaction of an action is what it gets of all that its requests and caps would let it have alone. The
    total of each action is the only one possible, but for cents left over: largest remainder of its level, ties to
    the first action. Who pays whom is not unique.
    """
    if not instance.takers:
        return []
    levels = levels_of(instance, solve)
    exact = [_settled(taker, levels) for taker in instance.takers]
    totals = _classes(instance, solve)
    mosts = _in_cents(instance, exact, totals, solve)
    return _assigned(instance, mosts, totals, solve)[1]


def _settled(taker: Taker, levels: Sequence[Level]) -> tuple[Fraction, int]:
    """What the taker gets, exactly, and the level it stops at."""
    most = taker.reach(levels[0].open)
    for number, level in enumerate(levels):
        upto = levels[number + 1].satisfaction if number + 1 < len(levels) else Fraction(1)
        may = taker.reach(level.open)
        if may <= level.satisfaction * most:
            return level.satisfaction * most, number
        if may <= upto * most:
            return Fraction(may), number
    return Fraction(most), len(levels)


def _in_cents(
    instance: Instance, exact: Sequence[tuple[Fraction, int]], totals: Sequence[int], solve: Solver
) -> list[int]:
    """Each amount cut down, then the cents left over in each level to its largest remainders, where they can go."""
    mosts = [amount.numerator // amount.denominator for amount, _ in exact]
    by_level: dict[int, list[int]] = {}
    for number, (amount, level) in enumerate(exact):
        if amount.denominator != 1:
            by_level.setdefault(level, []).append(number)
    waiting: list[tuple[list[int], int]] = []
    for numbers in by_level.values():
        left = sum((exact[number][0] - mosts[number] for number in numbers), Fraction(0))
        numbers.sort(key=lambda number: (mosts[number] - exact[number][0], instance.places[number]))
        waiting.append((numbers, left.numerator // left.denominator))
    given = _give(instance, mosts, [number for numbers, count in waiting for number in numbers[:count]], totals, solve)
    for numbers, count in waiting:
        missing = count - len(given.intersection(numbers[:count]))
        rest = numbers[count:]
        while missing and rest:
            tried, rest = rest[:missing], rest[missing:]
            missing -= len(_give(instance, mosts, tried, totals, solve))
    return mosts


def _give(
    instance: Instance, mosts: list[int], numbers: Sequence[int], totals: Sequence[int], solve: Solver
) -> set[int]:
    """A cent more to each of these takers, in their order, where it can be: those that got it."""
    if not numbers:
        return set()
    for number in numbers:
        mosts[number] += 1
    if _assigned(instance, mosts, totals, solve)[0] == sum(mosts):
        return set(numbers)
    for number in numbers:
        mosts[number] -= 1
    half = len(numbers) // 2
    if not half:
        return set()
    first = _give(instance, mosts, numbers[:half], totals, solve)
    return first | _give(instance, mosts, numbers[half:], totals, solve)


def _classes(instance: Instance, solve: Solver) -> list[int]:
    """The most that each class can serve once those called before it serve their most."""
    ranks = sorted({supply.rank for supply in instance.supplies})
    reached, totals = 0, []
    for rank in ranks:
        value = _flow(instance, [taker.most for taker in instance.takers], {r: None for r in ranks if r <= rank}, solve)
        totals.append(value[0].value - reached)
        reached = value[0].value
    return totals


def _assigned(
    instance: Instance, mosts: Sequence[int], totals: Sequence[int], solve: Solver
) -> tuple[int, list[list[int]]]:
    """The largest flow within what each taker may have and each class in all: its value, who gets what."""
    ranks = sorted({supply.rank for supply in instance.supplies})
    flow, requests = _flow(instance, mosts, dict(zip(ranks, totals, strict=True)), solve)
    return flow.value, [[flow.carried[arc] for arc in arcs] for arcs in requests]


def _flow(
    instance: Instance, mosts: Sequence[int], classes: dict[int, int | None], solve: Solver
) -> tuple[Flow, list[list[int]]]:
    """The largest flow with these classes only, each within its total where it has one."""
    unlimited = sum(supply.capacity for supply in instance.supplies)
    count = len(instance.supplies)
    heads = {count + at: Supply(unlimited if most is None else most) for at, most in enumerate(classes.values())}
    of_rank = dict(zip(classes, heads, strict=True))
    supplies = {
        number: supply if supply.parent >= 0 else replace(supply, parent=of_rank[supply.rank])
        for number, supply in enumerate(instance.supplies)
        if supply.rank in classes
    }
    takers = [replace(taker, arcs=tuple(arc for arc in taker.arcs if arc[0] in supplies)) for taker in instance.takers]
    network, _, requests = network_of({**heads, **supplies}, takers, mosts)
    return solve(network), requests
