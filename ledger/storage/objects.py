"""New objects and all they hold, inserted at once by the driver, where nobody needs them afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapper, Session

from ledger.storage.base import Base
from ledger.storage.bulk import insert_rows, stored_value


def insert_objects(session: Session, objects: Iterable[Base]) -> None:
    """Insert these new objects and what their relationships hold; every key of theirs is already in their columns.

    They never become objects of the session. raises: DBAPIError.
    """
    rows: dict[type[Base], list[tuple[Any, ...]]] = {}
    shapes: dict[type[Base], _Shape] = {}
    dialect = session.connection().dialect
    for each in _with_what_they_hold(objects, shapes, dialect):
        rows.setdefault(type(each), []).append(shapes[type(each)].row(each))
    ranks = {table.name: rank for rank, table in enumerate(Base.metadata.sorted_tables)}
    for entity in sorted(rows, key=lambda entity: ranks[entity.__tablename__]):
        insert_rows(session, entity, rows[entity])


class _Shape:
    """The columns of an entity, in the order of its table, and its relationships."""

    def __init__(self, entity: type[Base], dialect: Dialect) -> None:
        mapper: Mapper[Any] = inspect(entity)
        names = [(mapper.get_property_by_column(column).key, column.name) for column in entity.__table__.columns]
        self._columns: Sequence[tuple[str, Callable[[Any], Any]]] = [
            (key, stored_value(entity, name, dialect)) for key, name in names
        ]
        self.held = [each.key for each in mapper.relationships]

    def row(self, each: Base) -> tuple[Any, ...]:
        """The object as the driver takes it."""
        state = each.__dict__
        return tuple(stored(state.get(key)) for key, stored in self._columns)


def _with_what_they_hold(objects: Iterable[Base], shapes: dict[type[Base], _Shape], dialect: Dialect) -> Iterator[Base]:
    for each in objects:
        if type(each) not in shapes:
            shapes[type(each)] = _Shape(type(each), dialect)
        yield each
        for name in shapes[type(each)].held:
            held = each.__dict__.get(name)
            if held is not None:
                yield from _with_what_they_hold(held if isinstance(held, list) else [held], shapes, dialect)
