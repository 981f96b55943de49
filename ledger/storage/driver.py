"""SQL handed to the driver itself, inside the session's transaction: for the few statements that every act runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

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
        driver.cursor().executemany(wording, rows)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError(sql, [], error) from error


def run_among(session: Session, sql: str, values: Sequence[Any], among: Sequence[Any]) -> list[Any]:
    """Every row answered, the statement's `IN (??)` taking the values of `among`: some hundreds at a time on SQLite."""
    if on_postgresql(session):
        return run(session, sql.replace("IN (??)", "= ANY (?)"), (*values, list(among))) if among else []
    found: list[Any] = []
    for start in range(0, len(among), _MOST_MARKS):
        part = among[start : start + _MOST_MARKS]
        found += run(session, sql.replace("??", ", ".join("?" * len(part))), (*values, *part))
    return found


@lru_cache(maxsize=256)
def _for_psycopg(sql: str) -> str:
    return sql.replace("?", "%s")
