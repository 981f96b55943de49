"""The rows of the book as the database keeps them: what an audit reads, since a value it doubts may not be readable."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from ledger.storage.base import Base
from ledger.storage.driver import Question, ask


def stored_rows(session: Session, entity: type[Base], *order: str) -> Sequence[Any]:
    """Every row of the contract but for its code, as the driver gives it, named by column, in the order of these."""
    row = namedtuple(entity.__name__, _names(entity))  # type: ignore[misc]
    return [row._make(values) for values in stored_tuples(session, entity, *order)]


def stored_tuples(session: Session, entity: type[Base], *order: str) -> Sequence[Sequence[Any]]:
    """The same rows in the order of the table's columns, without their names."""
    sql = (
        f"SELECT {', '.join(_names(entity))} FROM {entity.__tablename__} WHERE contract = ? ORDER BY {', '.join(order)}"  # noqa: S608
    )
    [found] = ask(session, Question(sql))
    return found


def _names(entity: type[Base]) -> list[str]:
    return [column.name for column in entity.__table__.columns if column.name != "contract"]


@contextmanager
def any_text(session: Session) -> Iterator[None]:
    """Read text that is no longer UTF-8 as it is (SQLite lets it be written), so that its row can be named."""
    driver: Any = session.connection().connection.driver_connection
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    usual = driver.text_factory
    driver.text_factory = _decoded
    try:
        yield
    finally:
        driver.text_factory = usual


def _decoded(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogateescape")


@lru_cache(maxsize=4096)
def read_day(stored: Any) -> date | None:
    """The day stored; None when it is not written the one way days are."""
    if not isinstance(stored, str):
        return stored if isinstance(stored, date) else None
    try:
        day = date.fromisoformat(stored)
    except ValueError:
        return None
    return day if day.isoformat() == stored else None


@lru_cache(maxsize=4096)
def read_instant(stored: Any) -> datetime | None:
    """The instant stored, in UTC; None when it is not written the one way instants are."""
    if not isinstance(stored, str):
        return stored.astimezone(UTC) if isinstance(stored, datetime) else None
    try:
        instant = datetime.fromisoformat(stored).astimezone(UTC)
    except ValueError:
        return None
    return instant if instant.isoformat(timespec="microseconds") == stored else None
