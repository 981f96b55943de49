"""The two proposals of the optimum from what the engine shared, and what they show that it wastes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ledger.allocation.engine.reading import EQUITY, REPAIR
from ledger.allocation.engine.share_lines import SharedLines
from ledger.allocation.engine.sharing import Certificate, SharedLine
from ledger.allocation.optimum.equity import fairest
from ledger.allocation.optimum.instance import Instance, instance_of
from ledger.allocation.optimum.repair import repaired
from ledger.core.money import Money
from ledger.storage.driver import many_objects


@dataclass(frozen=True, slots=True)
class Displaced:
    """How much the réparation gives an action on a line above what the engine shared, or below."""

    action: str
    line: str
    amount: Money


@dataclass(frozen=True, slots=True)
class LineUnused:
    """A line after the engine: what it keeps, what it still could not serve, whether one euro more would be granted.

    one_more: at the largest total. stopped_by: the actions whose other grants keep this line's money unspent.
    """

    line: str
    left: Money
    unmet: Money
    one_more: bool
    stopped_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the engine grants, the largest total possible, line by line, and the moves that would reach it."""

    granted: Money
    possible: Money
    lines: tuple[LineUnused, ...]
    moves: tuple[Displaced, ...]

    @property
    def wasted(self) -> Money:
        """The money unspent though it could be granted."""
        return self.possible - self.granted


def repair(outcome: SharedLines) -> SharedLines:
    """Réparation: what the engine shared, moved as few cents as possible to reach the largest total."""
    with many_objects():
        instance = _instance(outcome)
        return _with(outcome, instance, repaired(instance, _flows(outcome, instance))[0], REPAIR)


def make_fair(outcome: SharedLines) -> SharedLines:
    """Équité: the least satisfied served first, at the largest total of each class."""
    with many_objects():
        instance = _instance(outcome)
        return _with(outcome, instance, fairest(instance), EQUITY)


def diagnose(outcome: SharedLines) -> Diagnosis:
    """What the engine's own sharing wastes, and where."""
    instance = _instance(outcome)
    before = _flows(outcome, instance)
    after, useful = repaired(instance, before)
    problem = outcome.problem
    moves = [
        Displaced(problem.actions[place].number, problem.lines[index].code, Money(new - old))
        for place, requests, olds, news in zip(instance.places, instance.requests, before, after, strict=True)
        for (index, _), old, new in zip(requests, olds, news, strict=True)
        if new != old
    ]
    lines = []
    for index, line in enumerate(problem.lines):
        asking, shared = problem.askings[index], outcome.shared[index]
        if not asking.places:
            continue
        gained = tuple(move.action for move in moves if move.line == line.code and move.amount.cents > 0)
        left = Money(asking.budget - sum(shared.grants))
        unmet = Money(sum(asking.bounds) - sum(shared.grants))
        lines.append(LineUnused(line.code, left, unmet, index in useful, gained if left else ()))
    granted, possible = (instance.fixed + sum(map(sum, flows)) for flows in (before, after))
    return Diagnosis(Money(granted), Money(possible), tuple(lines), tuple(moves))


def least_satisfied(outcome: SharedLines) -> Fraction:
    """The part that the least satisfied action gets of what its requests and caps would let it have alone."""
    instance = _instance(outcome)
    everything = frozenset(range(len(instance.supplies)))
    parts = [
        Fraction(sum(got), most)
        for taker, got in zip(instance.takers, _flows(outcome, instance), strict=True)
        if (most := taker.most_reachable(everything))
    ]
    return min(parts, default=Fraction(1))


def _instance(outcome: SharedLines) -> Instance:
    natures = [line.nature for line in outcome.problem.lines]
    return instance_of(outcome.problem, [natures.index(nature) for nature in natures])


def _flows(outcome: SharedLines, instance: Instance) -> list[list[int]]:
    return [[outcome.shared[index].grants[at] for index, at in requests] for requests in instance.requests]


def _with(outcome: SharedLines, instance: Instance, flows: Sequence[Sequence[int]], method: str) -> SharedLines:
    """The outcome with these grants; each claims all that it could have alone on the line."""
    askings = outcome.problem.askings
    grants = [[asking.pins.get(place, 0) for place in asking.places] for asking in askings]
    for requests, amounts in zip(instance.requests, flows, strict=True):
        for (index, at), amount in zip(requests, amounts, strict=True):
            grants[index][at] = amount
    shared = []
    for asking, given in zip(askings, grants, strict=True):
        claims = [asking.pins.get(place, bound) for place, bound in zip(asking.places, asking.bounds, strict=True)]
        fixed = sum(asking.pins.values())
        certificate = Certificate(asking.budget - fixed, sum(claims) - fixed)
        shared.append(SharedLine(claims, claims, given, certificate))
    return replace(outcome, shared=shared, method=method, before=outcome.shared)
