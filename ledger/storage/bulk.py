"""Many rows at once, handed to the driver itself: tuples in the order of the columns, as the database keeps them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.storage.base import Base
from ledger.storage.driver import on_postgresql, run, run_many

_ROWS_WORTH_A_COPY = 50


@contextmanager
def many_objects() -> Iterator[None]:
    """Spare Python's search for cycles: the rows held here make none, and it would walk them again and again."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


def stored_value(entity: type[Base], column: str, dialect: Dialect) -> Callable[[Any], Any]:
    """The function that turns a value of this column into what the driver takes."""
    return changed_value(entity, column, dialect) or (lambda value: value)


@lru_cache(maxsize=2000)
def changed_value(entity: type[Base], column: str, dialect: Dialect) -> Callable[[Any], Any] | None:
    """The same, or None where the driver takes a value of this column as it is."""
    return entity.__table__.c[column].type.dialect_impl(dialect).bind_processor(dialect)


def worth_a_copy(count: int) -> bool:
    """Whether so many rows go to a server by COPY."""
    return count >= _ROWS_WORTH_A_COPY


def insert_rows(session: Session, entity: type[Base], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows given in the order of the table's columns, as the driver takes them (see stored_value).

    raises: DBAPIError.
    """
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql" and worth_a_copy(len(rows)):
        try:
            _copy(connection.connection.driver_connection, entity, rows)
        except connection.dialect.loaded_dbapi.Error as error:
            raise DBAPIError(f"COPY {entity.__tablename__}", [], error) from error
        return
    run_many(session, _insertion(entity), rows)


def insert_missing(session: Session, entity: type[Base], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows (as insert_rows takes them), but on PostgreSQL those that another writer has inserted meanwhile.

    On SQLite the writer is alone, and a guard reads OR IGNORE as a change.
    raises: DBAPIError.
    """
    if not on_postgresql(session):
        insert_rows(session, entity, rows)
    elif rows:
        run(
            session,
            _insertion_of_missing(entity, session.get_bind().dialect),
            [list(column) for column in zip(*rows, strict=True)],
        )


@cache
def _insertion_of_missing(entity: type[Base], dialect: Dialect) -> str:
    table = entity.__table__
    assert isinstance(table, Table)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    lists = ", ".join(f"?::{column.type.compile(dialect)}[]" for column in table.columns)
    return f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({lists}) ON CONFLICT DO NOTHING"  # noqa: S608


@cache
def _insertion(entity: type[Base]) -> str:
    table = entity.__table__
    assert isinstance(table, Table)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    return f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own tables


def _copy(connection: Any, entity: type[Base], rows: Sequence[tuple[Any, ...]]) -> None:
    table = entity.__table__
    assert isinstance(table, Table)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
