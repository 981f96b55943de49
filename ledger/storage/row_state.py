"""Rows one by one, as they stand in the base: told as SQLite stores them, and kept for who is about to change them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, inspect, select, tuple_
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.orm import Mapper, Session

from ledger.core.errors import Contended
from ledger.storage.act_under_way import covered
from ledger.storage.driver import on_postgresql, stored_value
from ledger.storage.session import Context

SQLITE = sqlite_dialect()


@cache
def stored_columns(mapper: Mapper[Any]) -> list[tuple[str, str, Callable[[Any], Any]]]:
    """Each column of the mapper's table, its attribute, and how SQLite stores its values."""
    return [
        (column.name, mapper.get_property_by_column(column).key, stored_value(mapper.class_, column.name, SQLITE))
        for column in mapper.local_table.columns
    ]


def stored_row(
    connection: Connection, mapper: Mapper[Any], identity: Sequence[Any], *, kept: bool = False
) -> dict[str, Any] | None:
    """The row of this key, by column, as SQLite stores it; None without one.

    kept: on a server, who changes it next waits until this transaction ends.
    """
    values = {f"key_{column.name}": value for column, value in zip(mapper.primary_key, identity, strict=True)}
    row = connection.execute(_row_of(mapper, kept), values).mappings().one_or_none()
    return None if row is None else {name: way(row[name]) for name, _, way in stored_columns(mapper)}


@cache
def _row_of(mapper: Mapper[Any], kept: bool) -> Select[Any]:
    """The question of a row, by its key."""
    same = (column == bindparam(f"key_{column.name}") for column in mapper.primary_key)
    asked = select(mapper.local_table).where(*same)
    return asked.with_for_update(key_share=True) if kept else asked


def reserve_changed_rows(session: Session) -> None:
    """On a server, keep the rows about to be changed until this transaction ends: each still is as it was read.

    In a file nobody else writes at the same time. raises: Contended when another transaction has changed one since.
    """
    if Context not in session.info or not on_postgresql(session):
        return
    changed: defaultdict[Mapper[Any], dict[tuple[Any, ...], Any]] = defaultdict(dict)
    for each in session.dirty:
        state = inspect(each)
        if covered(state.mapper.local_table) and session.is_modified(each, include_collections=False):
            changed[state.mapper][state.identity] = state
    for mapper, states in changed.items():
        table: Any = mapper.local_table
        key = tuple_(*table.primary_key)
        query = select(table).where(key.in_(states)).order_by(*table.primary_key).with_for_update(key_share=True)
        rows = session.connection().execute(query).mappings().all()
        there = {tuple(row[column.name] for column in table.primary_key): row for row in rows}
        if not all(identity in there and _as_read(state, there[identity]) for identity, state in states.items()):
            raise Contended


def _as_read(state: Any, row: Any) -> bool:
    """Whether the columns of this object that change hold what they did when they were read."""
    for name, attribute, way in stored_columns(state.mapper):
        history = state.attrs[attribute].history
        if history.has_changes() and history.deleted and way(history.deleted[0]) != way(row[name]):
            return False
    return True
