"""New rows given as records, by attribute of their entity: as many as there are, inserted by the driver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy import inspect
from sqlalchemy.orm import Mapper, Session

from ledger.storage.base import Base
from ledger.storage.bulk import changed_value, insert_rows
from ledger.storage.history import note_inserted

Record: TypeAlias = dict[str, Any]


def insert_records(session: Session, records: Mapping[type[Base], Sequence[Record]]) -> None:
    """Insert these rows, what others refer to first; each record has every attribute of its entity.

    They never become objects of the session. raises: DBAPIError.
    """
    ranks = _ranks(len(Base.metadata.tables))
    for entity in sorted(records, key=lambda entity: ranks[entity.__tablename__]):
        if records[entity]:
            insert_rows(session, entity, _stored(session, entity, records[entity]))
            note_inserted(session, entity, records[entity])


@cache
def _ranks(_tables: int) -> Mapping[str, int]:
    """The place of each table after those it refers to; worked out again when a room brings more tables."""
    return {table.name: rank for rank, table in enumerate(Base.metadata.sorted_tables)}


def _stored(session: Session, entity: type[Base], records: Sequence[Record]) -> list[tuple[Any, ...]]:
    """The records as the driver takes them, in the order of the columns of their table."""
    mapper: Mapper[Any] = inspect(entity)
    names = [mapper.get_property_by_column(column).key for column in entity.__table__.columns]
    dialect = session.connection().dialect
    ways = [changed_value(entity, column.name, dialect) for column in entity.__table__.columns]
    columns = zip(*map(itemgetter(*names), records), strict=True)
    kept = ([way(value) for value in column] if way else column for way, column in zip(ways, columns, strict=True))
    return list(zip(*kept, strict=True))
