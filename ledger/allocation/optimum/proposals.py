"""The two proposals of the optimum from what the engine shared, and what they show that it wastes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ledger.allocation.engine.reading import EQUITY, REPAIR
from ledger.allocation.engine.share_lines import SharedLines
from ledger.allocation.engine.sharing import Certificate, SharedLine
from ledger.allocation.optimum.arcs import SINK, SOURCE, Arcs, Residual
from ledger.allocation.optimum.equity import fairest
from ledger.allocation.optimum.instance import Instance, instance_of, network_of
from ledger.core.money import Money
from ledger.storage.driver import many_objects


def repaired(instance: Instance, granted: Sequence[Sequence[int]]) -> tuple[list[list[int]], frozenset[int]]:
    """By taker then request, in cents: the largest total, with the fewest cents moved from what is granted.

    granted: by taker then request; within every capacity. With it, the supplies where one cent more would be granted.
    A flow of least cost, by shortest ways: each cent above or below what is granted costs one.
    """
    arcs, nodes, requests = network_of(
        dict(enumerate(instance.supplies)), instance.takers, [taker.most for taker in instance.takers]
    )
    flat = [arc for of_taker in requests for arc in of_taker]
    moving = _Moving(arcs, dict(zip(flat, (amount for each in granted for amount in each), strict=True)), len(nodes))
    while moving.moves_more():
        pass
    carried = moving.carried()
    found = [[next(carried) for _ in of_taker] for of_taker in requests]
    useful = moving.residual.reached(to_sink=True)
    return found, frozenset(supply for supply, node in nodes.items() if node in useful)


class _Moving:
    """The network with a flow that costs least for its value; each request is two arcs: up to what it has, and beyond.

    Costs are reduced by the potentials of the nodes, so that none is negative where something is left.
    """

    def __init__(self, arcs: Arcs, held: Mapping[int, int], supplies: int) -> None:
        others = [arc for arc in range(len(arcs.tails)) if arc not in held]
        self._first = [2 * arc for arc in held]
        self._beyond = [
            2 * arcs.add(arcs.tails[arc], arcs.heads[arc], arcs.capacities[arc] - amount)
            for arc, amount in held.items()
        ]
        self.residual = Residual(arcs)
        self._cost = [0] * len(self.residual.heads)
        for first, beyond in zip(self._first, self._beyond, strict=True):
            self._cost[first], self._cost[first + 1] = -1, 1
            self._cost[beyond], self._cost[beyond + 1] = 1, -1
        self._potential = [0] * arcs.nodes
        left = self.residual.left
        for arc, amount in held.items():
            left[2 * arc], left[2 * arc + 1] = 0, amount
        for arc, amount in _through(arcs, held, others, supplies):
            left[2 * arc] -= amount
            left[2 * arc + 1] += amount

    def moves_more(self) -> bool:
        """Push all that the shortest ways of the least cost can carry; whether there were any."""
        distance = self._cheapest()
        far = distance[SINK]
        if far is None:
            return False
        for node, way in enumerate(distance):
            self._potential[node] += far if way is None or way > far else way
        left, hidden = self.residual.left, []
        for arc, tail in self._tails():
            if left[arc] and self._reduced(arc, tail):
                hidden.append((arc, left[arc]))
                left[arc] = 0
        while (levels := self.residual.distances())[SOURCE] > 0:
            self.residual.push(levels)
        for arc, amount in hidden:
            left[arc] = amount
        return True

    def carried(self) -> Iterator[int]:
        """What each request carries now, in their order."""
        left = self.residual.left
        return (left[first + 1] + left[beyond + 1] for first, beyond in zip(self._first, self._beyond, strict=True))

    def _tails(self) -> Iterator[tuple[int, int]]:
        heads = self.residual.heads
        return ((arc, heads[arc ^ 1]) for arc in range(len(heads)))

    def _reduced(self, arc: int, tail: int) -> int:
        return self._cost[arc] + self._potential[tail] - self._potential[self.residual.heads[arc]]

    def _cheapest(self) -> list[int | None]:
        """By node, the least reduced cost of a way from the source; None where none leads."""
        heads, left, out = self.residual.heads, self.residual.left, self.residual.out
        found: list[int | None] = [None] * len(out)
        waiting: dict[int, list[int]] = {0: [SOURCE]}
        while waiting:
            cost = min(waiting)
            front = waiting.pop(cost)
            while front:
                node = front.pop()
                if found[node] is not None:
                    continue
                found[node] = cost
                for arc in out[node]:
                    if left[arc] and found[heads[arc]] is None:
                        reduced = self._reduced(arc, node)
                        (waiting.setdefault(cost + reduced, []) if reduced else front).append(heads[arc])
        return found


def _through(arcs: Arcs, held: Mapping[int, int], others: Sequence[int], supplies: int) -> Iterator[tuple[int, int]]:
    """What the requests make each other arc carry: after them towards the sink, then before them from the source.

    The arcs into supplies are the first, parents before children; a taker's go from its widest cap to its narrowest.
    """
    into: dict[int, int] = {}
    out_of: dict[int, int] = {}
    for arc, amount in held.items():
        into[arcs.heads[arc]] = into.get(arcs.heads[arc], 0) + amount
        out_of[arcs.tails[arc]] = out_of.get(arcs.tails[arc], 0) + amount
    for arc in reversed(others):
        tail, head = arcs.tails[arc], arcs.heads[arc]
        if arc < supplies:
            amount = out_of.get(head, 0)
            out_of[tail] = out_of.get(tail, 0) + amount
        else:
            amount = into.get(tail, 0)
            into[head] = into.get(head, 0) + amount
        yield arc, amount


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
