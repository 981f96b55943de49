"""What every report on a year's programme starts from: each action with its lines, asked, granted and paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.money import ZERO, Money, total
from ledger.journal.balances import balances, moved
from ledger.journal.context import context
from ledger.journal.keys import Position
from ledger.programming.model import ASKED, Action, ActionSlice, ActionTerritory, Funding
from ledger.referential.model import CreditLine, Financeur

OWN_FUNDS = "fonds_propres"
SPECIFIC = "specifique"
DROIT_COMMUN = "droit_commun"


@dataclass(frozen=True, slots=True)
class LineFigures:
    """One credit line in the plan de financement of one action.

    rank: its place in the référentiel. requested: zero for a request set aside (non recevable, refused).
    granted: net of what was taken back before signature. paid: what stays paid, overpayments apart.
    """

    line: str
    financeur: str
    financeur_kind: str
    nature: str
    rank: int
    requested: Money
    granted: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class ActionFigures:
    """One action of the programme: who, what for, its cost, its slices by territory kind, its lines."""

    number: str
    title: str
    porteur: str
    objective: str
    example: bool
    cost: Money
    lines: tuple[LineFigures, ...]
    slices: Mapping[str, Money]
    territories: tuple[str, ...]

    @property
    def granted(self) -> Money:
        """All that its lines grant."""
        return total(line.granted for line in self.lines)


_Amounts: TypeAlias = Mapping[tuple[str, str], Money]


def programme(session: Session, year: int, *, on: date | None = None) -> list[ActionFigures]:
    """The actions of the year, by number, each with its lines in the order of the référentiel.

    on: amounts granted and paid as of this day; None for all that is written.
    """
    contract = context(session).contract
    wanted = (Action.contract == contract, Action.year == year)
    actions = session.scalars(select(Action).where(*wanted).order_by(Action.number)).all()
    requested = _requested(session, contract, year)
    granted = {
        (key.action, key.line): amount
        for key, amount in moved(session, into=Position.PROGRAMME, out_of=Position.DISPONIBLE, year=year, on=on).items()
    }
    paid = _paid(session, on)
    lines = session.execute(
        select(CreditLine, Financeur.kind)
        .join(Financeur, Financeur.code == CreditLine.financeur)
        .order_by(CreditLine.rank, CreditLine.code)
    ).all()
    slices, territories = _where(session, contract, year)
    return [
        ActionFigures(
            number=action.number,
            title=action.title,
            porteur=action.porteur,
            objective=action.objective or "",
            example=action.example,
            cost=action.cost_total,
            lines=tuple(
                LineFigures(
                    line=line.code,
                    financeur=line.financeur,
                    financeur_kind=kind,
                    nature=line.nature,
                    rank=line.rank,
                    requested=requested.get(key, ZERO),
                    granted=granted.get(key, ZERO),
                    paid=paid.get(key, ZERO),
                )
                for line, kind in lines
                if (key := (action.number, line.code)) in requested or key in granted
            ),
            slices=slices.get(action.number, {}),
            territories=territories.get(action.number, ()),
        )
        for action in actions
    ]


def _requested(session: Session, contract: str, year: int) -> _Amounts:
    query = (
        select(Funding.action, Funding.line, Funding.amount_requested, Funding.status)
        .join(Action, (Action.contract == Funding.contract) & (Action.number == Funding.action))
        .where(Funding.contract == contract, Action.year == year)
    )
    return {
        (action, line): amount if status in ASKED else ZERO for action, line, amount, status in session.execute(query)
    }


def _paid(session: Session, on: date | None) -> _Amounts:
    paid: dict[tuple[str, str], Money] = {}
    for key, amount in balances(session, on=on, positions=[Position.VERSE]).items():
        paid[key.action, key.line] = paid.get((key.action, key.line), ZERO) + amount
    return paid


def _where(
    session: Session, contract: str, year: int
) -> tuple[Mapping[str, Mapping[str, Money]], Mapping[str, tuple[str, ...]]]:
    slices: dict[str, dict[str, Money]] = {}
    of_slices = (
        select(ActionSlice.action, ActionSlice.kind, ActionSlice.cost)
        .join(Action, (Action.contract == ActionSlice.contract) & (Action.number == ActionSlice.action))
        .where(ActionSlice.contract == contract, Action.year == year)
    )
    for action, kind, cost in session.execute(of_slices):
        slices.setdefault(action, {})[kind] = cost
    territories: dict[str, tuple[str, ...]] = {}
    of_territories = (
        select(ActionTerritory.action, ActionTerritory.territory)
        .join(Action, (Action.contract == ActionTerritory.contract) & (Action.number == ActionTerritory.action))
        .where(ActionTerritory.contract == contract, Action.year == year)
        .order_by(ActionTerritory.action, ActionTerritory.territory)
    )
    for action, territory in session.execute(of_territories):
        territories[action] = (*territories.get(action, ()), territory)
    return slices, territories
