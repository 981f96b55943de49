"""Where the money goes, from who gives it to whom it serves: financeurs, credit lines, axes, territories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from ledger.core.money import ZERO, Money
from ledger.core.rate import rounded
from ledger.reports.dossier.charts import HUES, NEUTRAL, Link, Node
from ledger.reports.programme import ActionFigures
from ledger.reports.synthesis import UNKNOWN, Facts
from ledger.reports.territories import UNNAMED, spread

COLUMNS = ("Financeurs", "Lignes de crédits", "Axes", "Territoires")


@dataclass(frozen=True, slots=True)
class Flow:
    """What one line of one financeur grants through one axis to one territory."""

    financeur: str
    line: str
    axis: str
    territory: str
    amount: Money


def flows(actions: Iterable[ActionFigures], facts: Facts) -> list[Flow]:
    """Every grant, cut by line, axis and territory; they add up to what is granted.

    Each line of an action is shared between its territories, so that a line's flows add up to the line.
    """
    found: dict[tuple[str, str, str, str], Money] = {}
    for action in actions:
        axis = facts.objectives.get(action.objective, {}).get("axe", UNKNOWN)
        for line in action.lines:
            if not line.granted:
                continue
            for (kind, place), share in spread(line.granted, action, facts.territories):
                name = facts.territories[place][0] if place else UNNAMED[kind]
                key = (line.financeur, line.line, " ".join(axis).strip(), name)
                found[key] = found.get(key, ZERO) + share
    return [Flow(*key, amount) for key, amount in sorted(found.items()) if amount]


def drawn_flows(found: Iterable[Flow], names: Mapping[str, str]) -> tuple[list[Node], list[Link]]:
    """The nodes and links of the flows, the largest of each column first.

    names: of the financeurs. A financeur and its lines share a colour; beyond eight, colours come back.
    """
    kept = list(found)
    sums = _sums(kept)
    hues = {
        financeur: HUES[rank % len(HUES)]
        for rank, (_, financeur) in enumerate(
            sorted((-amount.cents, key[1]) for key, amount in sums.items() if key[0] == 0)
        )
    }
    payer = {flow.line: flow.financeur for flow in kept}
    nodes = [
        Node(
            id=f"{column} {name}",
            column=column,
            label=f"{_short(names.get(name, name) if column == 0 else name)} · {thousands(amount)}",
            cents=amount.cents,
            hue=hues[payer.get(name, name)] if column < 2 else NEUTRAL,
        )
        for (column, name), amount in _ordered(sums, payer)
    ]
    return nodes, _links(kept, hues)


_Sums = dict[tuple[int, str], Money]


def _sums(found: Iterable[Flow]) -> _Sums:
    sums: _Sums = {}
    for flow in found:
        for column, name in enumerate((flow.financeur, flow.line, flow.axis, flow.territory)):
            sums[column, name] = sums.get((column, name), ZERO) + flow.amount
    return sums


def _ordered(sums: _Sums, payer: Mapping[str, str]) -> list[tuple[tuple[int, str], Money]]:
    """Financeurs by amount, their lines beside them, axes by number, territories by amount."""
    rank = {
        name: place
        for place, (_, name) in enumerate(
            sorted((-amount.cents, key[1]) for key, amount in sums.items() if key[0] == 0)
        )
    }

    def order(item: tuple[tuple[int, str], Money]) -> tuple[int, int, int, str]:
        (column, name), amount = item
        if column < 2:
            return column, rank[payer.get(name, name)], -amount.cents, name
        return column, 0, 0 if column == 2 else -amount.cents, name

    return sorted(sums.items(), key=order)


def _links(found: Iterable[Flow], hues: Mapping[str, str]) -> list[Link]:
    links: dict[tuple[str, str, str], int] = {}
    for flow in found:
        path = (f"0 {flow.financeur}", f"1 {flow.line}", f"2 {flow.axis}", f"3 {flow.territory}")
        for place, (source, target) in enumerate(pairwise(path)):
            key = (source, target, hues[flow.financeur] if place < 2 else NEUTRAL)
            links[key] = links.get(key, 0) + flow.amount.cents
    return [Link(source, target, cents, hue) for (source, target, hue), cents in sorted(links.items())]


def thousands(amount: Money) -> str:
    """The amount in thousands of euros, rounded half up: for the labels of charts only."""
    return f"{rounded(Fraction(amount.cents, 100_000), 0):,}".replace(",", "\u00a0") + "\u00a0k€"


def _short(text: str, most: int = 25) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
