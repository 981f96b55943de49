"""The largest flow through arcs of whole capacities, by shortest ways (Dinic's algorithm)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

SOURCE, SINK = 0, 1


@dataclass(slots=True)
class Arcs:
    """A network from node 0 to node 1: the arcs, in the order they were added."""

    nodes: int = 2
    tails: list[int] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    capacities: list[int] = field(default_factory=list)

    def node(self) -> int:
        """A new node."""
        self.nodes += 1
        return self.nodes - 1

    def add(self, tail: int, head: int, capacity: int) -> int:
        """A new arc, by its place."""
        self.tails.append(tail)
        self.heads.append(head)
        self.capacities.append(capacity)
        return len(self.tails) - 1


@dataclass(frozen=True, slots=True)
class LargestFlow:
    """The largest flow: its value, what each arc carries, the nodes that could still be reached from the source.

    Those nodes are the smallest side of a smallest cut: the same whatever the flow.
    """

    value: int
    carried: Sequence[int]
    reached: frozenset[int]


class Residual:
    """What is left of each arc and of its reverse: arc k of the network is 2k here, its reverse 2k + 1."""

    __slots__ = ("heads", "left", "out")

    def __init__(self, arcs: Arcs) -> None:
        self.out: list[list[int]] = [[] for _ in range(arcs.nodes)]
        self.heads: list[int] = []
        self.left: list[int] = []
        for tail, head, capacity in zip(arcs.tails, arcs.heads, arcs.capacities, strict=True):
            self.out[tail].append(len(self.heads))
            self.out[head].append(len(self.heads) + 1)
            self.heads += (head, tail)
            self.left += (capacity, 0)

    def distances(self) -> list[int]:
        """By node, how many arcs with something left lead from it to the sink; -1 where none do, or too far."""
        heads, left, out = self.heads, self.left, self.out
        distance = [-1] * len(out)
        distance[SINK] = 0
        front = [SINK]
        while front and distance[SOURCE] < 0:
            nearer, front = front, []
            for node in nearer:
                for arc in out[node]:
                    other = heads[arc]
                    if left[arc ^ 1] and distance[other] < 0:
                        distance[other] = distance[node] + 1
                        front.append(other)
        return distance

    def push(self, distance: Sequence[int]) -> int:
        """As much as goes by shortest ways, pushed; its total."""
        heads, left, out = self.heads, self.left, self.out
        turn = [0] * len(out)
        path: list[int] = []
        node, pushed = SOURCE, 0
        while True:
            if node == SINK:
                pushed += self._carry(path)
                full = next(at for at, arc in enumerate(path) if not left[arc])
                node = heads[path[full] ^ 1]
                del path[full:]
            arcs, at, nearer = out[node], turn[node], distance[node] - 1
            while at < len(arcs) and not (left[arcs[at]] and distance[heads[arcs[at]]] == nearer):
                at += 1
            turn[node] = at
            if at < len(arcs):
                path.append(arcs[at])
                node = heads[arcs[at]]
            elif path:
                node = heads[path.pop() ^ 1]
                turn[node] += 1
            else:
                return pushed

    def _carry(self, path: Sequence[int]) -> int:
        left = self.left
        amount = min(left[arc] for arc in path)
        for arc in path:
            left[arc] -= amount
            left[arc ^ 1] += amount
        return amount

    def reached(self, *, to_sink: bool = False) -> frozenset[int]:
        """The nodes that something left leads to from the source, or from which something left leads to the sink."""
        start = SINK if to_sink else SOURCE
        seen, front = {start}, [start]
        while front:
            node = front.pop()
            for arc in self.out[node]:
                other = self.heads[arc]
                if other not in seen and self.left[arc ^ 1 if to_sink else arc]:
                    seen.add(other)
                    front.append(other)
        return frozenset(seen)


def largest_flow(arcs: Arcs) -> LargestFlow:
    """The largest flow, and the side of the smallest cut that every largest flow has."""
    residual = Residual(arcs)
    value = 0
    while (distance := residual.distances())[SOURCE] > 0:
        value += residual.push(distance)
    return LargestFlow(value, residual.left[1::2], residual.reached())
