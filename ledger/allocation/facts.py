"""What the engine decides on: actions with their costs, publics and requests; lines with what they hold. No session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ledger.core.money import Money
from ledger.rules.scope import Subject

OWN_FUNDS = "fonds_propres"
_OUT_OF_THE_RUNNING = ("refuse", "ajourne", "redirige", "abandonne")


@dataclass(frozen=True, slots=True)
class Request:
    """What an action asks of a credit line; `shared`: the EPCIs' common part (§5.4.3.3)."""

    line: str
    amount: Money
    shared: bool = False
    status: str = "demande"
    observation: str = ""


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """An action as the engine sees it.

    slices: the eligible cost by territory kind; empty when it is not known.
    public: by EPCI, the public counted beforehand; empty when it was not counted.
    granted: by line, what is programmed already, whatever became of it.
    """

    number: str
    porteur_kind: str
    dispositif: str
    nature: str
    axis: str
    status: str
    innovation_criteria: int
    cost_total: Money
    cost_eligible: Money
    slices: Mapping[str, Money]
    public: Mapping[str, int]
    requests: tuple[Request, ...]
    granted: Mapping[str, Money] = field(default_factory=dict)
    no_droit_commun_reason: str = ""

    @property
    def in_the_running(self) -> bool:
        """Whether it may still be granted something: neither refused, put off, sent elsewhere nor given up."""
        return self.status not in _OUT_OF_THE_RUNNING


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A credit line as the engine sees it; `available` is None when nothing was notified on it."""

    code: str
    financeur: str
    nature: str
    rank: int
    available: Money | None


def subject(action: ActionFacts, line: LineFacts, territory: str = "") -> Subject:
    """What the rules are asked about for this line of this action."""
    return Subject(
        line=line.code,
        dispositif=action.dispositif,
        porteur_kind=action.porteur_kind,
        territory=territory,
        axis=action.axis,
        nature=action.nature,
        financeur=line.financeur,
        line_nature=line.nature,
    )


def rules_day(year: int, decided_on: date) -> date:
    """The day whose rules hold for grants of this exercice: that of the decision, kept inside the exercice."""
    return min(max(decided_on, date(year, 1, 1)), date(year, 12, 31))
