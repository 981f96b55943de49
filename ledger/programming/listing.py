"""The actions of a year as a list: chosen by filters, in a few queries whatever their number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from ledger.core.money import ZERO, Money
from ledger.programming.lookups import own_fund_lines
from ledger.programming.model import ASKED, Action, ActionTerritory, Funding
from ledger.programming.vocabulary import ActionState
from ledger.referential.model import CreditLine


@dataclass(frozen=True, slots=True)
class Filters:
    """What the actions listed have in common; an empty filter lets everything through.

    objective: an objective, a priority or an axis ("5", "5.1", "5.1.2"). financeur: who brings a line asked.
    words: words of the title, whatever their case.
    """

    porteur: str = ""
    objective: str = ""
    status: str = ""
    line: str = ""
    financeur: str = ""
    territory: str = ""
    dispositif: str = ""
    appel: str = ""
    scale: str = ""
    words: str = ""


class Listed(NamedTuple):
    """One action of a list; requested: what it asks of financeurs, own funds and lines set aside apart."""

    number: str
    title: str
    porteur: str
    objective: str | None
    cost_total: Money
    requested: Money
    status: str
    dispositif: str
    scale: str
    example: bool
    appel: str | None


def list_actions(session: Session, year: int, filters: Filters) -> list[Listed]:
    """The actions of the year that pass the filters, by number."""
    asked = _asked(session, year)
    query = select(
        Action.number,
        Action.title,
        Action.porteur,
        Action.objective,
        Action.cost_total,
        Action.status,
        Action.dispositif,
        Action.scale,
        Action.example,
        Action.appel,
    ).where(Action.year == year, *_conditions(filters))
    rows = session.execute(query.order_by(Action.number))
    return [
        Listed(
            row.number,
            row.title,
            row.porteur,
            row.objective,
            row.cost_total,
            asked.get(row.number, ZERO),
            row.status,
            row.dispositif,
            row.scale,
            row.example,
            row.appel,
        )
        for row in rows
    ]


def _asked(session: Session, year: int) -> dict[str, Money]:
    query = (
        select(Funding.action, func.sum(Funding.amount_requested))
        .join(Action, Action.number == Funding.action)
        .where(
            Action.year == year,
            Funding.status.in_(ASKED),
            Action.status != ActionState.ABANDONED,
            Funding.line.not_in(own_fund_lines(session)),
        )
        .group_by(Funding.action)
    )
    return dict(session.execute(query).all())


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    plain: dict[Any, str] = {
        Action.porteur: filters.porteur,
        Action.status: filters.status,
        Action.dispositif: filters.dispositif,
        Action.appel: filters.appel,
        Action.scale: filters.scale,
    }
    found: list[ColumnElement[bool]] = [column == value for column, value in plain.items() if value]
    if filters.objective:
        found.append((Action.objective == filters.objective) | Action.objective.startswith(f"{filters.objective}."))
    if filters.words:
        found.append(func.lower(Action.title).contains(filters.words.lower(), autoescape=True))
    if filters.territory:
        served = select(ActionTerritory.action).where(ActionTerritory.territory == filters.territory)
        found.append(_of_action(served, ActionTerritory))
    if filters.line or filters.financeur:
        lines = select(Funding.action)
        if filters.line:
            lines = lines.where(Funding.line == filters.line)
        if filters.financeur:
            of = select(CreditLine.code).where(CreditLine.financeur == filters.financeur)
            lines = lines.where(Funding.line.in_(of))
        found.append(_of_action(lines, Funding))
    return found


def _of_action(query: Select[Any], entity: Any) -> ColumnElement[bool]:
    return query.where(entity.action == Action.number).exists()
