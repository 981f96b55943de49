"""The allocation engine from 100 to 100 000 actions: 12 lines, 3 requests each (python -m benchmarks.allocation).

Enveloppes hold 55 to 105 % of what is asked of them; all lines give an action 80 % of its cost at most. Beside it, on
the same instances in the same run, the largest flow and the minimum cost flow of OR-Tools, which decide less: they
share nothing in proportion and explain nothing.
"""

from __future__ import annotations

import random
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy
from ortools.graph.python.max_flow import SimpleMaxFlow
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from ledger.allocation.audit import KeptGrant, recheck_grants
from ledger.allocation.engine.facts import ActionFacts, LineFacts, Request
from ledger.allocation.engine.share_lines import share_lines
from ledger.allocation.engine.sharing import Asking, SharedLine, allocate_cents
from ledger.allocation.optimum.arcs import SINK, SOURCE, Arcs
from ledger.allocation.optimum.equity import fairest
from ledger.allocation.optimum.instance import Demand, Instance, Supply, network_of
from ledger.allocation.optimum.proposals import repaired
from ledger.core.money import Money
from ledger.core.period import Period
from ledger.rules.book import Rule, RuleBook
from ledger.rules.kinds import read_figures
from ledger.rules.packs import shipped_rules

LINES, REQUESTS = 12, 3
SIZES = (100, 1_000, 10_000, 100_000)
OPTIMUM_MOST = 10_000
LINE_CODES = (
    *("CAF-DROIT-COMMUN", "DEPARTEMENT-DROIT-COMMUN", "CPAM-DROIT-COMMUN", "ARS-DROIT-COMMUN"),
    *("ETAT-PDV-ACTIONS", "ETAT-PDV-OVV", "ETAT-FIPD", "REGION-DSDT"),
    *("CAPH-PDV", "COMMUNE-PDV", "FSE", "FEDER-ITI"),
)


@dataclass(frozen=True)
class Programme:
    """A programme drawn once for a size: costs, requests by action, what each line holds."""

    costs: Sequence[int]
    asked: Sequence[Sequence[tuple[int, int]]]
    held: Sequence[int]

    def askings(self) -> list[Asking]:
        """As the engine shares it."""
        places: list[list[int]] = [[] for _ in range(LINES)]
        bounds: list[list[int]] = [[] for _ in range(LINES)]
        for place, requests in enumerate(self.asked):
            for line, amount in requests:
                places[line].append(place)
                bounds[line].append(amount)
        return [Asking(*line, (0,)) for line in zip(self.held, places, bounds, strict=True)]

    def limits(self) -> list[list[int]]:
        """What all lines may give each action."""
        return [[cost * 8 // 10 for cost in self.costs]]

    def instance(self) -> Instance:
        """As the optimum takes it, droit commun as a first class."""
        made = Instance([Supply(held, rank=int(line > LINES // 3)) for line, held in enumerate(self.held)])
        made.places = list(range(len(self.costs)))
        made.takers = [
            Demand(min(cost * 8 // 10, sum(amount for _, amount in requests)), requests)
            for cost, requests in zip(self.costs, self.asked, strict=True)
        ]
        return made

    def facts(self) -> tuple[list[ActionFacts], dict[str, LineFacts]]:
        """As the rules judge it: actions of associations, for the inhabitants of QPV."""
        lines = {
            code: LineFacts(
                code, code.split("-")[0], "droit_commun" if "COMMUN" in code else "specifique", 1, Money(held)
            )
            for code, held in zip(LINE_CODES, self.held, strict=True)
        }
        actions = [
            ActionFacts(
                number=f"2016-{place:06}",
                porteur_kind="association",
                dispositif="action",
                nature="fonctionnement",
                axis=str(1 + place % 7),
                status="depose",
                innovation_criteria=place % 5,
                cost_total=Money(cost),
                cost_eligible=Money(cost),
                slices={"qpv": Money(cost)},
                public={},
                requests=tuple(Request(LINE_CODES[line], Money(amount)) for line, amount in requests),
            )
            for place, (cost, requests) in enumerate(zip(self.costs, self.asked, strict=True))
        ]
        return actions, lines


def draw(actions: int) -> Programme:
    """The programme of this size, the same at every run."""
    chance = random.Random(actions)  # noqa: S311 - not a secret
    costs = [chance.randrange(500_000, 15_000_000) for _ in range(actions)]
    asked = [
        [(line, chance.randrange(cost // 20, cost // 2)) for line in sorted(chance.sample(range(LINES), REQUESTS))]
        for cost in costs
    ]
    sums = [0] * LINES
    for requests in asked:
        for line, amount in requests:
            sums[line] += amount
    return Programme(costs, asked, [total * chance.randrange(55, 106) // 100 for total in sums])


def median(rounds: int, act: Callable[[], Any]) -> float:
    """The median processor time of the act, in milliseconds: what it takes alone, whatever else the machine does."""
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        act()
        times.append((time.process_time() - begun) * 1000)
    return statistics.median(times)


def largest_flow(network: Arcs) -> None:
    """OR-Tools' largest flow, the network given to it included."""
    solver = SimpleMaxFlow()
    solver.add_arcs_with_capacity(*arrays(network))
    solver.solve(SOURCE, SINK)


def least_cost(network: Arcs) -> None:
    """OR-Tools' minimum cost of the largest flow, lines called first costing less."""
    tails, heads, capacities = arrays(network)
    costs = numpy.where(tails == SOURCE, heads, 0).astype(numpy.int64)
    solver = SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
    most = int(capacities.sum())
    solver.set_node_supply(SOURCE, most)
    solver.set_node_supply(SINK, -most)
    solver.solve_max_flow_with_min_cost()


def arrays(network: Arcs) -> tuple[Any, Any, Any]:
    """The arcs as OR-Tools takes them."""
    kinds = (numpy.int32, numpy.int32, numpy.int64)
    lists = (network.tails, network.heads, network.capacities)
    return tuple(numpy.array(values, dtype=kind) for values, kind in zip(lists, kinds, strict=True))  # type: ignore[return-value]


def book() -> RuleBook:
    """The shipped rules on the day of a comité de pilotage."""
    rules = [
        Rule(at, form.code, form.scope, read_figures(form.kind, form.figures), form.label,
             Period(form.period.first, form.period.last), form.source, form.link, form.to_confirm, form.verified_on)
        for at, form in enumerate(shipped_rules())
    ]  # fmt: skip
    return RuleBook(date(2016, 3, 4), tuple(rules))


def found_again(programme: Programme, lines: Sequence[Asking], shared: Sequence[SharedLine]) -> Callable[[], None]:
    """What the audit does of every grant: found again from its claim and the certificate of its line."""
    kept = []
    for asking, found in zip(lines, shared, strict=True):
        pairs = zip(asking.places, found.claims, found.grants, strict=True)
        grants = [KeptGrant(f"{place:06}", claim, grant, False) for place, claim, grant in pairs]
        kept.append((grants, found.certificate, f"{found.certificate.last:06}"))

    def check() -> None:
        for grants, certificate, last in kept:
            claims, given, wrong = recheck_grants(grants, certificate, last)
            assert (claims, wrong) == (certificate.claims, [])
            assert given <= certificate.budget

    return check


def measure(actions: int) -> None:
    """Print what each act takes on the programme of this size."""
    programme = draw(actions)
    rounds = max(3, min(51, 20_000 // actions))
    lines, limits, instance = programme.askings(), programme.limits(), programme.instance()
    shared = allocate_cents(lines, limits)
    engine = median(rounds, lambda: allocate_cents(lines, limits))
    row("line after line", engine)
    facts, rules = programme.facts(), book()
    row("the same, from the facts, rules applied", median(3, lambda: share_lines(*facts, rules)))
    row(f"{actions * REQUESTS} grants found again", median(3, found_again(programme, lines, shared)))
    outcome = share_lines(*facts, rules)
    some = [grant for _, grant in zip(range(300), outcome.grants(), strict=False)]
    row("300 grants explained in words", median(1, lambda: [grant.steps for grant in some]))
    network, _, _ = network_of(dict(enumerate(instance.supplies)), instance.takers, [t.most for t in instance.takers])
    flow, cost = median(3, lambda: largest_flow(network)), median(3, lambda: least_cost(network))
    row("OR-Tools, largest flow", flow, f"engine × {engine / flow:.2f}")
    row("OR-Tools, minimum cost flow", cost, f"engine × {engine / cost:.2f}")
    if actions <= OPTIMUM_MOST:
        row("équité", median(3, lambda: fairest(instance)))
        before = [[0] * len(taker.arcs) for taker in instance.takers]
        for line, (asking, found) in enumerate(zip(lines, shared, strict=True)):
            for place, grant in zip(asking.places, found.grants, strict=True):
                at = next(at for at, (supply, _) in enumerate(instance.takers[place].arcs) if supply == line)
                before[place][at] = grant
        row("réparation", median(3, lambda: repaired(instance, before)))


def row(name: str, milliseconds: float, note: str = "") -> None:
    """Print a measure."""
    print(f"  {name:<42}{milliseconds:12.2f} ms   {note}", flush=True)


def peak(actions: int) -> int:
    """How much memory sharing this programme takes at most, beyond the programme itself, in MiB."""
    programme = draw(actions)
    lines, limits = programme.askings(), programme.limits()
    tracemalloc.start()
    allocate_cents(lines, limits)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most // 1024 // 1024


def main() -> None:
    """Measure every size."""
    for actions in SIZES:
        print(f"{actions} actions, {actions * REQUESTS} requests", flush=True)
        measure(actions)
        print(f"  {'memory taken at most':<42}{peak(actions):>9} MiB")


if __name__ == "__main__":
    main()
