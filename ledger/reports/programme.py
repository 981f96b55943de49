"""What every report on a year's programme starts from: each action with its lines, from asked to paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.money import ZERO, Money, total
from ledger.programming.alerts import pillar_code
from ledger.programming.model import Action, ActionSlice, ActionTerritory
from ledger.programming.vocabulary import ActionState
from ledger.referential.model import CreditLine, Financeur, Porteur
from ledger.referential.vocabulary import LineNature
from ledger.reports.amounts import Amounts, amounts_of_year
from ledger.rules.book import rulebook
from ledger.rules.figures import Clock


@dataclass(frozen=True, slots=True)
class LineFigures:
    """One credit line in the plan de financement of one action.

    rank: its place in the référentiel. planned: what the plan holds. requested: what of it is asked of a financeur:
    nothing for own funds. Both are zero for a request set aside (non recevable, refused). proposed: by the comité
    technique. granted: net of what was taken back or given up. conventioned: committed by a signature or a
    notification. paid: what did not come back. justified: what the bilans finally grant. settled: what of the
    conventioned these bilans answer for.
    """

    line: str
    financeur: str
    financeur_kind: str
    nature: str
    rank: int
    requested: Money
    granted: Money
    paid: Money
    planned: Money = ZERO
    proposed: Money = ZERO
    conventioned: Money = ZERO
    justified: Money = ZERO
    settled: Money = ZERO

    @property
    def awaited(self) -> Money:
        """What is granted and no bilan answers for yet."""
        return self.granted - self.settled

    @property
    def own_funds(self) -> Money:
        """What the porteur brings itself."""
        return self.planned if self.nature == LineNature.OWN_FUNDS else ZERO


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
    scale: str = ""
    dispositif: str = ""
    status: str = ""
    porteur_name: str = ""
    porteur_kind: str = ""
    pillar: str = ""

    @property
    def granted(self) -> Money:
        """All that its lines grant."""
        return total(line.granted for line in self.lines)


def programme(session: Session, year: int, *, on: date | None = None) -> list[ActionFigures]:
    """The actions of the year, by number, each with its lines in the order of the référentiel.

    Those given up by their porteur are left out, unless something is granted or paid for them still. on: amounts
    granted, conventioned, paid and justified as of this day; None for all that is written.
    """
    actions = session.execute(
        select(Action, Porteur.name, Porteur.kind)
        .join(Porteur, Porteur.code == Action.porteur)
        .where(Action.year == year)
        .order_by(Action.number)
    ).all()
    amounts = amounts_of_year(session, year, on)
    lines = _Lines(session)
    slices, territories = _where(session, year)
    book = rulebook(session, Clock.MILLESIME, exercice=year)
    found = [
        ActionFigures(
            number=action.number,
            title=action.title,
            porteur=action.porteur,
            objective=action.objective or "",
            example=action.example,
            cost=action.cost_total,
            lines=lines.of(action.number, amounts),
            slices=slices.get(action.number, {}),
            territories=territories.get(action.number, ()),
            scale=action.scale,
            dispositif=action.dispositif,
            status=action.status,
            porteur_name=name,
            porteur_kind=kind,
            pillar=pillar_code(book, action),
        )
        for action, name, kind in actions
    ]
    return [
        each
        for each in found
        if each.status != ActionState.ABANDONED or any(line.granted or line.paid for line in each.lines)
    ]


class _Lines:
    """The credit lines of the référentiel, in order."""

    def __init__(self, session: Session) -> None:
        self._lines: dict[str, tuple[int, CreditLine, str]] = {}
        query = (
            select(CreditLine, Financeur.kind)
            .join(Financeur, Financeur.code == CreditLine.financeur)
            .order_by(CreditLine.rank, CreditLine.code)
        )
        for place, (line, kind) in enumerate(session.execute(query)):
            self._lines[line.code] = (place, line, kind)

    def of(self, action: str, amounts: Amounts) -> tuple[LineFigures, ...]:
        """The lines of one action."""
        codes = sorted(amounts.lines(action), key=lambda code: self._lines[code][0])
        return tuple(self._line(code, amounts.of(action, code)) for code in codes)

    def _line(self, code: str, figures: Mapping[str, Money]) -> LineFigures:
        _, line, kind = self._lines[code]
        return LineFigures(
            line=code, financeur=line.financeur, financeur_kind=kind, nature=line.nature, rank=line.rank, **figures
        )


_Slices: TypeAlias = Mapping[str, Mapping[str, Money]]


def _where(session: Session, year: int) -> tuple[_Slices, Mapping[str, tuple[str, ...]]]:
    slices: dict[str, dict[str, Money]] = {}
    of_slices = (
        select(ActionSlice.action, ActionSlice.kind, ActionSlice.cost)
        .join(Action, Action.number == ActionSlice.action)
        .where(Action.year == year)
    )
    for action, kind, cost in session.execute(of_slices):
        slices.setdefault(action, {})[kind] = cost
    territories: dict[str, list[str]] = {}
    of_territories = (
        select(ActionTerritory.action, ActionTerritory.territory)
        .join(Action, Action.number == ActionTerritory.action)
        .where(Action.year == year)
        .order_by(ActionTerritory.action, ActionTerritory.territory)
    )
    for action, territory in session.execute(of_territories):
        territories.setdefault(action, []).append(territory)
    return slices, {action: tuple(codes) for action, codes in territories.items()}
