"""On a server, whatever row is changed or added behind the program's back, by its owner or by an agent, is named (F70).

COFIVILLE_EPREUVES=completes changes every column of every table; else some, drawn by COFIVILLE_GRAINE.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Column, Connection, Engine, Table, text
from sqlalchemy.exc import DBAPIError

from ledger.journal.acts_audit import review_acts
from ledger.storage.act_under_way import covered_tables
from ledger.storage.engine import open_engine
from ledger.storage.every_table import know_every_table
from ledger.storage.roles import AGENT
from ledger.storage.session import Context, ContractSession
from tests.bases import execute
from tests.commands.moments import END
from tests.commands.test_rows_sealed import subject
from tests.conftest import Typist
from tests.journal.trials import COMPLETE
from tests.storage.test_roles import member

SEED = int(os.environ.get("COFIVILLE_GRAINE", "20161231"))
PLACES = 30 if COMPLETE else 3
KINDS: dict[type[Any], Any] = {int: 1, str: "x", bool: True, date: date(2016, 1, 1), bytes: b"x"}

pytestmark = [pytest.mark.postgresql, pytest.mark.long, pytest.mark.xdist_group("roles")]


class Change(NamedTuple):
    """A statement with its values, and the row as the audit must name it."""

    sql: str
    values: dict[str, Any]
    told: str


@pytest.fixture
def year(typed: Typist, moments: dict[str, Path], base: str) -> Engine:
    """The example year on a server, roles given."""
    execute(base, "DROP SCHEMA public CASCADE")
    execute(base, "CREATE SCHEMA public")
    moved = typed("base", "migrer", moments[END] / "cofiville.db", base)
    assert moved.code == 0, moved.err
    assert typed("--base", base, "base", "roles").code == 0
    return open_engine(base)


def other(column: Column[Any], value: Any) -> Any:
    """Another value of this column."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, str):
        return f"{value} "
    return value + 1 if isinstance(value, int) else KINDS[_kind(column)]


def _kind(column: Column[Any]) -> type[Any]:
    found: type[Any] = column.type.impl.python_type if hasattr(column.type, "impl") else column.type.python_type
    return found


def rows(connection: Connection, table: Table, draw: Random) -> list[dict[str, Any]]:
    """One row of the table, drawn; none where it is empty or may not be read."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    found = connection.execute(text(f"SELECT {names} FROM {table.name} ORDER BY 1, 2")).mappings().all()
    return [dict(draw.choice(found))] if found else []


def named(table: Table, row: dict[str, Any]) -> str:
    return subject(table, {name: _as_stored(value) for name, value in row.items()})


def _as_stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


def changed(connection: Connection, place: int, draw: Random) -> Iterator[Change]:
    """One row of each table that has so many columns, changed in that column."""
    for table in covered_tables():
        if place >= len(table.columns):
            continue
        column = list(table.columns)[place]
        for row in rows(connection, table, draw):
            if column.name == "salt" and row["value"] is None:
                continue
            keys = " AND ".join(f'"{each.name}" = :key_{each.name}' for each in table.primary_key)
            values = {f"key_{each.name}": row[each.name] for each in table.primary_key}
            values["other"] = other(column, row[column.name])
            yield Change(f'UPDATE {table.name} SET "{column.name}" = :other WHERE {keys}', values, named(table, row))


def added(connection: Connection, draw: Random) -> Iterator[Change]:
    """A row like one that is there, under another key, in each table."""
    for table in covered_tables():
        last = list(table.primary_key)[-1]
        for row in rows(connection, table, draw):
            value = row[last.name]
            new = {**row, last.name: value + 100_000 if isinstance(value, int) else other(last, value)}
            if table.name == "porteur":
                new["siret"] = None
            names = ", ".join(f'"{name}"' for name in new)
            marks = ", ".join(f":{name}" for name in new)
            yield Change(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", new, named(table, new))


def not_named(connection: Connection, changes: list[Change]) -> tuple[int, list[str]]:
    """Do all this in a transaction, taken back after; how much of it the base took, what the audit does not name."""
    held = []
    for each in changes:
        step = connection.begin_nested()
        try:
            connection.execute(text(each.sql), each.values)
        except DBAPIError:
            step.rollback()
            continue
        step.commit()
        held.append(each)
    with ContractSession(connection, Context("CV195")) as session:
        found = [f" {each.subject} " for mine in review_acts(session).findings.values() for each in mine]
    connection.rollback()
    return len(held), [f"{each.sql} {each.values}" for each in held if f" {each.told} " not in found]


def tried(engine: Engine, draw: Random, before: str = "") -> tuple[int, list[str]]:
    """Change columns drawn and add rows, each statement after this one; how many were taken, those not named."""
    know_every_table()
    most = max(len(table.columns) for table in covered_tables())
    places = sorted(draw.sample(range(most), min(PLACES, most)))
    taken = 0
    missed: list[str] = []
    with engine.connect() as connection:
        for place in (*places, None):
            if before:
                connection.execute(text(before))
            changes = list(added(connection, draw) if place is None else changed(connection, place, draw))
            count, found = not_named(connection, changes)
            taken, missed = taken + count, missed + found
    return taken, missed


def test_what_its_owner_changes_without_any_guard_is_named(year: Engine) -> None:
    """F70"""
    taken, missed = tried(year, Random(SEED), "SET LOCAL session_replication_role = replica")  # noqa: S311 - the same rows
    year.dispose()
    assert missed == []
    assert taken > 100


def test_what_an_agent_changes_with_a_client_of_its_own_is_named_or_refused(year: Engine, base: str) -> None:
    """F70"""
    agent = open_engine(member(base, AGENT))
    taken, missed = tried(agent, Random(SEED))  # noqa: S311 - the same rows
    agent.dispose()
    year.dispose()
    assert missed == []
    assert taken > 20
