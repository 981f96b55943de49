"""SQL handed to the driver itself, inside the session's transaction: what every act runs, and many rows at once."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Table
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.storage.act_under_way import note_rows
from ledger.storage.base import Base
from ledger.storage.session import context

_MOST_MARKS = 500


def on_postgresql(session: Session) -> bool:
    """Whether the session's base is a PostgreSQL server."""
    return session.get_bind().dialect.name == "postgresql"


def run_statement(session: Session, sql: str, values: Sequence[Any] = ()) -> list[Any]:
    """The rows that answer this statement, whose values are marked `?`; none for one that answers nothing.

    raises: DBAPIError, as SQLAlchemy itself would, also when a row cannot be read.
    """
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    wording = _for_psycopg(sql) if connection.dialect.name == "postgresql" else sql
    try:
        cursor = driver.execute(wording, values)
        return cursor.fetchall() if cursor.description else []
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError(sql, list(values), error) from error


def run_statements(session: Session, sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run this statement once for each row of values.

    raises: DBAPIError.
    """
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    wording = _for_psycopg(sql) if connection.dialect.name == "postgresql" else sql
    try:
        if len(rows) == 1:
            driver.execute(wording, rows[0])
        else:
            driver.cursor().executemany(wording, rows)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError(sql, [], error) from error


class Question(NamedTuple):
    """A statement whose first value is the contract it reads; `IN (??)`, where it has one, takes those of `among`."""

    sql: str
    among: Sequence[Any] | None = None


def ask_server(session: Session, *questions: Question) -> list[list[Any]]:
    """The rows of the session's contract that answer each of these, asked of a server in one exchange, in this order.

    raises: DBAPIError.
    """
    contract = context(session).contract
    if not on_postgresql(session):
        return [_asked_by_parts(session, question, contract) for question in questions]
    driver: Any = session.connection().connection.driver_connection
    with in_one_exchange(session):
        cursors = [driver.execute(*_for_server(question, contract)) for question in questions]
    return [cursor.fetchall() for cursor in cursors]


@contextmanager
def in_one_exchange(session: Session) -> Iterator[None]:
    """What is run inside, whose answers are not read there, goes to a server in one exchange; no COPY may be.

    raises: DBAPIError, as if what was refused had been run here.
    """
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "postgresql":
        yield
        return
    try:
        with driver.pipeline():
            yield
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError("pipeline", [], error) from error


def _for_server(question: Question, contract: str) -> tuple[str, Sequence[Any]]:
    if question.among is None:
        return _for_psycopg(question.sql), (contract,)
    return _for_psycopg(question.sql.replace("IN (??)", "= ANY (?)")), (contract, list(question.among))


def _asked_by_parts(session: Session, question: Question, contract: str) -> list[Any]:
    """As many values at a time as SQLite takes."""
    if question.among is None:
        return run_statement(session, question.sql, (contract,))
    found: list[Any] = []
    for start in range(0, len(question.among), _MOST_MARKS):
        part = question.among[start : start + _MOST_MARKS]
        marks = ", ".join("?" * len(part))
        found += run_statement(session, question.sql.replace("??", marks), (contract, *part))
    return found


@lru_cache(maxsize=256)
def _for_psycopg(sql: str) -> str:
    return sql.replace("?", "%s")


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

    The act under way seals them. raises: DBAPIError.
    """
    note_rows(session, _table_of(entity), rows)
    put_rows(session, entity, rows)


def put_rows(session: Session, entity: type[Base], rows: Sequence[tuple[Any, ...]]) -> None:
    """As insert_rows, for rows that no act seals: those of the book, and those an act of their base has sealed.

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
    run_statements(session, _insertion(entity), rows)


def insert_missing(session: Session, entity: type[Base], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows (as put_rows takes them), but on PostgreSQL those that another writer has inserted meanwhile.

    On SQLite the writer is alone, and a guard reads OR IGNORE as a change.
    raises: DBAPIError.
    """
    if not on_postgresql(session):
        put_rows(session, entity, rows)
    elif rows:
        run_statement(
            session,
            _insertion_of_missing(entity, session.get_bind().dialect),
            [list(column) for column in zip(*rows, strict=True)],
        )


@cache
def _insertion_of_missing(entity: type[Base], dialect: Dialect) -> str:
    table = _table_of(entity)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    lists = ", ".join(f"?::{column.type.compile(dialect)}[]" for column in table.columns)
    return f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({lists}) ON CONFLICT DO NOTHING"  # noqa: S608


@cache
def _insertion(entity: type[Base]) -> str:
    table = _table_of(entity)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    return f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own tables


def _copy(connection: Any, entity: type[Base], rows: Sequence[tuple[Any, ...]]) -> None:
    table = _table_of(entity)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _table_of(entity: type[Base]) -> Table:
    table = entity.__table__
    assert isinstance(table, Table)
    return table
