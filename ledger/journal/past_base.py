"""The base as it was on a day, as known at an instant: a copy in memory, which every screen reads as it reads a base.

Entries that count later, or were recorded later, are left out and accounts hold what the others moved. Rows of
business are put back as the acts that count by then had left them (`storage.history`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    StaticPool,
    Table,
    Text,
    create_engine,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from ledger.journal.model import Entry
from ledger.journal.past_rows import Change, Moment, Row, late_changes, rows_then, typed_late
from ledger.storage.base import Base
from ledger.storage.copying import copy_rows, entities
from ledger.storage.session import over_all_contracts

_FORMAT_VERSIONS, _NO_WAL = slice(18, 20), b"\x01\x01"
"""Where the header of a file of SQLite says that it is read and written through a WAL, which memory has not."""

_PERSONS = "personal_datum"

_LATER = Table("later_entry", MetaData(), Column("contract", Text), Column("sequence", Integer), prefixes=["TEMPORARY"])
_MOVED_BACK = (
    "UPDATE account SET {side} = {side} - moved.amount FROM (SELECT contract, {side}_account AS id,"
    " sum(amount) AS amount FROM transfer JOIN later_entry USING (contract, sequence)"
    " GROUP BY contract, {side}_account) AS moved"
    " WHERE account.contract = moved.contract AND account.id = moved.id"
)
_WITHOUT_LATER = (
    *(
        f"DELETE FROM {table} WHERE (contract, sequence) IN (SELECT contract, sequence FROM later_entry)"  # noqa: S608
        for table in ("transfer", "entry")
    ),
    "DELETE FROM month_total",
    "DELETE FROM month_known",
    "DELETE FROM chain_head",
    (
        "INSERT INTO chain_head (contract, sequence, seal) SELECT contract, sequence, seal FROM entry"
        " WHERE (contract, sequence) IN (SELECT contract, max(sequence) FROM entry GROUP BY contract)"
    ),
)


@over_all_contracts()
def past_base(session: Session, moment: Moment) -> Engine | None:
    """An engine on the base as it was at this moment; None where nothing has happened since.

    An act under way counts with what it wrote so far. The caller disposes of the engine.
    """
    session.flush()
    source = session.connection()
    changes, persons = late_changes(source, moment), _later_persons(source, moment)
    if not (changes or persons or _later_entries(source, moment)):
        return None
    engine = _copied(source)
    with engine.connect() as copy:
        for key in persons:
            copy.exec_driver_sql(f"DELETE FROM {_PERSONS} WHERE {_same(_key_names(_PERSONS))}", key)  # noqa: S608
        _leave_entries_out(copy, moment)
        _put_rows_back(copy, changes)
    return engine


def _late(moment: Moment) -> list[Any]:
    late: list[Any] = [] if moment.on is None else [Entry.effect_on > moment.on]
    return late if moment.known_at is None else [*late, Entry.recorded_at > moment.known_at]


def _later_entries(source: Connection, moment: Moment) -> bool:
    late = _late(moment)
    return bool(late) and source.scalar(select(Entry.sequence).where(or_(*late)).limit(1)) is not None


def _later_persons(source: Connection, moment: Moment) -> list[tuple[Any, ...]]:
    """The keys of what was typed later about persons, whose changes are kept nowhere since it must be erasable."""
    table = Base.metadata.tables.get(_PERSONS)
    if table is None or not (source.dialect.name == "sqlite" or _may_read(source, _PERSONS)):
        return []
    rows = source.execute(select(table.c.recorded_at, *table.primary_key)).all()
    return [tuple(key) for recorded_at, *key in rows if typed_late(source, moment, recorded_at)]


def _copied(source: Connection) -> Engine:
    """An engine on a copy in memory of the whole base, without guards."""
    memory = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    engine = create_engine("sqlite+pysqlite://", creator=lambda: memory, poolclass=StaticPool)
    if source.dialect.name == "sqlite":
        _copy_file(source, memory)
        names = memory.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            memory.execute(f'DROP TRIGGER "{name}"')
        memory.execute("PRAGMA ignore_check_constraints = ON")
        return engine
    Base.metadata.create_all(engine)
    memory.execute("PRAGMA ignore_check_constraints = ON")
    with engine.connect() as connection, Session(connection) as target:
        for entity in entities(last=()):
            if _may_read(source, entity.__tablename__):
                copy_rows(source, target, entity, {})
    return engine


def _copy_file(source: Connection, memory: sqlite3.Connection) -> None:
    """Copy the whole file, with what a transaction under way wrote: the backup of SQLite would wait for its end."""
    driver: Any = source.connection.driver_connection
    if not source.get_execution_options().get("writing", False):
        driver.backup(memory)
        return
    image = bytearray(driver.serialize())
    image[_FORMAT_VERSIONS] = _NO_WAL
    memory.deserialize(image)


def _may_read(source: Connection, table: str) -> bool:
    """Whether who reads the server may read this table too: personal data are hidden from some."""
    return bool(source.scalar(select(func.has_table_privilege(table, "SELECT"))))


def _leave_entries_out(copy: Connection, moment: Moment) -> None:
    """Take the later entries away, with what they moved."""
    late = _late(moment)
    if not late:
        return
    _LATER.create(copy)
    copy.execute(
        _LATER.insert().from_select(["contract", "sequence"], select(Entry.contract, Entry.sequence).where(or_(*late)))
    )
    for side in ("debit", "credit"):
        copy.exec_driver_sql(_MOVED_BACK.format(side=side))
    for statement in _WITHOUT_LATER:
        copy.exec_driver_sql(statement)


def _put_rows_back(copy: Connection, changes: Sequence[Change]) -> None:
    """Make each row that changed since what it was, and take away those whose owner is not there."""
    memory: Any = copy.connection.driver_connection
    now = {row: _read_row(memory, *row) for row in {change.row for change in changes}}
    emptied = {"entry"}
    gone: dict[str, list[tuple[Any, ...]]] = {}
    back: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = {}
    for (table, key), then in rows_then(changes, now).items():
        if then == now[table, key]:
            continue
        gone.setdefault(table, []).append(key)
        if then is None:
            emptied.add(table)
        else:
            back.setdefault((table, tuple(then)), []).append(tuple(then.values()))
    for table, keys in gone.items():
        memory.executemany(f"DELETE FROM {table} WHERE {_same(_key_names(table))}", keys)  # noqa: S608 - our own names
    for (table, names), rows in back.items():
        columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
        memory.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608
    for statement in _orphans(emptied):
        copy.exec_driver_sql(statement)


@cache
def _key_names(table: str) -> tuple[str, ...]:
    return tuple(column.name for column in Base.metadata.tables[table].primary_key)


@cache
def _same(names: tuple[str, ...]) -> str:
    return " AND ".join(f'"{name}" = ?' for name in names)


def _read_row(memory: Any, table: str, key: tuple[Any, ...]) -> Row:
    found = memory.execute(f"SELECT * FROM {table} WHERE {_same(_key_names(table))}", key)  # noqa: S608
    row = found.fetchone()
    return None if row is None else dict(zip((name for name, *_ in found.description), row, strict=True))


def _orphans(emptied: set[str]) -> Iterator[str]:
    """What takes away the rows that refer to one taken away, table after table."""
    for table in Base.metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            owner = constraint.referred_table.name
            if owner not in emptied or owner == table.name:
                continue
            pairs = [(each.parent.name, each.column.name) for each in constraint.elements]
            given = " AND ".join(f'"{mine}" IS NOT NULL' for mine, _ in pairs)
            same = " AND ".join(f'owner."{theirs}" = {table.name}."{mine}"' for mine, theirs in pairs)
            emptied.add(table.name)
            yield f"DELETE FROM {table.name} WHERE {given} AND NOT EXISTS (SELECT 1 FROM {owner} AS owner WHERE {same})"  # noqa: S608
