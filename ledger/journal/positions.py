"""Every position an euro can be in: its side, its French name, and the figures derived from positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ledger.core.money import ZERO, Money
from ledger.journal.keys import AccountKey, Position


class Figure(StrEnum):
    """The figures of a line's state of consumption, in the order they are shown."""

    NOTIFIE = "notifie"
    DISPONIBLE = "disponible"
    PROGRAMME = "programme"
    ENGAGE = "engage"
    ORDONNE = "ordonne"
    VERSE = "verse"
    A_RECOUVRER = "a_recouvrer"
    ANNULE = "annule"
    REPORTE = "reporte"
    RENDU = "rendu"


FIGURE_LABELS: Mapping[Figure, str] = {
    Figure.NOTIFIE: "notifié",
    Figure.DISPONIBLE: "disponible",
    Figure.PROGRAMME: "programmé",
    Figure.ENGAGE: "engagé",
    Figure.ORDONNE: "ordonné",
    Figure.VERSE: "versé",
    Figure.A_RECOUVRER: "à recouvrer",
    Figure.ANNULE: "annulé",
    Figure.REPORTE: "reporté",
    Figure.RENDU: "rendu",
}

_FIGURE_OF: Mapping[Position, Figure] = {
    Position.NOTIFIE: Figure.NOTIFIE,
    Position.REPORT_ENTRANT: Figure.NOTIFIE,
    Position.DISPONIBLE: Figure.DISPONIBLE,
    Position.BLOQUE: Figure.DISPONIBLE,
    Position.PROGRAMME: Figure.PROGRAMME,
    Position.ENGAGE: Figure.ENGAGE,
    Position.ORDONNE: Figure.ORDONNE,
    Position.VERSE: Figure.VERSE,
    Position.A_RECOUVRER: Figure.A_RECOUVRER,
    Position.ANNULE: Figure.ANNULE,
    Position.REPORTE: Figure.REPORTE,
    Position.RENDU: Figure.RENDU,
}

POSITION_LABELS: Mapping[Position, str] = {
    **{position: FIGURE_LABELS[figure] for position, figure in _FIGURE_OF.items()},
    Position.REPORT_ENTRANT: "reporté de l'année précédente",
    Position.BLOQUE: "bloqué",
    Position.DROIT_ACQUIS: "droit acquis",
    Position.A_RECEVOIR: "à recevoir",
    Position.DETENU: "détenu",
    Position.AVANCE: "avancé",
    Position.REVERSE: "reversé",
    Position.DROIT_PERDU: "droit perdu",
}


@dataclass(frozen=True, slots=True)
class LineState:
    """Where the money of one line and year stands; the figures after `notifie` add up to it."""

    figures: Mapping[Figure, Money]
    carried_in: Money
    blocked: Money

    def __getitem__(self, figure: Figure) -> Money:
        return self.figures[figure]

    @property
    def gap(self) -> Money:
        """notifié minus the sum of the other figures: zero in a sound book."""
        others = sum(amount.cents for figure, amount in self.figures.items() if figure is not Figure.NOTIFIE)
        return Money(self.figures[Figure.NOTIFIE].cents - others)


def line_state(balances: Mapping[AccountKey, Money]) -> LineState:
    """The state of consumption made of these balances (one line and year, or several added up)."""
    figures = dict.fromkeys(Figure, ZERO)
    carried_in = blocked = ZERO
    for key, amount in balances.items():
        figure = _FIGURE_OF.get(key.position)
        if figure is None:
            continue
        figures[figure] += amount
        if key.position is Position.REPORT_ENTRANT:
            carried_in += amount
        elif key.position is Position.BLOQUE:
            blocked += amount
    return LineState(figures, carried_in, blocked)


@dataclass(frozen=True, slots=True)
class PassingOnState:
    """Another financeur's money through the CAPH's budget, for one line and millésime (§5.2.5)."""

    received: Money
    passed_on: Money
    returned: Money
    held: Money
    advanced: Money
    owed_back: Money


def passing_on_state(balances: Mapping[AccountKey, Money]) -> PassingOnState:
    """received − passed_on − returned = held − advanced, whatever the balances."""
    sums = dict.fromkeys(Position, 0)
    for key, amount in balances.items():
        sums[key.position] += amount.cents
    return PassingOnState(
        received=Money(sums[Position.DROIT_ACQUIS] - sums[Position.A_RECEVOIR]),
        passed_on=Money(sums[Position.REVERSE]),
        returned=Money(sums[Position.DROIT_PERDU] - sums[Position.A_RENDRE]),
        held=Money(sums[Position.DETENU]),
        advanced=Money(sums[Position.AVANCE]),
        owed_back=Money(sums[Position.A_RENDRE]),
    )
