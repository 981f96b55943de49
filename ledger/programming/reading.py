"""The programme of a year as rows alone, to compare or to write it out: what its entities say, without their weight."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, func, inspect, select
from sqlalchemy.orm import Session

from ledger.journal.context import context
from ledger.programming.facts import LISTS
from ledger.programming.model import Action
from ledger.programming.plan_model import PlanLine, PlanVersion
from ledger.programming.public_model import ActionRenewal
from ledger.storage.base import Base

ReadAction: TypeAlias = SimpleNamespace
"""An action read: the attributes and the lists of an Action, its renewal, and `detail`, the lines of the plan asked
that ask nothing of a credit line."""


def read_programme(session: Session, year: int) -> list[ReadAction]:
    """Every action of the year, by number, with all that its form says: one query a table."""
    session.flush()
    contract = context(session).contract
    mine = Action.contract == contract, Action.year == year
    names = [column.key for column in inspect(Action).column_attrs]
    query = select(*(getattr(Action, name) for name in names)).where(*mine).order_by(Action.number)
    found = [ReadAction(**dict(zip(names, row, strict=True))) for row in session.execute(query)]
    for name, entity in LISTS.items():
        order = inspect(Action).relationships[name].order_by
        _share_out(session, found, name, _of(entity, mine).order_by(*(order or ())))
    _share_out(session, found, "detail", _details(mine))
    _share_out(session, found, "renewals", _of(ActionRenewal, mine))
    for action in found:
        action.renewed = action.renewals[0] if action.renewals else None
    return found


def _of(entity: type[Base], mine: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The rows of this entity that belong to these actions."""
    table = entity.__table__
    owner = (table.c.contract == Action.contract) & (table.c.action == Action.number)
    return select(*table.c).join(Action, owner).where(*mine)


def _details(mine: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The lines of the last version asked by the porteur that stand on an account of their own (see `asked_plan`)."""
    last = (
        select(PlanVersion.contract, PlanVersion.action, func.max(PlanVersion.rank).label("rank"))
        .where(PlanVersion.stage != "arbitre")
        .group_by(PlanVersion.contract, PlanVersion.action)
        .subquery()
    )
    asked = (
        (PlanLine.contract == last.c.contract) & (PlanLine.action == last.c.action) & (PlanLine.version == last.c.rank)
    )
    own = PlanLine.line.is_(None), PlanLine.account != ""
    return _of(PlanLine, mine).join(last, asked).where(*own).order_by(PlanLine.action, PlanLine.rank)


def _share_out(session: Session, actions: Sequence[ReadAction], name: str, query: Select[Any]) -> None:
    """Give each action, under this name, its rows."""
    rows: dict[str, list[Any]] = {action.number: [] for action in actions}
    for row in session.execute(query):
        rows[row.action].append(row)
    for action in actions:
        setattr(action, name, rows[action.number])
