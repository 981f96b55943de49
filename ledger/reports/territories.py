"""Where the programme goes: actions, costs and grants by territory.

An action's cost and grants go to its territory kinds in proportion to its slices, then in equal parts to the
territories of that kind it names (largest remainder): the rows add up to the programme, to the cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ledger.core.money import ZERO, Money
from ledger.core.split import split
from ledger.reports.programme import ActionFigures

KINDS = ("qpv", "veille", "hors")
_SERVED_BY = {"qpv": "qpv", "vecu": "qpv", "veille": "veille", "hors": "hors"}
UNNAMED = {
    "qpv": "QPV non précisé",
    "veille": "Veille active non précisée",
    "hors": "Hors territoires",
    "": "Territoire non précisé",
}


@dataclass(slots=True)
class TerritoryFigures:
    """What goes to one territory; code "" for the part of a kind that no action places more precisely."""

    code: str
    name: str
    kind: str
    actions: set[str] = field(default_factory=set)
    cost: Money = ZERO
    granted: Money = ZERO

    def row(self) -> dict[str, str | int]:
        """The figures as scripts read them."""
        return {
            "territoire": self.code,
            "nom": self.name,
            "type": self.kind,
            "actions": len(self.actions),
            "cout": self.cost.plain(),
            "accorde": self.granted.plain(),
        }


def by_territory(actions: Iterable[ActionFigures], names: Mapping[str, tuple[str, str]]) -> list[TerritoryFigures]:
    """One row a territory served, QPV first, then veille, then the rest; each kind by name.

    names: of each territory code, its name and kind.
    """
    found: dict[tuple[str, str], TerritoryFigures] = {}
    for action in actions:
        for kind, code, cost, granted in _shares(action, names):
            name = names[code][0] if code else UNNAMED[kind]
            row = found.setdefault((kind, code), TerritoryFigures(code, name, kind))
            row.actions.add(action.number)
            row.cost += cost
            row.granted += granted
    order = {kind: rank for rank, kind in enumerate((*KINDS, ""))}
    return sorted(found.values(), key=lambda row: (order[row.kind], not row.code, row.name))


def _shares(action: ActionFigures, names: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, str, Money, Money]]:
    kinds = [kind for kind in KINDS if action.slices.get(kind, ZERO)]
    if not kinds:
        yield "", "", action.cost, action.granted
        return
    weights = [action.slices[kind].cents for kind in kinds]
    of_kinds = zip(kinds, split(action.cost, weights), split(action.granted, weights), strict=True)
    for kind, cost, granted in of_kinds:
        codes = [code for code in action.territories if _SERVED_BY[names[code][1]] == kind] or [""]
        equal = [1] * len(codes)
        yield from (
            (kind, code, share, grant)
            for code, share, grant in zip(codes, split(cost, equal), split(granted, equal), strict=True)
        )
