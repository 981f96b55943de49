"""SQL handed to the driver itself, inside the session's transaction: for the few statements that every act runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.storage.session import context

_MOST_MARKS = 500


def on_postgresql(session: Session) -> bool:
    """Whether the session's base is a PostgreSQL server."""
    return session.get_bind().dialect.name == "postgresql"


def run(session: Session, sql: str, values: Sequence[Any] = ()) -> list[Any]:
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


def run_many(session: Session, sql: str, rows: Sequence[Sequence[Any]]) -> None:
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


def ask(session: Session, *questions: Question) -> list[list[Any]]:
    """The rows of the session's contract that answer each of these, asked of a server in one exchange, in this order.

    raises: DBAPIError.
    """
    contract = context(session).contract
    if not on_postgresql(session):
        return [_asked_by_parts(session, question, contract) for question in questions]
    driver: Any = session.connection().connection.driver_connection
    with together(session):
        cursors = [driver.execute(*_for_server(question, contract)) for question in questions]
    return [cursor.fetchall() for cursor in cursors]


@contextmanager
def together(session: Session) -> Iterator[None]:
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
        return run(session, question.sql, (contract,))
    found: list[Any] = []
    for start in range(0, len(question.among), _MOST_MARKS):
        part = question.among[start : start + _MOST_MARKS]
        marks = ", ".join("?" * len(part))
        found += run(session, question.sql.replace("??", marks), (contract, *part))
    return found


@lru_cache(maxsize=256)
def _for_psycopg(sql: str) -> str:
    return sql.replace("?", "%s")
