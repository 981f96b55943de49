"""The gap between forecast and actual (§5.6.1) by axis, priority, pillar, territory or financeur."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ledger.core.money import ZERO, Money, total
from ledger.reports.definition import Bars, Cell, Report, amount, code, count, words
from ledger.reports.programme import OWN_FUNDS, ActionFigures
from ledger.reports.synthesis import UNKNOWN, Facts, Group, pillar_group
from ledger.reports.territories import HOW, UNNAMED, spread

GAP_GROUPINGS = {
    "axe": "axe",
    "priorite": "priorité",
    "pilier": "pilier",
    "territoire": "territoire",
    "financeur": "financeur",
}

_FIGURES = {
    "cout_prevu": "coût prévu",
    "cout_reel": "coût réel",
    "accorde": "accordé",
    "verse": "versé",
    "accorde_arrete": "accordé, bilans arrêtés",
    "justifie": "justifié",
}
_Shares: TypeAlias = Iterator[tuple[Group, Mapping[str, Money]]]


@dataclass(slots=True)
class _Sums:
    """What a group adds up to."""

    actions: set[str] = field(default_factory=set)
    settled: set[str] = field(default_factory=set)
    figures: dict[str, Money] = field(default_factory=lambda: dict.fromkeys(_FIGURES, ZERO))


def gap_groups(
    actions: Iterable[ActionFigures], by: str, facts: Facts, real_costs: Mapping[str, Money]
) -> dict[Group, _Sums]:
    """The sums of each group met, in the order of codes, blank codes last.

    by: one of GAP_GROUPINGS. real_costs: of the actions whose bilan is in; forecast costs count for these only.
    """
    found: dict[Group, _Sums] = {}
    for action in actions:
        for group, figures in _shares(action, by, facts, real_costs.get(action.number)):
            sums = found.setdefault(group, _Sums())
            sums.actions.add(action.number)
            if action.number in real_costs:
                sums.settled.add(action.number)
            for name, share in figures.items():
                sums.figures[name] += share
    return dict(sorted(found.items(), key=lambda item: (not item[0][0], item[0])))


def _shares(action: ActionFigures, by: str, facts: Facts, real_cost: Money | None) -> _Shares:
    lines = [line for line in action.lines if line.nature != OWN_FUNDS]
    if by == "financeur":
        for line in lines:
            name = facts.financeurs.get(line.financeur, line.financeur)
            yield (line.financeur, name), _granted(line.granted, line.paid, line.justified, real_cost)
        return
    figures = {
        "cout_prevu": ZERO if real_cost is None else action.cost,
        "cout_reel": real_cost or ZERO,
        **_granted(
            total(line.granted for line in lines),
            total(line.paid for line in lines),
            total(line.justified for line in lines),
            real_cost,
        ),
    }
    if by != "territoire":
        of_objective = facts.objectives.get(action.objective, {})
        yield pillar_group(action) if by == "pilier" else of_objective.get(by, UNKNOWN), figures
        return
    for name, figure in figures.items():
        for (kind, place), share in spread(figure, action, facts.territories):
            yield (place, facts.territories[place][0] if place else UNNAMED[kind]), {name: share}


def pillar_sentence(groups: Mapping[Group, _Sums]) -> str:
    """What the bilans in say of each pillar, for the comité de pilotage: justified against granted."""
    told = [
        f"{name} {(sums.figures['justifie'] - sums.figures['accorde_arrete']).french()}"
        for (_, name), sums in groups.items()
        if sums.settled
    ]
    if not told:
        return "Écarts entre prévu et réalisé : aucun bilan n'est arrêté."
    settled, asked = (sum(len(getattr(sums, of)) for sums in groups.values()) for of in ("settled", "actions"))
    return f"Justifié moins accordé par pilier (actions au bilan arrêté : {settled} sur {asked}) : {' ; '.join(told)}."


def _granted(granted: Money, paid: Money, justified: Money, real_cost: Money | None) -> dict[str, Money]:
    return {
        "accorde": granted,
        "verse": paid,
        "accorde_arrete": ZERO if real_cost is None else granted,
        "justifie": ZERO if real_cost is None else justified,
    }


def gap_groups_report(
    actions: Iterable[ActionFigures], by: str, facts: Facts, real_costs: Mapping[str, Money], of: str
) -> Report:
    """Forecast and actual, a row a group.

    by: one of GAP_GROUPINGS. of: the year and what is to be known of it, as the title says it.
    """
    title = GAP_GROUPINGS[by]
    costs = by != "financeur"
    rows: tuple[Mapping[str, Cell], ...] = tuple(
        {
            "code": group[0],
            "libelle": group[1],
            "actions": len(sums.actions),
            "bilans": len(sums.settled),
            **{name: figure for name, figure in sums.figures.items() if costs or not name.startswith("cout_")},
            "ecart_cout": sums.figures["cout_reel"] - sums.figures["cout_prevu"],
            "ecart": sums.figures["justifie"] - sums.figures["accorde_arrete"],
        }
        for group, sums in gap_groups(actions, by, facts, real_costs).items()
    )
    before = ("cout_prevu", "cout_reel") if costs else ()
    return Report(
        title=f"Écarts entre prévu et réalisé par {title} {of}",
        fields=(
            code("code", "code", shown=by == "financeur", width=24),
            words("libelle", title, width=44),
            count("actions", "actions"),
            count("bilans", "bilans arrêtés"),
            *(amount(name, _FIGURES[name]) for name in before),
            *((amount("ecart_cout", "écart de coût"),) if costs else ()),
            *(amount(name, _FIGURES[name]) for name in ("accorde", "verse", "accorde_arrete", "justifie")),
            amount("ecart", "justifié moins accordé"),
        ),
        rows=rows,
        notes=(
            "Coûts, justifié et écarts ne comptent que les actions au bilan arrêté (§5.6.1).",
            *((HOW,) if by == "territoire" else ()),
        ),
        bars=Bars("libelle", ("accorde_arrete", "justifie")),
    )
