"""The optimum against other ways of finding it: every subset in exact fractions, another solver, worked cases."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ortools.graph.python.max_flow import SimpleMaxFlow
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from ledger.allocation.optimum import equity
from ledger.allocation.optimum import equity as levels
from ledger.allocation.optimum.arcs import SINK, SOURCE, Arcs, LargestFlow, largest_flow
from ledger.allocation.optimum.equity import fairest
from ledger.allocation.optimum.instance import Demand, Instance, Supply, network_of
from ledger.allocation.optimum.proposals import repaired


def by_ortools(arcs: Arcs) -> LargestFlow:
    """The largest flow, as OR-Tools finds it: a second opinion, which the program itself does without."""
    solver = SimpleMaxFlow()
    numbered = [solver.add_arc_with_capacity(*arc) for arc in zip(arcs.tails, arcs.heads, arcs.capacities, strict=True)]
    if not numbered:
        return LargestFlow(0, [], frozenset({SOURCE}))
    assert solver.solve(SOURCE, SINK) == SimpleMaxFlow.OPTIMAL
    carried = [solver.flow(arc) for arc in numbered]
    return LargestFlow(solver.optimal_flow(), carried, frozenset(solver.get_source_side_min_cut()))


def fairest_by_ortools(instance: Instance) -> list[int]:
    """What each taker gets in all when that solver finds every flow."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (levels, equity):
            patch.setattr(module, "largest_flow", by_ortools)
        return [sum(got) for got in fairest(instance)]


@st.composite
def instances(draw: st.DrawFn, actions: int = 5, most: int = 60) -> Instance:
    """One to four lines of two classes, a porteur's ceiling on some, caps of two lines in three on some actions."""
    lines = draw(st.integers(1, 4))
    supplies = [Supply(draw(st.integers(0, 3 * most)), rank=draw(st.integers(0, 1))) for _ in range(lines)]
    for parent in draw(st.lists(st.integers(0, lines - 1), max_size=2)):
        supplies.append(Supply(draw(st.integers(0, most)), parent, supplies[parent].rank))
    instance = Instance(supplies)
    for place in range(draw(st.integers(1, actions))):
        used = draw(st.lists(st.integers(0, len(supplies) - 1), min_size=1, max_size=3, unique=True))
        arcs = tuple((supply, draw(st.integers(0, most))) for supply in used)
        capped = len(used) == 3 and draw(st.booleans())
        inner = ((frozenset(used[:2]), draw(st.integers(0, most))),) if capped else ()
        instance.takers.append(Demand(draw(st.integers(0, sum(bound for _, bound in arcs))), arcs, inner))
        instance.places.append(place)
        instance.requests.append([])
    return instance


def reachable(instance: Instance, takers: Sequence[int]) -> int:
    """The most that these takers can have together: the smallest cut, over every set of supplies."""
    numbers = range(len(instance.supplies))
    cuts = []
    for chosen in range(1 << len(instance.supplies)):
        supplies = frozenset(number for number in numbers if chosen >> number & 1)
        closed = sum(
            instance.supplies[number].capacity
            for number in numbers
            if number not in supplies
            and (instance.supplies[number].parent < 0 or instance.supplies[number].parent in supplies)
        )
        cuts.append(closed + sum(instance.takers[taker].most_reachable(supplies) for taker in takers))
    return min(cuts)


def fairest_exactly(instance: Instance) -> tuple[list[Fraction], int]:
    """What each taker gets at the fairest, level after level, in exact fractions; and the largest total."""
    numbers = range(len(instance.takers))
    everything = frozenset(range(len(instance.supplies)))
    weights = [taker.most_reachable(everything) for taker in instance.takers]
    subsets = [subset for size in range(1, len(numbers) + 1) for subset in combinations(numbers, size)]
    most = {subset: reachable(instance, subset) for subset in subsets}
    settled = {number: Fraction(0) for number in numbers if not weights[number]}
    while len(settled) < len(numbers):
        levels = {}
        for subset in subsets:
            open_ones = [number for number in subset if number not in settled]
            if open_ones:
                left = most[subset] - sum((settled[number] for number in subset if number in settled), Fraction(0))
                levels[subset] = left / sum(weights[number] for number in open_ones)
        level = min(levels.values())
        tight = {number for subset, each in levels.items() if each == level for number in subset}
        settled.update({number: level * weights[number] for number in tight if number not in settled})
    return [settled[number] for number in numbers], most[tuple(numbers)]


def check_flow(instance: Instance, flows: Sequence[Sequence[int]]) -> None:
    used = [0] * len(instance.supplies)
    for taker, amounts in zip(instance.takers, flows, strict=True):
        assert sum(amounts) <= taker.most
        for (supply, bound), amount in zip(taker.arcs, amounts, strict=True):
            assert 0 <= amount <= bound
            used[supply] += amount
            if instance.supplies[supply].parent >= 0:
                used[instance.supplies[supply].parent] += amount
        for held, limit in taker.inner:
            assert (
                sum(amount for (supply, _), amount in zip(taker.arcs, amounts, strict=True) if supply in held) <= limit
            )
    assert all(amount <= supply.capacity for amount, supply in zip(used, instance.supplies, strict=True))


@given(instances())
def test_equity_is_the_fairest_of_the_largest_totals_to_less_than_a_cent(instance: Instance) -> None:
    exact, largest = fairest_exactly(instance)
    flows = fairest(instance)
    check_flow(instance, flows)
    assert sum(map(sum, flows)) == largest
    assert all(abs(sum(got) - each) < 1 for got, each in zip(flows, exact, strict=True))


@given(instances())
def test_equity_gives_the_first_class_all_that_it_can_serve(instance: Instance) -> None:
    flows = fairest(instance)
    first = sum(
        amount
        for taker, amounts in zip(instance.takers, flows, strict=True)
        for (supply, _), amount in zip(taker.arcs, amounts, strict=True)
        if instance.supplies[supply].rank == 0
    )
    single = Instance(
        [Supply(each.capacity if each.rank == 0 else 0, each.parent, each.rank) for each in instance.supplies],
        instance.takers,
    )
    assert first == reachable(single, range(len(single.takers)))


@given(instances(actions=12, most=10_000_000))
def test_both_solvers_give_each_action_the_same_to_the_cent(instance: Instance) -> None:
    assert [sum(got) for got in fairest(instance)] == fairest_by_ortools(instance)


@given(instances(actions=12, most=10_000_000))
def test_both_solvers_find_the_same_largest_flow_and_the_same_cut(instance: Instance) -> None:
    mosts = [taker.most for taker in instance.takers]
    network, _, _ = network_of(dict(enumerate(instance.supplies)), instance.takers, mosts)
    ours, other = largest_flow(network), by_ortools(network)
    assert (ours.value, ours.reached) == (other.value, other.reached)


@pytest.mark.parametrize("seed", range(3))
def test_on_some_hundreds_of_actions_the_largest_total_is_that_of_another_solver(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - not a secret
    instance = Instance([Supply(chance.randrange(10**7), rank=line // 4) for line in range(12)])
    for place in range(300):
        arcs = [(line, chance.randrange(10**5)) for line in chance.sample(range(12), 3)]
        instance.takers.append(Demand(chance.randrange(1 + sum(bound for _, bound in arcs)), arcs))
        instance.places.append(place)
    mosts = [taker.most for taker in instance.takers]
    network, _, _ = network_of(dict(enumerate(instance.supplies)), instance.takers, mosts)
    largest = by_ortools(network).value
    fair = fairest(instance)
    check_flow(instance, fair)
    repair, _ = repaired(instance, [[0, 0, 0] for _ in instance.takers])
    check_flow(instance, repair)
    assert sum(map(sum, fair)) == sum(map(sum, repair)) == largest
    assert [sum(got) for got in fair] == fairest_by_ortools(instance)


def some_sharing(instance: Instance, data: st.DataObject) -> list[list[int]]:
    """Amounts within every capacity, drawn at random."""
    left = [supply.capacity for supply in instance.supplies]
    flows = []
    for taker in instance.takers:
        got: list[int] = []
        for supply, bound in taker.arcs:
            parent = instance.supplies[supply].parent
            rooms = [bound, left[supply], taker.most - sum(got), *([left[parent]] if parent >= 0 else [])]
            for held, limit in taker.inner:
                if supply in held:
                    used = sum(amount for (other, _), amount in zip(taker.arcs, got, strict=False) if other in held)
                    rooms.append(limit - used)
            amount = data.draw(st.integers(0, max(0, min(rooms))))
            got.append(amount)
            left[supply] -= amount
            if parent >= 0:
                left[parent] -= amount
        flows.append(got)
    return flows


def fewest_moved(instance: Instance, flows: Sequence[Sequence[int]]) -> tuple[int, int]:
    """The largest total and the fewest cents moved to reach it, by the minimum cost flow of another solver."""
    solver = SimpleMinCostFlow()
    mosts = [taker.most for taker in instance.takers]
    network, _, requests = network_of(dict(enumerate(instance.supplies)), instance.takers, mosts)
    held = {
        arc: amount
        for arcs, amounts in zip(requests, flows, strict=True)
        for arc, amount in zip(arcs, amounts, strict=True)
    }
    for arc, (tail, head, capacity) in enumerate(zip(network.tails, network.heads, network.capacities, strict=True)):
        kept = held.get(arc, 0)
        solver.add_arc_with_capacity_and_unit_cost(tail, head, kept, -1)
        solver.add_arc_with_capacity_and_unit_cost(tail, head, capacity - kept, 1 if arc in held else 0)
    whole = largest_flow(network).value
    solver.set_node_supply(SOURCE, whole)
    solver.set_node_supply(SINK, -whole)
    solver.solve_max_flow_with_min_cost()
    return whole, solver.optimal_cost() + sum(held.values())


@given(instances(), st.data())
def test_a_repair_reaches_the_largest_total_by_the_fewest_cents_moved(instance: Instance, data: st.DataObject) -> None:
    before = some_sharing(instance, data)
    after, _ = repaired(instance, before)
    check_flow(instance, after)
    moved = sum(
        abs(new - old) for news, olds in zip(after, before, strict=True) for new, old in zip(news, olds, strict=True)
    )
    assert (sum(map(sum, after)), moved) == fewest_moved(instance, before)
    for new, old in zip(after, before, strict=True):
        assert sum(new) >= sum(old), "no action loses in all"


@given(instances(), st.data())
def test_a_repair_says_where_one_cent_more_would_be_granted(instance: Instance, data: st.DataObject) -> None:
    _, useful = repaired(instance, some_sharing(instance, data))
    everyone = range(len(instance.takers))
    for number, supply in enumerate(instance.supplies):
        if supply.parent < 0:
            more = list(instance.supplies)
            more[number] = Supply(supply.capacity + 1, rank=supply.rank)
            gains = reachable(Instance(more, instance.takers), everyone) > reachable(instance, everyone)
            assert gains == (number in useful)


def test_ties_do_not_pile_on_one_action() -> None:
    """100 actions that ask 1,00 € each of 50,33 €: a cent apart at most, the spare cents to the first ones."""
    instance = Instance([Supply(5033)], [Demand(100, ((0, 100),)) for _ in range(100)], list(range(100)))
    assert [sum(got) for got in fairest(instance)] == [51] * 33 + [50] * 67
