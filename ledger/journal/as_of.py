"""The base as it was on a day, as known at an instant: a copy in memory that every screen reads as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    StaticPool,
    Table,
    Text,
    and_,
    create_engine,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from ledger.journal.model import Entry
from ledger.storage.backup import copy_rows, entities_to_copy
from ledger.storage.base import Base
from ledger.storage.history_model import RowChange
from ledger.storage.session import over_all_contracts
from ledger.storage.vocabulary import ChangeKind


class Moment(NamedTuple):
    """A day, and an instant: what counted by the end of this day, of what was recorded by then; None for no limit."""

    on: date | None = None
    known_at: datetime | None = None


Row = dict[str, Any] | None


@dataclass
class LateChange:
    """A change of one row, of an act; late when it does not count by the moment, unknown when nobody knew it then."""

    table: str
    key: tuple[Any, ...]
    kind: str
    before: Mapping[str, Any] | None
    late: bool
    unknown: bool
    act: tuple[int, date]
    after: Mapping[str, Any] | None = field(default=None)

    @property
    def row(self) -> tuple[str, tuple[Any, ...]]:
        """Which row it changes."""
        return self.table, self.key


def late_changes(source: Connection, moment: Moment) -> list[LateChange]:
    """Every change, since one that does not count by this moment, of the rows such changes bear on; oldest first.

    What was typed without a day before an act that counts by then belongs to it.
    """
    late: list[Any] = []
    if moment.on is not None:
        not_yet = RowChange.effect_on > moment.on
        late.append(and_(not_yet, or_(RowChange.dated, RowChange.recorded_at > _seen(source, moment))))
    if moment.known_at is not None:
        late.append(RowChange.recorded_at > moment.known_at)
    if not late:
        return []
    first = source.scalar(select(func.min(RowChange.recorded_at)).where(or_(*late)))
    if first is None:
        return []
    columns = RowChange.__table__.c
    query = select(RowChange.__table__, or_(*late).label("late")).where(columns.recorded_at >= first)
    rows = source.execute(query.order_by(columns.recorded_at, columns.act, columns.rank)).mappings()
    changes = [
        LateChange(
            row["table_name"],
            tuple(row["row_key"]),
            row["kind"],
            row["before"],
            bool(row["late"]),
            moment.known_at is not None and row["recorded_at"] > moment.known_at,
            (row["act"], row["effect_on"]),
        )
        for row in rows
    ]
    late_rows = {change.row for change in changes if change.late}
    return [change for change in changes if change.row in late_rows]


def typed_late(source: Connection, moment: Moment, recorded_at: datetime) -> bool:
    """Whether what was typed at this instant, without a day, comes after this moment."""
    if moment.known_at is not None and recorded_at > moment.known_at:
        return True
    if moment.on is None or recorded_at.astimezone().date() <= moment.on:
        return False
    return recorded_at > _seen(source, moment)


def rows_then(changes: Sequence[LateChange], now: Mapping[tuple[str, tuple[Any, ...]], Row]) -> dict[Any, Row]:
    """What each of these rows was, of those that `now` gives: every change undone, then those that count redone.

    A row that a change which counts bears on was there by then, with all that was inserted with it.
    """
    rows = {key: dict(row) if row is not None else None for key, row in now.items()}
    for change in reversed(changes):
        row = rows[change.row]
        if change.kind == ChangeKind.INSERT:
            change.after, rows[change.row] = row, None
        elif change.kind == ChangeKind.DELETE:
            rows[change.row] = dict(change.before or {})
        else:
            assert row is not None
            change.after = {name: row[name] for name in change.before or {}}
            row.update(change.before or {})
    late = _without_those_needed(changes)
    for change, left_out in zip(changes, late, strict=True):
        row = rows[change.row]
        if left_out:
            continue
        if change.kind == ChangeKind.UPDATE:
            if row is not None:
                row.update(change.after or {})
        else:
            rows[change.row] = dict(change.after) if change.kind == ChangeKind.INSERT and change.after else None
    return rows


def _without_those_needed(changes: Sequence[LateChange]) -> list[bool]:
    """For each change, whether it is left out."""
    used = {change.row for change in changes if not change.late and change.kind == ChangeKind.UPDATE}
    made = {change.act for change in changes if change.late and change.kind == ChangeKind.INSERT and change.row in used}
    return [
        change.late and (change.unknown or not (change.kind == ChangeKind.INSERT and change.act in made))
        for change in changes
    ]


def _seen(source: Connection, moment: Moment) -> datetime:
    """When the last act that counts by this moment was recorded: what was typed before it belongs to it."""
    if moment.on is None:
        return datetime.max.replace(tzinfo=UTC)
    instants = [
        source.scalar(select(func.max(Entry.recorded_at)).where(Entry.effect_on <= moment.on, *_known(Entry, moment))),
        source.scalar(
            select(func.max(RowChange.recorded_at)).where(
                RowChange.dated, RowChange.effect_on <= moment.on, *_known(RowChange, moment)
            )
        ),
    ]
    return max((at for at in instants if at is not None), default=datetime.min.replace(tzinfo=UTC))


def _known(table: type[Entry] | type[RowChange], moment: Moment) -> list[Any]:
    return [] if moment.known_at is None else [table.recorded_at <= moment.known_at]


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
def base_as_of(session: Session, moment: Moment) -> Engine | None:
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
        _without_later_entries(copy, moment)
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
        for entity in entities_to_copy(last=()):
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


def _without_later_entries(copy: Connection, moment: Moment) -> None:
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


def _put_rows_back(copy: Connection, changes: Sequence[LateChange]) -> None:
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
