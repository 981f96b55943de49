"""The gap between forecast and actual (§5.6.1), action by action, by axis, pillar, territory or financeur."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.field import Field, Kind, Value, code, words
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money, total
from ledger.execution.model import Bilan
from ledger.execution.queries import standing_bilans
from ledger.programming.actions.forms import ReadAction
from ledger.referential.vocabulary import LineNature
from ledger.reports.figures.payments import (
    BILANS,
    COST_AWAITED,
    COST_FORECAST,
    COST_GAP,
    COST_REAL,
    GRANT_GAP,
    GRANTED_AWAITED,
    GRANTED_SETTLED,
    JUSTIFIED,
    PAID,
)
from ledger.reports.figures.plan import ACTIONS, GRANTED
from ledger.reports.listing import Bars, Listing
from ledger.reports.programme import ActionFigures, LineFigures, justified_by_line
from ledger.reports.synthesis import UNKNOWN, Group, ReferentialFacts, pillar_group
from ledger.reports.territories import HOW, UNNAMED, spread
from ledger.reports.vocabulary import ParEcart


@dataclass(frozen=True, slots=True)
class Gap:
    """Forecast and actual of one action; the actual cost and grant are None until its bilan is in.

    settled: what the conventions whose bilan is in granted; awaited: the rest of what is granted.
    """

    action: ReadAction
    cost_actual: Money | None
    granted: Money
    settled: Money
    justified: Money | None
    paid: Money

    @property
    def cost_forecast(self) -> Money | None:
        """The forecast that the actual cost is compared with; None without a bilan."""
        return None if self.cost_actual is None else self.action.cost_total

    @property
    def cost_awaited(self) -> Money | None:
        """The forecast of an action whose bilan is awaited; None with one."""
        return self.action.cost_total if self.cost_actual is None else None

    @property
    def cost_gap(self) -> Money | None:
        """Actual minus forecast cost; None without a bilan."""
        return None if self.cost_actual is None else self.cost_actual - self.action.cost_total


def gaps(
    actions: Iterable[ActionFigures], real_costs: Mapping[str, Money], justified: Mapping[str, Money]
) -> list[Gap]:
    """The gap between forecast and actual of each action, by number.

    real_costs, justified: of the actions whose bilan is in, the real cost and what their lines finally grant.
    """
    return [
        Gap(
            action=action,
            cost_actual=real_costs.get(action.number),
            granted=action.granted,
            settled=total(line.settled for line in action.lines),
            justified=justified.get(action.number),
            paid=total(line.paid for line in action.lines),
        )
        for action in actions
    ]


GAP_FIELDS = (
    code("action", "action", width=12),
    words("intitule", "intitulé"),
    Field("exemple", "exemple", Kind.YES_NO, shown=False),
    COST_FORECAST.field().but(optional=True),
    COST_REAL.field().but(optional=True),
    COST_GAP.field(key="ecart").but(optional=True),
    COST_AWAITED.field().but(optional=True),
    GRANTED_SETTLED.field(),
    JUSTIFIED.field().but(optional=True),
    GRANTED_AWAITED.field(),
    GRANTED.field(),
    PAID.field(),
)


def gaps_report(found: Iterable[Gap], of: str) -> Listing:
    """Forecast and actual, a row an action; blank where no bilan is in.

    of: the year and what is to be known of it, as the title says it.
    """
    return Listing(
        title=f"Écarts entre prévu et réalisé {of}",
        fields=GAP_FIELDS,
        rows=tuple(
            {
                "action": gap.action.number,
                "intitule": gap.action.title,
                "exemple": gap.action.example,
                "cout_prevu": gap.cost_forecast,
                "cout_reel": gap.cost_actual,
                "ecart": gap.cost_gap,
                "cout_attendu": gap.cost_awaited,
                "accorde": gap.granted,
                "accorde_arrete": gap.settled,
                "accorde_attendu": gap.granted - gap.settled,
                "justifie": gap.justified,
                "verse": gap.paid,
            }
            for gap in found
        ),
        notes=("Les écarts ne comparent que ce dont le bilan est arrêté ; ce qui l'attend est à part.",),
    )


def last_bilans(session: Session, on: date | None = None) -> dict[str, Bilan]:
    """The latest bilan of each action (settled by this day), whatever the convention it was given under."""
    ordered = select(Bilan).where(*standing_bilans(on)).order_by(Bilan.settled_on, Bilan.convention)
    return {each.action: each for each in session.scalars(ordered)}


def real_costs(session: Session, on: date | None = None) -> dict[str, Money]:
    """The real cost of each action, as its latest bilan (settled by this day) says."""
    return {action: each.real_cost for action, each in last_bilans(session, on).items()}


def justified(session: Session, on: date | None = None) -> dict[str, Money]:
    """What the bilans (settled by this day) finally grant to each action, all conventions together."""
    return sums_by((action, final) for (action, _), final in justified_by_line(session, on).items())


_COSTS = (COST_FORECAST, COST_REAL, COST_AWAITED)
_GRANTS = (GRANTED, PAID, GRANTED_SETTLED, JUSTIFIED, GRANTED_AWAITED)
_FIGURES = tuple(each.name for each in (*_COSTS, *_GRANTS))
_Shares: TypeAlias = Iterator[tuple[Group, Mapping[str, Money]]]


@dataclass(slots=True)
class _Sums:
    """What a group adds up to."""

    actions: set[str] = field(default_factory=set)
    settled: set[str] = field(default_factory=set)
    figures: dict[str, Money] = field(default_factory=lambda: dict.fromkeys(_FIGURES, ZERO))


def gap_groups(
    actions: Iterable[ActionFigures], by: str, facts: ReferentialFacts, real_costs: Mapping[str, Money]
) -> dict[Group, _Sums]:
    """The sums of each group met, in the order of codes, blank codes last.

    by: a ParEcart, the actions themselves apart. real_costs: of the actions whose bilan is in.
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


def _shares(action: ActionFigures, by: str, facts: ReferentialFacts, real_cost: Money | None) -> _Shares:
    lines = [line for line in action.lines if line.nature != LineNature.OWN_FUNDS]
    if by == ParEcart.FINANCEUR:
        for line in lines:
            name = facts.financeurs.get(line.financeur, line.financeur)
            yield (line.financeur, name), _granted([line])
        return
    figures = {
        "cout_prevu": ZERO if real_cost is None else action.cost_total,
        "cout_reel": real_cost or ZERO,
        "cout_attendu": action.cost_total if real_cost is None else ZERO,
        **_granted(lines),
    }
    if by != ParEcart.TERRITOIRE:
        of_objective = facts.objectives.get(action.objective, {})
        yield pillar_group(action) if by == ParEcart.PILIER else of_objective.get(by, UNKNOWN), figures
        return
    for name, figure in figures.items():
        for (kind, place), share in spread(figure, action, facts.territories):
            yield (place, facts.territories[place][0] if place else UNNAMED[kind]), {name: share}


def pillar_sentence(groups: Mapping[Group, _Sums]) -> str:
    """What the bilans in say of each pillar, for the comité de pilotage: justified against granted."""
    said = [
        f"{name} {(sums.figures['justifie'] - sums.figures['accorde_arrete']).french()}"
        for (_, name), sums in groups.items()
        if sums.settled
    ]
    if not said:
        return "Écarts entre prévu et réalisé : aucun bilan n'est arrêté."
    settled, asked = (sum(len(getattr(sums, of)) for sums in groups.values()) for of in ("settled", "actions"))
    return f"Justifié moins accordé par pilier (actions au bilan arrêté : {settled} sur {asked}) : {' ; '.join(said)}."


def _granted(lines: Sequence[LineFigures]) -> dict[str, Money]:
    """What is justified is compared with what the same conventions granted; the rest of the grant is awaited."""
    return {
        "accorde": total(line.granted for line in lines),
        "verse": total(line.paid for line in lines),
        "accorde_arrete": total(line.settled for line in lines),
        "justifie": total(line.justified for line in lines),
        "accorde_attendu": total(line.awaited for line in lines),
    }


def gap_group_fields(by: str) -> tuple[Field, ...]:
    """The fields of a group; a financeur bears no cost. by: a ParEcart, the actions themselves apart."""
    costs = (COST_FORECAST, COST_REAL, COST_GAP, COST_AWAITED) if by != ParEcart.FINANCEUR else ()
    grants = (GRANTED, PAID, GRANTED_SETTLED, JUSTIFIED, GRANT_GAP, GRANTED_AWAITED)
    return (
        code("code", "code", shown=by == ParEcart.FINANCEUR, width=24),
        words("libelle", ParEcart(by).label, width=44),
        ACTIONS.field(summed=False),
        BILANS.field(summed=False),
        *(each.field() for each in (*costs, *grants)),
    )


def gap_groups_report(
    actions: Iterable[ActionFigures], by: str, facts: ReferentialFacts, real_costs: Mapping[str, Money], of: str
) -> Listing:
    """Forecast and actual, a row a group.

    by: a ParEcart, the actions themselves apart. of: the year and what is to be known of it, as the title says it.
    """
    costs = by != ParEcart.FINANCEUR
    rows: tuple[Mapping[str, Value], ...] = tuple(
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
    return Listing(
        title=f"Écarts entre prévu et réalisé par {ParEcart(by).label} {of}",
        fields=gap_group_fields(by),
        rows=rows,
        notes=(
            "Les écarts ne comparent que ce dont le bilan est arrêté ; ce qui l'attend est à part.",
            *((HOW,) if by == ParEcart.TERRITOIRE else ()),
        ),
        bars=Bars("libelle", ("accorde_arrete", "justifie")),
    )
