"""What the optimum decides on: supplies (lines, porteurs with a ceiling), takers (actions with nested caps)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from ledger.allocation.engine.problem import SharingProblem
from ledger.allocation.optimum.arcs import SINK, SOURCE, Arcs
from ledger.core.errors import LedgerError


class OptimumUndecided(LedgerError):
    """A rule that the optimum cannot take into account bears on the requests."""

    code = "optimum_indecidable"


@dataclass(frozen=True, slots=True)
class Supply:
    """Where credits come from: a line with what it holds, or a porteur's ceiling on a line (its parent)."""

    capacity: int
    parent: int = -1
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Demand:
    """An action: the most it may have in all, what it may have of each supply, the caps of some of its supplies.

    inner: caps that hold at least two of its supplies and not all, the narrowest first; they nest.
    """

    most: int
    arcs: Sequence[tuple[int, int]]
    inner: Sequence[tuple[frozenset[int], int]] = ()

    def most_reachable(self, supplies: frozenset[int]) -> int:
        """The most it may have of these supplies alone."""
        if not self.inner:
            amount = 0
            for supply, bound in self.arcs:
                if supply in supplies:
                    amount += bound
            return min(self.most, amount)
        amounts = {supply: bound for supply, bound in self.arcs if supply in supplies}
        for held, most in self.inner:
            inside = held & amounts.keys()
            if sum(amounts[supply] for supply in inside) > most:
                amounts = {supply: amount for supply, amount in amounts.items() if supply not in inside}
                amounts[min(inside)] = most
        return min(self.most, sum(amounts.values()))


@dataclass(slots=True)
class Instance:
    """Supplies, the lines first in their order; takers, and for each the action and where its requests stand.

    fixed: what arbitration gives already, in no flow.
    """

    supplies: list[Supply]
    takers: list[Demand] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    requests: list[list[tuple[int, int]]] = field(default_factory=list)
    fixed: int = 0


def instance_of(problem: SharingProblem, classes: Sequence[int]) -> Instance:
    """The problem as supplies and takers; amounts fixed by arbitration are set apart first.

    classes: by line, the rank of its class in the order of mobilisation. raises: OptimumUndecided for a floor.
    """
    supplies = [
        Supply(asking.budget - sum(asking.pins.values()), rank=rank)
        for asking, rank in zip(problem.askings, classes, strict=True)
    ]
    instance = Instance(supplies, fixed=sum(sum(asking.pins.values()) for asking in problem.askings))
    of_action: dict[int, list[tuple[int, int, int, int]]] = {}
    for index, asking in enumerate(problem.askings):
        groups = _porteurs(problem, instance, index)
        for at, (place, bound) in enumerate(zip(asking.places, asking.bounds, strict=True)):
            if bound and place not in asking.pins:
                of_action.setdefault(place, []).append((index, at, groups.get(at, index), bound))
    for place in sorted(of_action):
        taken = of_action[place]
        instance.places.append(place)
        instance.requests.append([(index, at) for index, at, _, _ in taken])
        instance.takers.append(_taker(problem, place, taken))
    return instance


def _porteurs(problem: SharingProblem, instance: Instance, index: int) -> Mapping[int, int]:
    """By rank of the request on the line, the supply made for its porteur, where it has a ceiling there."""
    asking = problem.askings[index]
    if asking.groups is None:
        return {}
    if asking.groups.floors or any(asking.groups.singles):
        raise OptimumUndecided(
            f"Un montant plancher porte sur {problem.lines[index].code} : l'optimum ne sait pas en tenir compte.",
            "Retirez --optimal, ou supprimez le plancher : cofiville regle lister.",
        )
    made: dict[int, int] = {}
    for group, most in asking.groups.ceilings.items():
        fixed = sum(
            asking.pins.get(place, 0) for place, of in zip(asking.places, asking.groups.of, strict=True) if of == group
        )
        made[group] = len(instance.supplies)
        instance.supplies.append(Supply(max(0, most - fixed), index, instance.supplies[index].rank))
    return {at: made[group] for at, group in enumerate(asking.groups.of) if group in made}


def _taker(problem: SharingProblem, place: int, taken: Sequence[tuple[int, int, int, int]]) -> Demand:
    bounds = {supply: bound for _, _, supply, bound in taken}
    of_line = {problem.lines[index].code: supply for index, _, supply, _ in taken}
    most = sum(bounds.values())
    inner: dict[frozenset[int], int] = {}
    for cap in problem.caps.of(problem.actions[place]):
        held = frozenset(of_line[line] for line in cap.lines & of_line.keys())
        left = problem.limits[problem.cap_keys[cap.key]][place] - sum(
            asking.pins.get(place, 0)
            for line, asking in zip(problem.lines, problem.askings, strict=True)
            if line.code in cap.lines and asking.pins
        )
        if len(held) == len(bounds):
            most = min(most, left)
        elif len(held) == 1:
            [only] = held
            bounds[only] = min(bounds[only], left)
        elif held and left < sum(bounds[supply] for supply in held):
            inner[held] = min(left, inner.get(held, left))
    _check_nested(problem, place, inner)
    most = min(most, sum(bounds.values()))
    return Demand(most, tuple(bounds.items()), tuple(sorted(inner.items(), key=lambda each: len(each[0]))))


def _check_nested(problem: SharingProblem, place: int, inner: Mapping[frozenset[int], int]) -> None:
    for one, other in combinations(inner, 2):
        if one & other and not (one <= other or other <= one):
            raise OptimumUndecided(
                f"Deux plafonds de l'action {problem.actions[place].number} se croisent : l'optimum ne sait pas en"
                " tenir compte.",
                "Retirez --optimal : ligne après ligne, chacun est respecté.",
            )


def network_of(
    supplies: Mapping[int, Supply], takers: Sequence[Demand], mosts: Sequence[int], scale: int = 1
) -> tuple[Arcs, dict[int, int], list[Sequence[int]]]:
    """The arcs from these supplies to these takers, the node of each supply, the arc of each request of each taker.

    mosts: what each taker may have in all, scaled already; the other capacities are multiplied by scale.
    """
    arcs = Arcs()
    nodes = {supply: arcs.node() for supply in supplies}
    for supply, held in supplies.items():
        arcs.add(nodes.get(held.parent, SOURCE), nodes[supply], held.capacity * scale)
    requests: list[Sequence[int]] = []
    tails, heads, capacities = arcs.tails, arcs.heads, arcs.capacities
    for taker, most in zip(takers, mosts, strict=True):
        root = arcs.node()
        arcs.add(root, SINK, most)
        into = _caps_of(arcs, taker, root, scale) if taker.inner else {}
        first = len(tails)
        for supply, bound in taker.arcs:
            tails.append(nodes[supply])
            heads.append(into.get(supply, root))
            capacities.append(bound * scale)
        requests.append(range(first, len(tails)))
    return arcs, nodes, requests


def _caps_of(arcs: Arcs, taker: Demand, root: int, scale: int) -> dict[int, int]:
    """The node that each supply of the taker flows into: that of its narrowest cap, which flows into the next."""
    into = dict.fromkeys((supply for supply, _ in taker.arcs), root)
    for capped, limit in reversed(taker.inner):
        here = capped.intersection(into)
        if here:
            inside = arcs.node()
            arcs.add(inside, into[min(here)], limit * scale)
            into.update(dict.fromkeys(here, inside))
    return into
