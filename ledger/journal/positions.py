"""Every position an euro can be in: its French name, and the figures derived from positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from ledger.core.money import ZERO, Money, total
from ledger.journal.keys import AccountKey, Position


class Figure(StrEnum):
    """The figures of a line's state of consumption, exclusive of one another, by their name for scripts."""

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
    Position.RESERVE_LEVEE: Figure.RENDU,
}

PAID = (Position.VERSE, Position.A_RECOUVRER)
"""What was paid and did not come back: spent for good, or still to be recovered."""
ORDERED = (*PAID, Position.ORDONNE)
"""What was ordered, paid or not, and did not come back."""
STILL_DUE = (Position.ENGAGE, Position.ORDONNE)
"""What is committed and not paid yet."""

POSITION_LABELS: Mapping[Position, str] = {
    Position.NOTIFIE: "notifié",
    Position.REPORT_ENTRANT: "reporté de l'année précédente",
    Position.DISPONIBLE: "disponible",
    Position.BLOQUE: "bloqué",
    Position.PROGRAMME: "programmé",
    Position.ENGAGE: "engagé",
    Position.ORDONNE: "ordonné",
    Position.VERSE: "versé",
    Position.A_RECOUVRER: "à recouvrer",
    Position.ANNULE: "annulé",
    Position.REPORTE: "reporté",
    Position.RENDU: "rendu",
    Position.RESERVE_LEVEE: "réserve levée",
    Position.DROIT_ACQUIS: "droit acquis",
    Position.A_RECEVOIR: "à recevoir",
    Position.DETENU: "détenu",
    Position.AVANCE: "avancé",
    Position.REVERSE: "reversé",
    Position.DROIT_PERDU: "droit perdu",
}
"""The names of positions, as sentences say them; what a figure shown is called stands in the catalogue of figures."""


@dataclass(frozen=True, slots=True)
class LineState:
    """Where the money of one line and year stands; the figures after `notifie` add up to it.

    blocked: kept for its financeur. lifted: what of `rendu` was never spent nor taken back, but opened to others when
    a reserve was lifted. closed: whether nothing of the year may be granted any more.
    """

    figures: Mapping[Figure, Money]
    carried_in: Money
    blocked: Money
    lifted: Money = ZERO
    closed: bool = False

    def __getitem__(self, figure: Figure) -> Money:
        return self.figures[figure]

    @property
    def held_back(self) -> Money:
        """What of the disponible may serve nothing: blocked, or all of it once the year is closed."""
        return self.figures[Figure.DISPONIBLE] if self.closed else self.blocked

    @property
    def grantable(self) -> Money:
        """What may still be granted."""
        return self.figures[Figure.DISPONIBLE] - self.held_back

    @property
    def gap(self) -> Money:
        """notifié minus the sum of the other figures: zero in a sound book."""
        others = sum(amount.cents for figure, amount in self.figures.items() if figure is not Figure.NOTIFIE)
        return Money(self.figures[Figure.NOTIFIE].cents - others)


def line_state(balances: Mapping[AccountKey, Money], *, closed: bool = False) -> LineState:
    """The state of consumption made of these balances (one line and year, or several added up).

    closed: whether the year is closed.
    """
    figures = dict.fromkeys(Figure, ZERO)
    carried_in = blocked = lifted = ZERO
    for key, amount in balances.items():
        figure = _FIGURE_OF.get(key.position)
        if figure is None:
            continue
        figures[figure] += amount
        if key.position is Position.REPORT_ENTRANT:
            carried_in += amount
        elif key.position is Position.BLOQUE:
            blocked += amount
        elif key.position is Position.RESERVE_LEVEE:
            lifted += amount
    return LineState(figures, carried_in, blocked, lifted, closed)


@dataclass(frozen=True, slots=True)
class PassingOnState:
    """Another financeur's money through the CAPH's budget, lines and millésimes added up (§5.2.5).

    right: acquired on the financeur. lost: what of it will not be spent. owed_back: what is owed to the financeur now.
    awaited: what it still has to pay. held, advanced: of one line and millésime, at most one is above zero; an act
    recorded late may leave both accounts so.
    """

    right: Money
    received: Money
    passed_on: Money
    returned: Money
    held: Money
    advanced: Money
    lost: Money
    owed_back: Money
    awaited: Money


def owed_and_awaited(right: Money, lost: Money, received: Money, returned: Money) -> tuple[Money, Money]:
    """What is owed back to a financeur, and what is still awaited from it: at most one of them is above zero.

    It owes the right acquired less the right lost, and keeps what it paid less what was given back: never is money
    owed back that was not received, whatever the bilans left unspent.
    """
    kept, paid = max(right.cents - lost.cents, 0), received.cents - returned.cents
    return Money(max(paid - kept, 0)), Money(max(kept - paid, 0))


def passing_on_state(balances: Mapping[AccountKey, Money]) -> PassingOnState:
    """The figures that these balances make: received − passed_on − returned = held − advanced, whatever they are.

    What one line or millésime owes back is never set against what another still waits for.
    """
    by_line: dict[tuple[str, int], dict[Position, int]] = {}
    for key, amount in balances.items():
        sums = by_line.setdefault((key.line, key.year), dict.fromkeys(Position, 0))
        sums[key.position] += amount.cents
    states = [_passing_on(sums) for sums in by_line.values()]
    return PassingOnState(*(total(getattr(state, each.name) for state in states) for each in fields(PassingOnState)))


def _passing_on(sums: Mapping[Position, int]) -> PassingOnState:
    right, lost = Money(sums[Position.DROIT_ACQUIS]), Money(sums[Position.DROIT_PERDU])
    received = Money(sums[Position.DROIT_ACQUIS] - sums[Position.A_RECEVOIR])
    returned = Money(sums[Position.DROIT_PERDU] - sums[Position.A_RENDRE])
    owed_back, awaited = owed_and_awaited(right, lost, received, returned)
    in_hand = sums[Position.DETENU] - sums[Position.AVANCE]
    return PassingOnState(
        right=right,
        received=received,
        passed_on=Money(sums[Position.REVERSE]),
        returned=returned,
        held=Money(max(in_hand, 0)),
        advanced=Money(max(-in_hand, 0)),
        lost=lost,
        owed_back=owed_back,
        awaited=awaited,
    )
