"""What controls look at: actions as deposited, and what surrounds them. No session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ledger.core.errors import Level
from ledger.core.money import Money, total
from ledger.referential.statuts import Law, law_of, statut_of_kind
from ledger.rules.book import RuleBook
from ledger.rules.scope import RuleSubject

SET_ASIDE = frozenset({"refuse", "redirige", "abandonne"})


@dataclass(frozen=True, slots=True)
class ControlFinding:
    """Something to look at: the action it is about, how much it weighs, what is wrong and the way out."""

    action: str
    code: str
    level: Level
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class LineControlled:
    """A credit line: whose it is, and whether it is specific or droit commun."""

    code: str
    financeur: str
    nature: str


@dataclass(frozen=True, slots=True)
class LineAsked:
    """What an action asks of a line of a financeur; shared: the common part of the two EPCIs."""

    line: str
    amount: Money
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Carrier:
    """The porteur of an action; siret: "" when not known."""

    code: str
    name: str
    kind: str
    siret: str = ""
    to_confirm: bool = False
    statut: str | None = None

    @property
    def may_be_private(self) -> bool:
        """Whether it is of private law, or nobody has said what it is."""
        return law_of(self.statut or statut_of_kind(self.kind)) is not Law.PUBLIC


@dataclass(frozen=True, slots=True)
class TerritoryServed:
    """A territory served: its kind, and the EPCIs whose inhabitants live there."""

    code: str
    kind: str
    epcis: frozenset[str]


@dataclass(frozen=True, slots=True)
class EarlierAction:
    """An action of the year before: by link when somebody said it is renewed, else found by its title."""

    number: str
    title: str
    cost: Money


@dataclass(frozen=True, slots=True)
class ControlledAction:
    """An action as controls look at it: as deposited, with its porteur, its plan, its territories.

    slices: its eligible cost by kind of territory. counted: whether the public of each EPCI is counted beforehand.
    charges: its expenses by account, empty when only the total is known. previous: the action it is said to renew.
    """

    number: str
    title: str
    carrier: Carrier
    status: str
    scale: str
    dispositif: str
    nature: str
    axis: str
    innovation_criteria: int
    cost_total: Money
    asked: tuple[LineAsked, ...]
    slices: Mapping[str, Money] = field(default_factory=dict)
    territories: tuple[TerritoryServed, ...] = ()
    counted: bool = False
    no_droit_commun_reason: str = ""
    charges: Mapping[str, Money] = field(default_factory=dict)
    previous: EarlierAction | None = None

    def asked_of(self, nature: str, lines: Mapping[str, LineControlled]) -> Money:
        """What is asked of lines of this nature."""
        return total(each.amount for each in self.asked if lines[each.line].nature == nature)


@dataclass(frozen=True, slots=True)
class LateBilan:
    """A bilan that is overdue: its convention, its action, the day it was due."""

    convention: str
    action: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What controlled actions are compared with: rules, lines, the other contract, the year before, late bilans.

    book: what decides amounts; formalities: what decides how they are granted.
    elsewhere: by porteur, actions of the same year under the other contract: (contract, number, title).
    last_year: by porteur. late_bilans: by porteur, gathered from execution.
    """

    book: RuleBook
    formalities: RuleBook
    lines: Mapping[str, LineControlled]
    elsewhere: Mapping[str, tuple[tuple[str, str, str], ...]] = field(default_factory=dict)
    last_year: Mapping[str, tuple[EarlierAction, ...]] = field(default_factory=dict)
    late_bilans: Mapping[str, tuple[LateBilan, ...]] = field(default_factory=dict)


def by_porteur(actions: Sequence[ControlledAction]) -> dict[str, list[ControlledAction]]:
    """The actions by the code of their porteur."""
    found: dict[str, list[ControlledAction]] = {}
    for action in actions:
        found.setdefault(action.carrier.code, []).append(action)
    return found


def control_subject(action: ControlledAction, line: LineControlled | None = None) -> RuleSubject:
    """What the rules are asked about for this action, and this line of it."""
    return RuleSubject(
        line=line.code if line else "",
        dispositif=action.dispositif,
        statut=action.carrier.statut or "",
        porteur_kind=action.carrier.kind,
        axis=action.axis,
        nature=action.nature,
        financeur=line.financeur if line else "",
        line_nature=line.nature if line else "",
    )
