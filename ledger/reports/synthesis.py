"""Who asks and gets what, grouped as wanted; what groupings read in the référentiel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.field import Field, Value, code, words
from ledger.core.grouping import grouped
from ledger.core.money import ZERO, Money, total
from ledger.core.split import split
from ledger.referential.axes import AxisTree, axis_tree
from ledger.referential.model import (
    CreditLine,
    Dispositif,
    Financeur,
    Scale,
    Territory,
    TerritoryCommune,
    TerritoryKind,
)
from ledger.referential.vocabulary import LineNature, PorteurKind
from ledger.referential.words import words_of
from ledger.reports.figures.payments import JUSTIFIED, PAID
from ledger.reports.figures.plan import ACTIONS, ASKED, CONVENTIONED, GRANTED, PROPOSED
from ledger.reports.listing import Bars, Listing
from ledger.reports.programme import ActionFigures, LineFigures
from ledger.reports.territories import HOW, UNNAMED, Names, spread
from ledger.reports.vocabulary import Par
from ledger.rules.programming_kinds import PILLAR_LABELS

STEPS = {
    "requested": ASKED,
    "proposed": PROPOSED,
    "granted": GRANTED,
    "conventioned": CONVENTIONED,
    "paid": PAID,
    "justified": JUSTIFIED,
}
UNKNOWN = ("", "non précisé")

Group: TypeAlias = tuple[str, str]
"""The code of a group and what people call it."""


@dataclass(frozen=True, slots=True)
class ReferentialFacts:
    """What groupings read of the référentiel besides the actions: territories, objectives, financeurs, lines.

    territories: by code, name and what it counts as. communes: those a territory lies over. objectives: of each
    objective, the groups of its axis, priority and itself. financeurs, lines, scales, dispositifs: names by code.
    """

    territories: Names
    communes: Mapping[str, tuple[str, ...]]
    objectives: Mapping[str, Mapping[str, Group]]
    financeurs: Mapping[str, str]
    lines: Mapping[str, str]
    scales: Mapping[str, str] = field(default_factory=dict)
    dispositifs: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Sums:
    """What a group adds up to."""

    actions: set[str] = field(default_factory=set)
    figures: dict[str, Money] = field(default_factory=lambda: dict.fromkeys(STEPS, ZERO))


Place: TypeAlias = Callable[[ActionFigures, LineFigures, ReferentialFacts], Group]


def pillar_group(action: ActionFigures) -> Group:
    """The national pillar of the action (§3.1)."""
    return action.pillar, PILLAR_LABELS.get(action.pillar, "pilier non précisé")


def _of_objective(level: str) -> Place:
    return lambda action, _line, facts: facts.objectives.get(action.objective, {}).get(level, UNKNOWN)


PLACES: Mapping[str, Place] = {
    Par.ACTION: lambda action, _line, _facts: (action.number, action.title),
    Par.PORTEUR: lambda action, _line, _facts: (action.porteur, action.porteur_name),
    Par.TYPE_PORTEUR: lambda action, _line, _facts: (
        action.porteur_kind,
        PorteurKind.labels().get(action.porteur_kind, "non précisé"),
    ),
    Par.AXE: _of_objective(Par.AXE),
    Par.PRIORITE: _of_objective(Par.PRIORITE),
    Par.OBJECTIF: _of_objective(Par.OBJECTIF),
    Par.PILIER: lambda action, _line, _facts: pillar_group(action),
    Par.ECHELLE: lambda action, _line, facts: (action.scale, facts.scales.get(action.scale, "non précisée")),
    Par.DISPOSITIF: lambda action, _line, facts: (
        action.dispositif,
        facts.dispositifs.get(action.dispositif, "non précisé"),
    ),
    Par.FINANCEUR: lambda _action, line, facts: (
        line.financeur,
        facts.financeurs.get(line.financeur, line.financeur),
    ),
    Par.LIGNE: lambda _action, line, facts: (line.line, facts.lines.get(line.line, line.line)),
    Par.NATURE: lambda _action, line, _facts: (line.nature, LineNature(line.nature).label),
}
SHARED = (Par.TERRITOIRE, Par.COMMUNE)
_NAMED = frozenset({Par.FINANCEUR, Par.TYPE_PORTEUR, Par.PILIER, Par.ECHELLE, Par.DISPOSITIF, Par.NATURE, *SHARED})


def synthesis(actions: Iterable[ActionFigures], by: str, facts: ReferentialFacts) -> dict[Group, _Sums]:
    """The sums of each group met, in the order of codes; blank codes last."""
    found: dict[Group, _Sums] = {}
    for action in actions:
        asked = [line for line in action.lines if line.nature != LineNature.OWN_FUNDS]
        shares = _whole(action, asked, by, facts) if by in PLACES else _shared(action, asked, by, facts)
        for group, figures in shares:
            sums = found.setdefault(group, _Sums())
            sums.actions.add(action.number)
            for name, share in figures.items():
                sums.figures[name] += share
    return dict(sorted(found.items(), key=lambda item: (not item[0][0], item[0])))


_Shares: TypeAlias = Iterator[tuple[Group, Mapping[str, Money]]]


def _whole(action: ActionFigures, lines: Iterable[LineFigures], by: str, facts: ReferentialFacts) -> _Shares:
    """Each line of the action, whole, in the one group it belongs to."""
    for line in lines:
        yield PLACES[by](action, line, facts), {name: getattr(line, name) for name in STEPS}


def _shared(action: ActionFigures, lines: Iterable[LineFigures], by: str, facts: ReferentialFacts) -> _Shares:
    """The action's sums, shared between the places it serves."""
    asked = list(lines)
    for name in STEPS if asked else ():
        figure = total(getattr(line, name) for line in asked)
        for (kind, place), share in spread(figure, action, facts.territories):
            if by == Par.TERRITOIRE:
                yield (place, facts.territories[place][0] if place else UNNAMED[kind]), {name: share}
                continue
            communes = facts.communes.get(place) or ("",)
            for commune, part in zip(communes, split(share, [1] * len(communes)), strict=True):
                yield (commune, commune or "commune non précisée"), {name: part}


def synthesis_fields(by: str) -> tuple[Field, ...]:
    """The fields of a group. by: a Par."""
    return (
        code("code", Par(by).label, width=26, shown=by not in _NAMED),
        words("libelle", Par(by).label if by in _NAMED else "libellé", width=44),
        ACTIONS.field(summed=False),
        *(each.field() for each in STEPS.values()),
    )


def synthesis_report(actions: Iterable[ActionFigures], by: str, facts: ReferentialFacts, of: str) -> Listing:
    """Asked, proposed, granted, conventioned, paid, justified, a row a group.

    by: a Par. of: the year and what is to be known of it, as the title says it.
    """
    rows: tuple[Mapping[str, Value], ...] = tuple(
        {
            "code": group[0],
            "libelle": group[1],
            "actions": len(sums.actions),
            **{STEPS[name].script_key: figure for name, figure in sums.figures.items()},
        }
        for group, sums in synthesis(actions, by, facts).items()
    )
    notes = ["Les fonds propres des porteurs, qui ne sont demandés à personne, n'y sont pas."]
    if by in SHARED:
        notes.append(HOW)
    if by == Par.COMMUNE:
        notes.append("La part d'un territoire va à ses communes à parts égales.")
    return Listing(
        title=f"Demandé, accordé, versé par {Par(by).label} {of}",
        fields=synthesis_fields(by),
        rows=rows,
        notes=tuple(notes),
        bars=Bars(
            "code" if by in (Par.ACTION, Par.LIGNE, Par.OBJECTIF) else "libelle", ("demande", "accorde", "verse")
        ),
    )


def load_referential_facts(session: Session) -> ReferentialFacts:
    """The names and groups of every code."""
    served = select(Territory.code, Territory.name, TerritoryKind.served_as)
    places = session.execute(served.join(TerritoryKind, TerritoryKind.code == Territory.kind))
    territories = {code: (name, counted_as) for code, name, counted_as in places}
    communes: dict[str, list[str]] = grouped(
        (row.territory, row.commune_name)
        for row in session.scalars(select(TerritoryCommune).order_by(TerritoryCommune.commune_name))
    )
    tree = axis_tree(session)
    return ReferentialFacts(
        territories=territories,
        communes={code: tuple(names) for code, names in communes.items()},
        objectives={code: _levels(tree, code) for code in tree.objectives},
        financeurs={row.code: row.name for row in session.scalars(select(Financeur))},
        lines={row.code: row.label for row in session.scalars(select(CreditLine))},
        scales={each.code: each.label for each in words_of(session, Scale)},
        dispositifs={each.code: each.label for each in words_of(session, Dispositif)},
    )


def _levels(tree: AxisTree, code: str) -> dict[str, Group]:
    """The axis at the top, the priority below it where the tree has three levels or more, the objective."""
    top, *between = tree.path(code)[:-1] or (code,)
    named = {"axe": top, "objectif": code} | ({"priorite": between[0]} if between else {})
    return {level: (each, tree.labels[each]) for level, each in named.items()}
