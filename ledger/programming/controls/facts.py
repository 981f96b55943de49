"""What controls look at: actions as deposited, and what surrounds them. No session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ledger.core.errors import Level
from ledger.core.grouping import grouped
from ledger.core.money import Money
from ledger.programming.actions.forms import ReadAction
from ledger.programming.vocabulary import ActionState
from ledger.referential.porteurs import ReadPorteur
from ledger.rules.book import RuleBook
from ledger.rules.scope import RuleSubject

SET_ASIDE = frozenset({ActionState.REFUSED, ActionState.REDIRECTED, ActionState.ABANDONED})


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
class LateBilan:
    """A bilan that is overdue: its convention, its action, the day it was due."""

    convention: str
    action: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What controlled actions are compared with: rules, lines, the other contract, the year before, late bilans.

    book: what decides amounts; formalities: what decides how they are granted. carriers: the porteurs by code.
    epcis: by territory, those whose inhabitants live there. charges: by action then account, its expenses, where they
    are known. renewed: by action, the one of an earlier year that it is said to renew. last_year: by porteur.
    elsewhere: by porteur, actions of the same year under the other contract: (contract, number, title).
    late_bilans: by porteur, gathered from execution. wide_scales: those of an action for several EPCI.
    criteria: the criteria of innovation that the contract's rules let an action name.
    """

    book: RuleBook
    formalities: RuleBook
    lines: Mapping[str, LineControlled]
    carriers: Mapping[str, ReadPorteur]
    epcis: Mapping[str, frozenset[str]] = field(default_factory=dict)
    charges: Mapping[str, Mapping[str, Money]] = field(default_factory=dict)
    renewed: Mapping[str, ReadAction] = field(default_factory=dict)
    last_year: Mapping[str, Sequence[ReadAction]] = field(default_factory=dict)
    elsewhere: Mapping[str, Sequence[tuple[str, str, str]]] = field(default_factory=dict)
    late_bilans: Mapping[str, Sequence[LateBilan]] = field(default_factory=dict)
    wide_scales: frozenset[str] = frozenset()
    criteria: frozenset[str] = frozenset()

    def asked(self, action: ReadAction, nature: str = "") -> dict[str, Money]:
        """By line, what the action asks of financeurs. nature: of lines of this nature alone."""
        lines = ((line, amount) for line, amount in action.requested.items() if amount)
        return {line: amount for line, amount in lines if nature in ("", self.lines[line].nature)}

    def subject(self, action: ReadAction, line: str = "") -> RuleSubject:
        """What the rules are asked about for this action, and this line of it."""
        carrier, of = self.carriers[action.porteur], self.lines[line] if line else None
        return RuleSubject(
            line=line,
            dispositif=action.dispositif,
            statut=carrier.statut or "",
            porteur_kind=carrier.kind,
            axis=action.axis,
            nature=action.nature,
            financeur=of.financeur if of else "",
            line_nature=of.nature if of else "",
        )

    def by_carrier(self, actions: Iterable[ReadAction]) -> list[tuple[ReadPorteur, list[ReadAction]]]:
        """Each porteur with its actions."""
        found: dict[str, list[ReadAction]] = grouped((action.porteur, action) for action in actions)
        return [(self.carriers[code], same) for code, same in found.items()]
