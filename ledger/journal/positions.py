"""What identifies an account; every position an euro can be in, and the figures derived from positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from ledger.core.money import ZERO, Money, total


class Position(StrEnum):
    """Where money stands; docs/integrity.md says what enters and leaves each."""

    NOTIFIE = "NOTIFIE"
    REPORT_ENTRANT = "REPORT_ENTRANT"
    DISPONIBLE = "DISPONIBLE"
    BLOQUE = "BLOQUE"
    PROGRAMME = "PROGRAMME"
    ENGAGE = "ENGAGE"
    ORDONNE = "ORDONNE"
    VERSE = "VERSE"
    A_RECOUVRER = "A_RECOUVRER"
    ANNULE = "ANNULE"
    REPORTE = "REPORTE"
    RENDU = "RENDU"
    RESERVE_LEVEE = "RESERVE_LEVEE"
    DROIT_ACQUIS = "DROIT_ACQUIS"
    A_RECEVOIR = "A_RECEVOIR"
    DETENU = "DETENU"
    AVANCE = "AVANCE"
    REVERSE = "REVERSE"
    DROIT_PERDU = "DROIT_PERDU"
    A_RENDRE = "A_RENDRE"
    TRESOR = "TRESOR"
    A_TITRER = "A_TITRER"
    A_ENCAISSER = "A_ENCAISSER"
    NON_VALEUR = "NON_VALEUR"
    TITRE = "TITRE"

    # An Enum hashes its name in Python; keys are hashed at every act.
    __hash__ = str.__hash__

    @property
    def side(self) -> str:
        """ "C" for sources and debts, "D" for everything else: the side its balance stands on."""
        return "C" if self in CREDIT_SIDE else "D"

    @property
    def words(self) -> str:
        """The position as people read it: "à recouvrer"."""
        return _WORDS.get(self, self.value.replace("_", " ").lower())


_WORDS: Mapping[Position, str] = {
    Position.NOTIFIE: "notifié",
    Position.REPORT_ENTRANT: "report reçu",
    Position.BLOQUE: "bloqué",
    Position.PROGRAMME: "programmé",
    Position.ENGAGE: "engagé",
    Position.ORDONNE: "ordonné",
    Position.VERSE: "versé",
    Position.A_RECOUVRER: "à recouvrer",
    Position.ANNULE: "annulé",
    Position.REPORTE: "reporté",
    Position.RESERVE_LEVEE: "réserve levée",
    Position.A_RECEVOIR: "à recevoir",
    Position.DETENU: "reçu, à reverser",
    Position.AVANCE: "avancé par l'EPCI",
    Position.REVERSE: "reversé",
    Position.A_RENDRE: "à rendre",
    Position.TRESOR: "trésorerie",
    Position.A_TITRER: "reçu, à titrer",
    Position.A_ENCAISSER: "à encaisser",
    Position.TITRE: "titré",
}
"""Those whose word is not their code in small letters."""


CREDIT_SIDE = frozenset(
    {
        Position.NOTIFIE,
        Position.REPORT_ENTRANT,
        Position.DROIT_ACQUIS,
        Position.AVANCE,
        Position.A_RENDRE,
        Position.A_TITRER,
        Position.TITRE,
    }
)


POSITIONS = {position.value: position for position in Position}


class AccountKey(NamedTuple):
    """The natural key of an account inside its contract."""

    position: Position
    line: str
    year: int
    convention: str = ""
    action: str = ""

    def text(self) -> str:
        """The key as scripts and seals read it: "ENGAGE ETAT-PDV-DRE 2016 C2016-001 2016-014"."""
        return self._after(self.position.value)

    def words(self) -> str:
        """The key as people read it: "engagé ETAT-PDV-DRE 2016 C2016-001 2016-014"."""
        return self._after(self.position.words)

    def _after(self, position: str) -> str:
        return " ".join(part for part in (position, self.line, str(self.year), self.convention, self.action) if part)

    def key_text(self) -> str:
        """The five parts, separated by a character that no code holds: what is hashed."""
        return f"{self.position.value}\x1f{self.line}\x1f{self.year}\x1f{self.convention}\x1f{self.action}"

    def account_id(self) -> int:
        """The first 63 bits of the SHA-256 of the key: the same id in every copy of the base."""
        return int.from_bytes(sha256(self.key_text().encode()).digest()[:8], "big") >> 1


class Figure(StrEnum):
    """The figures of a line's state of consumption, which exclude one another, by their name for scripts."""

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

PAID_POSITIONS = (Position.VERSE, Position.A_RECOUVRER)
"""What was paid and did not come back: spent for good, or still to be recovered."""
ORDERED_POSITIONS = (*PAID_POSITIONS, Position.ORDONNE)
"""What was ordered, paid or not, and did not come back."""
DUE_POSITIONS = (Position.ENGAGE, Position.ORDONNE)
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
    Position.A_RENDRE: "à rendre",
    Position.A_TITRER: "à titrer",
    Position.A_ENCAISSER: "à encaisser",
    Position.NON_VALEUR: "admis en non-valeur",
}
"""The names of positions, as sentences say them; what a figure shown is called stands in the catalogue of figures."""


@dataclass(frozen=True, slots=True)
class LineState:
    """Where the money of one line and year stands; the figures after `notifie` add up to it.

    blocked: kept for its financeur. lifted: what of `rendu` was never spent nor taken back, but opened to others when
    a reserve was lifted. closed: whether nothing of the year may be granted any more. announced: what its financeur
    announced it takes back, or froze, whatever is left to keep for it.
    """

    figures: Mapping[Figure, Money]
    carried_in: Money
    blocked: Money
    lifted: Money = ZERO
    closed: bool = False
    announced: Money = ZERO

    def __getitem__(self, figure: Figure) -> Money:
        return self.figures[figure]

    @property
    def held_back(self) -> Money:
        """What of the disponible may serve nothing: blocked, announced or frozen, or all of it in a closed year."""
        available = self.figures[Figure.DISPONIBLE]
        return available if self.closed else min(available, self.blocked + self.announced)

    @property
    def grantable(self) -> Money:
        """What may still be granted."""
        return self.figures[Figure.DISPONIBLE] - self.held_back

    @property
    def gap(self) -> Money:
        """notifié minus the sum of the other figures: zero in a sound book."""
        others = sum(amount.cents for figure, amount in self.figures.items() if figure is not Figure.NOTIFIE)
        return Money(self.figures[Figure.NOTIFIE].cents - others)


def line_state(balances: Mapping[AccountKey, Money], *, closed: bool = False, announced: Money = ZERO) -> LineState:
    """The state of consumption made of these balances (one line and year, or several added up).

    closed: whether the year is closed. announced: see LineState.
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
    return LineState(figures, carried_in, blocked, lifted, closed, announced)


@dataclass(frozen=True, slots=True)
class PassingOnState:
    """Another financeur's money through the EPCI's budget, lines and millésimes added up (§5.2.5).

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
