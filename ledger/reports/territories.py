"""Where the programme goes: actions, costs and grants by territory.

An action's cost and grants go to its territory kinds in proportion to its slices, then in equal parts to the
territories of that kind it names (largest remainder): the rows add up to the programme, to the cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ledger.core.field import code, words
from ledger.core.money import ZERO, Money, total
from ledger.core.split import split
from ledger.programming.actions.forms import ReadAction
from ledger.referential.vocabulary import TerritorySlice
from ledger.reports.figures.payments import PAID
from ledger.reports.figures.plan import ACTIONS, COST, GRANTED
from ledger.reports.listing import Bars, Listing
from ledger.reports.programme import ActionFigures

KINDS = tuple(each.value for each in TerritorySlice)
UNNAMED = {
    "qpv": "QPV non précisé",
    "veille": "Veille active non précisée",
    "hors": "Hors territoires",
    "": "Territoire non précisé",
}
HOW = "Une action va à ses territoires au prorata de son public, puis à parts égales entre ceux d'un même type."

Names = Mapping[str, tuple[str, str]]
"""Of each territory code, its name and the slice that its kind counts as."""


@dataclass(slots=True)
class TerritoryFigures:
    """What goes to one territory; code "" for the part of a kind that no action places more precisely."""

    code: str
    name: str
    kind: str
    actions: set[str] = field(default_factory=set)
    cost: Money = ZERO
    granted: Money = ZERO
    paid: Money = ZERO


def figures_by_territory(actions: Iterable[ActionFigures], names: Names) -> list[TerritoryFigures]:
    """One row a territory served, QPV first, then veille, then the rest; each kind by name."""
    found: dict[tuple[str, str], TerritoryFigures] = {}
    for action in actions:
        figures = (action.cost_total, action.granted, total(line.paid for line in action.lines))
        shares = [spread(figure, action, names) for figure in figures]
        for (place, cost), (_, granted), (_, paid) in zip(*shares, strict=True):
            kind, where = place
            name = names[where][0] if where else UNNAMED[kind]
            row = found.setdefault(place, TerritoryFigures(where, name, kind))
            row.actions.add(action.number)
            row.cost += cost
            row.granted += granted
            row.paid += paid
    order = {kind: rank for rank, kind in enumerate((*KINDS, ""))}
    return sorted(found.values(), key=lambda row: (order[row.kind], not row.code, row.name))


def spread(figure: Money, action: ReadAction, names: Names) -> list[tuple[tuple[str, str], Money]]:
    """A figure of the action shared between its places (kind, code); the shares add up to it.

    figure: zero or more.
    """
    costs = action.costs
    kinds = [kind for kind in KINDS if costs.get(kind)]
    if not kinds:
        return [(("", ""), figure)]
    shares: list[tuple[tuple[str, str], Money]] = []
    weights = [costs[kind].cents for kind in kinds]
    for kind, part in zip(kinds, split(figure, weights), strict=True):
        codes = [place for place in action.territories if names[place][1] == kind] or [""]
        shares += [((kind, place), share) for place, share in zip(codes, split(part, [1] * len(codes)), strict=True)]
    return shares


TERRITORY_FIELDS = (
    code("territoire", "code", shown=False, width=30),
    words("nom", "territoire"),
    code("type", "type", width=10),
    ACTIONS.field(summed=False),
    COST.field(),
    GRANTED.field(),
    PAID.field(),
)


def territories_report(actions: Iterable[ActionFigures], names: Names, of: str) -> Listing:
    """What goes to each territory, a row a territory.

    of: the year and what is to be known of it, as the title says it.
    """
    return Listing(
        title=f"Territoires {of}",
        fields=TERRITORY_FIELDS,
        rows=tuple(
            {
                "territoire": row.code,
                "nom": row.name,
                "type": row.kind,
                "actions": len(row.actions),
                "cout": row.cost,
                "accorde": row.granted,
                "verse": row.paid,
            }
            for row in figures_by_territory(actions, names)
        ),
        notes=(HOW,),
        bars=Bars("nom", ("cout", "accorde", "verse")),
    )
