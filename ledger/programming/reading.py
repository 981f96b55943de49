"""The programme of a year as rows alone, to compare or to write it out: what its entities say, without their weight."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, func, inspect, select
from sqlalchemy.orm import Session

from ledger.programming.facts import LISTS
from ledger.programming.model import Action
from ledger.programming.plan_model import PlanLine, PlanVersion
from ledger.programming.public_model import ActionRenewal
from ledger.programming.vocabulary import PlanStage
from ledger.storage.base import Base
from ledger.storage.session import own_rows

ReadAction: TypeAlias = SimpleNamespace
"""An action read: the attributes and the lists of an Action, its renewal, and `detail`, the lines of the plan asked
that ask nothing of a credit line."""


def read_programme(session: Session, year: int) -> list[ReadAction]:
    """Every action of the year, by number, with all that its form says: one query a table."""
    session.flush()
    action = Action.__table__
    mine = own_rows(session, action), action.c.year == year
    names = [inspect(Action).get_property_by_column(column).key for column in action.columns]
    query = select(*action.c).where(*mine).order_by(action.c.number)
    found = [ReadAction(**dict(zip(names, row, strict=True))) for row in _rows(session, query)]
    for name, entity in LISTS.items():
        order = inspect(Action).relationships[name].order_by
        _share_out(session, found, name, _of(entity, mine).order_by(*(order or ())))
    _share_out(session, found, "detail", _details(session, mine))
    _share_out(session, found, "renewals", _of(ActionRenewal, mine))
    for each in found:
        each.renewed = each.renewals[0] if each.renewals else None
    return found


def _rows(session: Session, query: Select[Any]) -> Sequence[Row[Any]]:
    """Straight from the connection: the session would look at each row for objects."""
    return session.connection().execute(query).all()


def _of(entity: type[Base], mine: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The rows of this entity that belong to these actions."""
    table, action = entity.__table__, Action.__table__
    owner = (table.c.contract == action.c.contract) & (table.c.action == action.c.number)
    return select(*table.c).select_from(table.join(action, owner)).where(*mine)


def _details(session: Session, mine: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The lines of the last version asked by the porteur that stand on an account of their own (see `asked_plan`)."""
    version, line = PlanVersion.__table__.c, PlanLine.__table__.c
    last = (
        select(version.contract, version.action, func.max(version.rank).label("rank"))
        .where(own_rows(session, PlanVersion.__table__), version.stage != PlanStage.ARBITRATED)
        .group_by(version.contract, version.action)
        .subquery()
    )
    asked = (line.contract == last.c.contract) & (line.action == last.c.action) & (line.version == last.c.rank)
    own = asked, line.line.is_(None), line.account != ""
    return _of(PlanLine, mine).where(*own).order_by(line.action, line.rank)


def _share_out(session: Session, actions: Sequence[ReadAction], name: str, query: Select[Any]) -> None:
    """Give each action, under this name, its rows."""
    rows: dict[str, list[Any]] = {action.number: [] for action in actions}
    for row in _rows(session, query):
        rows[row.action].append(row)
    for action in actions:
        setattr(action, name, rows[action.number])
