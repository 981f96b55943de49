"""Rows taken from a base to another, of the other engine perhaps, and compared once there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, CursorResult, Table, Text, collate, select
from sqlalchemy.orm import Session

from ledger.storage.base import KEPT_BY_THE_BASE, Base
from ledger.storage.bulk import insert_rows, stored_value

_BATCH = 5_000


def entities(*, last: Sequence[str]) -> list[type[Base]]:
    """Every entity known, each after those it refers to; these tables at the end, in this order.

    Without the tables that a base fills itself, from the others.
    """
    of_table = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    names = [
        table.name
        for table in Base.metadata.sorted_tables
        if not (table.name in last or KEPT_BY_THE_BASE in table.info)
    ]
    return [of_table[name] for name in (*names, *last)]


def copy_rows(source: Connection, target: Session, entity: type[Base], instead: Mapping[str, Any]) -> None:
    """Insert into `target`, in the order of the primary key, every row that `source` has of this entity.

    instead: values to give to these columns in the place of those of the source.
    """
    dialect = target.get_bind().dialect
    columns = [(column.name, stored_value(entity, column.name, dialect)) for column in _table(entity).columns]
    with _rows(source, entity) as rows:
        for batch in rows.partitions(_BATCH):
            given = [tuple(put(instead.get(name, getattr(row, name))) for name, put in columns) for row in batch]
            insert_rows(target, entity, given)


def differs(source: Connection, target: Connection, entity: type[Base]) -> bool:
    """Whether any row of this entity is in one base and not, or not the same, in the other."""
    with _rows(source, entity) as rows, _rows(target, entity) as others:
        return any(one != other for one, other in zip_longest(rows, others))


def _rows(connection: Connection, entity: type[Base]) -> CursorResult[Any]:
    """The rows in the order of their key, the same on both engines: that of bytes."""
    table = _table(entity)
    server = connection.dialect.name == "postgresql"
    order = [collate(c, "C") if server and isinstance(c.type, Text) else c for c in table.primary_key.columns]
    return connection.execute(select(table).order_by(*order), execution_options={"yield_per": _BATCH})


def _table(entity: type[Base]) -> Table:
    table = entity.__table__
    assert isinstance(table, Table)
    return table
