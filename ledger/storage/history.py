"""What each act does to rows of business: sealed with it, and kept to read a past day again; new rows as records."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from graphlib import TopologicalSorter
from itertools import count
from operator import itemgetter
from secrets import randbits
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, Select, String, bindparam, event, func, inspect, select, type_coerce
from sqlalchemy import column as named
from sqlalchemy import table as table_called
from sqlalchemy.orm import Mapper, Session, SessionTransaction, UOWTransaction

from ledger.core.errors import Contended
from ledger.core.period import typed_day
from ledger.storage.act_under_way import covered, done_so_far, erasable, note_row
from ledger.storage.base import ACT_DAY, KEPT_BY_THE_BASE, UNTRACKED, Base, Day, Instant
from ledger.storage.driver import changed_value, insert_rows, stored_value
from ledger.storage.instants import instant_of_record
from ledger.storage.row_state import SQLITE, reserve_changed_rows, stored_columns, stored_row
from ledger.storage.sealing import seal_act
from ledger.storage.session import Context, ContractSession, context
from ledger.storage.vocabulary import ChangeKind

_UNREAD = object()
_OF_CONTRACTS = ("contract", "contract_act")
"""Tables whose days say how long a contract lasts, not how far its book has come."""
_ENTRIES = table_called(
    "entry", named("contract"), named("sequence"), named("effect_on", Day()), named("recorded_at", Instant())
)


class _Noted(NamedTuple):
    entity: type[Base]
    key: list[Any]
    kind: str
    before: dict[str, Any] | None
    own_day: date | None
    after: dict[str, Any] | None = None


@dataclass(slots=True)
class _Act:
    """What is kept of the act under way.

    counts_from: the day what it writes counts from; None where nobody said one. beginning: whether it writes what a
    contract begins with. noted: what the flush under way changes. number: chosen for it. places: those of its changes.
    """

    counts_from: date | None = None
    beginning: bool = False
    noted: list[_Noted] = field(default_factory=list)
    number: int = field(default_factory=lambda: randbits(62))
    places: Iterator[int] = field(default_factory=lambda: count(1))


def count_from(session: Session, on: date | None) -> None:
    """What is written from now on in this session counts from this day, until another is said.

    Today is what people do not type: it is then as if no day had been given, as for None.
    """
    _act(session).counts_from = None if on == datetime.now().astimezone().date() else on


def count_from_posting(session: Session, on: date) -> None:
    """As count_from, for an act of the book, which counts from its day even when that is today."""
    _act(session).counts_from = on


@contextmanager
def counting_from(session: Session, on: date) -> Iterator[None]:
    """What is flushed inside counts from this day."""
    session.flush()
    before = _act(session).counts_from
    count_from_posting(session, on)
    try:
        yield
        session.flush()
    finally:
        _act(session).counts_from = before


@contextmanager
def beginning_a_contract(session: Session) -> Iterator[None]:
    """What is flushed inside is what a contract begins with: it stands on any day, and no past of it is kept."""
    session.flush()
    _act(session).beginning = True
    try:
        yield
        session.flush()
    finally:
        _act(session).beginning = False


def another_act(session: Session) -> None:
    """What is written from now on is another act of the same session."""
    context(session).forget(_Act)


def tracked(table: Any) -> bool:
    """Whether the changes of this table are kept here."""
    return not (UNTRACKED in table.info or KEPT_BY_THE_BASE in table.info)


def stored_key(entity: type[Base], values: Iterable[Any]) -> list[Any]:
    """The primary key as the changes keep it: as SQLite stores it."""
    ways = [stored_value(entity, column.name, SQLITE) for column in entity.__table__.primary_key]
    return [way(value) for way, value in zip(ways, values, strict=True)]


def counted_since(session: Session, entity: type[Base], key: Iterable[Any], column: str) -> date | None:
    """The day from which the last change of this column of this row counts; None where none was kept."""
    from ledger.storage.history_model import RowChange

    query = select(RowChange.before, RowChange.effect_on).where(
        RowChange.table_name == entity.__tablename__,
        RowChange.row_key == stored_key(entity, key),
        RowChange.kind == ChangeKind.UPDATE,
    )
    newest = query.order_by(RowChange.recorded_at.desc(), RowChange.act.desc(), RowChange.rank.desc())
    return next((day for before, day in session.execute(newest) if column in before), None)


def note_inserted(session: Session, entity: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep that these rows, by attribute, were inserted otherwise than as objects of the session."""
    table = entity.__table__
    if not (rows and tracked(table) and _acting(session)):
        return
    mapper = inspect(entity)
    names = [mapper.get_property_by_column(column).key for column in table.primary_key]
    days = [mapper.get_property_by_column(column).key for column in table.columns if ACT_DAY in column.info]
    _write(
        session,
        [
            _Noted(
                entity, stored_key(entity, [row[name] for name in names]), ChangeKind.INSERT, None, _latest(row, days)
            )
            for row in rows
        ],
    )


def _acting(session: Session) -> bool:
    """Whether an act of somebody on a contract writes, and not a base or a contract being made."""
    found: Context | None = session.info.get(Context)
    return found is not None and found.contract != "" and not _act(session).beginning


def _act(session: Session) -> _Act:
    return context(session).kept(_Act)


def _latest(row: Mapping[str, Any], days: Iterable[str]) -> date | None:
    return max((row[name] for name in days if row.get(name) is not None), default=None)


@event.listens_for(ContractSession, "before_flush")
def _look_before(session: Session, _flush: UOWTransaction, _objects: Any) -> None:
    """Read the rows that new objects of the same key will take the place of, and keep those that change."""
    reserve_changed_rows(session)
    for each in session.new:
        mapper: Mapper[Any] = inspect(each).mapper
        identity = mapper.primary_key_from_instance(each)
        known = mapper.identity_key_from_primary_key(identity) in session.identity_map
        held = stored_row(session.connection(), mapper, identity) if known and covered(mapper.local_table) else None
        # An object of an act that was taken back may still be at hand: its row never stood.
        if held is not None:
            _act(session).noted.append(
                _Noted(mapper.class_, stored_key(mapper.class_, identity), ChangeKind.DELETE, held, None)
            )


@event.listens_for(Mapper, "before_delete")
def _note_deleted(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    state = inspect(target)
    if covered(mapper.local_table) and Context in state.session.info:
        held = _held(connection, mapper, state.identity)
        key = stored_key(mapper.class_, state.identity)
        _act(state.session).noted.append(_Noted(mapper.class_, key, ChangeKind.DELETE, held, None))


@event.listens_for(Mapper, "before_update")
def _note_updated(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    state = inspect(target)
    if not (covered(mapper.local_table) and Context in state.session.info):
        return
    held: dict[str, Any] = {}
    now: dict[str, Any] = {}
    own: list[date] = []
    for name, attribute, way in stored_columns(mapper):
        if attribute not in state.committed_state:
            continue
        history = state.attrs[attribute].history
        if history.has_changes():
            held[name] = way(history.deleted[0]) if history.deleted else _UNREAD
            now[name] = way(history.added[0] if history.added else None)
            if ACT_DAY in mapper.local_table.columns[name].info and now[name] is not None:
                own.append(date.fromisoformat(now[name]))
    if not held:
        return
    if erasable(mapper.local_table) or _UNREAD in held.values():
        row = _held(connection, mapper, state.identity)
        names = row if erasable(mapper.local_table) else held
        held, now = {name: row[name] for name in names}, {name: now.get(name, row[name]) for name in names}
    key = stored_key(mapper.class_, state.identity)
    noted = _Noted(mapper.class_, key, ChangeKind.UPDATE, held, max(own, default=None), now)
    _act(state.session).noted.append(noted)


@event.listens_for(ContractSession, "after_flush")
def _note_flush(session: Session, _flush: UOWTransaction) -> None:
    """Keep what was just written."""
    act = _act(session)
    noted, act.noted = act.noted, []
    for each in session.new:
        mapper: Mapper[Any] = inspect(each).mapper
        if not covered(mapper.local_table):
            continue
        identity, held = mapper.primary_key_from_instance(each), vars(each)
        after: dict[str, Any] | None
        key = stored_key(mapper.class_, identity)
        if all(attribute in held for _, attribute, _ in stored_columns(mapper)):
            after = {name: way(held[attribute]) for name, attribute, way in stored_columns(mapper)}
        else:
            after = stored_row(session.connection(), mapper, identity)
        days = [mapper.get_property_by_column(c).key for c in mapper.local_table.columns if ACT_DAY in c.info]
        noted.append(_Noted(mapper.class_, key, ChangeKind.INSERT, None, _latest(held, days), after))
    for one in noted:
        note_row(session, one.entity.__table__, one.key, one.before, one.after)
    if _acting(session):
        _write(session, [one for one in noted if tracked(one.entity.__table__)])


@event.listens_for(ContractSession, "before_commit")
def seal_what_was_done(session: Session) -> None:
    """Seal what the transaction that ends did to rows, in the chain of each contract; once, whoever asks first."""
    if not session.in_nested_transaction():
        session.flush()
        for chain, done in done_so_far(session).items():
            seal_act(session, chain, done)


@event.listens_for(ContractSession, "after_soft_rollback")
def _forget_noted(session: Session, _transaction: SessionTransaction) -> None:
    _act(session).noted.clear()


def _held(connection: Connection, mapper: Mapper[Any], identity: Sequence[Any]) -> dict[str, Any]:
    """The row about to be changed, by column, as SQLite stores it. raises: Contended when it is there no more."""
    held = stored_row(connection, mapper, identity, kept=True)
    if held is None:
        raise Contended
    return held


def _write(session: Session, noted: Sequence[_Noted]) -> None:
    from ledger.storage.history_model import RowChange

    if not noted:
        return
    at = instant_of_record(session)
    acting, act = context(session), _act(session)
    said = act.counts_from or typed_day.get()
    undated = _Undated(session, at)
    put = [stored_value(RowChange, c.name, session.get_bind().dialect) for c in RowChange.__table__.columns]
    rows = []
    for each in noted:
        # Today, which an act takes when no day is typed, is no day of its own unless it is written in the book.
        day = said if each.own_day in (None, undated.recording_day) else each.own_day
        effect = day or undated.day(each)
        table = each.entity.__tablename__
        change = (at, act.number, next(act.places), table, each.key, each.kind, each.before, effect, day is not None)
        rows.append(tuple(way(value) for way, value in zip(put, (*change, acting.agent, acting.command), strict=True)))
    insert_rows(session, RowChange, rows)


class _Undated:
    """From which day counts what no day was given to."""

    def __init__(self, session: Session, at: datetime) -> None:
        self._session, self.recording_day = session, at.astimezone().date()
        self._reached: tuple[date, datetime] | None = None

    def day(self, noted: _Noted) -> date:
        """The day the book had reached, for a row that nothing dated could rest on yet; else today."""
        reached, since = self._book()
        if noted.kind != ChangeKind.INSERT and not self._is_fresh(noted, since):
            return self.recording_day
        return min(reached, self.recording_day)

    def _is_fresh(self, noted: _Noted, since: datetime) -> bool:
        from ledger.storage.history_model import RowChange

        query = select(func.max(RowChange.recorded_at)).where(
            RowChange.table_name == noted.entity.__tablename__,
            RowChange.row_key == noted.key,
            RowChange.kind == ChangeKind.INSERT,
        )
        made = self._session.connection().scalar(query)
        return made is not None and made > since

    def _book(self) -> tuple[date, datetime]:
        """The last day that acts count from, and when the last of them was recorded."""
        if self._reached is None:
            contract = context(self._session).contract
            asked = {"contract": contract, "rows": f"{json.dumps([contract], ensure_ascii=False)[:-1]},"}
            found = self._session.connection().execute(_last_acts(), asked)
            *days, one, other = found.one()
            self._reached = (
                max((day for day in days if day is not None), default=date.min),
                max((at for at in (one, other) if at is not None), default=datetime.min.replace(tzinfo=UTC)),
            )
        return self._reached


@cache
def _last_acts() -> Select[Any]:
    """The last day of the contract's entries and of dated changes of its rows; when the last of each was recorded.

    rows: how the keys of its rows begin. Rows that all contracts share say nothing of how far its book has come.
    """
    from ledger.storage.history_model import RowChange

    entry = _ENTRIES.c
    mine = entry.contract == bindparam("contract")
    rows = bindparam("rows", type_=String)
    own = func.substr(type_coerce(RowChange.row_key, String), 1, func.length(rows)) == rows
    dated = RowChange.dated & RowChange.table_name.not_in(_OF_CONTRACTS) & own
    last_entry = select(entry.recorded_at).where(mine).order_by(entry.sequence.desc()).limit(1)
    return select(
        select(func.max(entry.effect_on)).where(mine).scalar_subquery(),
        select(func.max(RowChange.effect_on)).where(dated).scalar_subquery(),
        last_entry.scalar_subquery(),
        select(func.max(RowChange.recorded_at)).where(dated).scalar_subquery(),
    )


Record: TypeAlias = dict[str, Any]


def insert_records(session: Session, records: Mapping[type[Base], Sequence[Record]]) -> None:
    """Insert these rows, what others refer to first; each record has every attribute of its entity.

    They never become objects of the session. raises: DBAPIError.
    """
    for entity in _referred_first(frozenset(records)):
        if records[entity]:
            insert_rows(session, entity, _stored(session, entity, records[entity]))
            note_inserted(session, entity, records[entity])


@cache
def _referred_first(entities: frozenset[type[Base]]) -> list[type[Base]]:
    """These entities, each after those its table refers to."""
    of_table = {entity.__tablename__: entity for entity in sorted(entities, key=lambda each: each.__tablename__)}
    referred = {
        name: {key.target_fullname.split(".")[0] for key in entity.__table__.foreign_keys} & of_table.keys() - {name}
        for name, entity in of_table.items()
    }
    return [of_table[name] for name in TopologicalSorter(referred).static_order()]


def _stored(session: Session, entity: type[Base], records: Sequence[Record]) -> list[tuple[Any, ...]]:
    """The records as the driver takes them, in the order of the columns of their table."""
    mapper: Mapper[Any] = inspect(entity)
    names = [mapper.get_property_by_column(column).key for column in entity.__table__.columns]
    dialect = session.connection().dialect
    ways = [changed_value(entity, column.name, dialect) for column in entity.__table__.columns]
    columns = zip(*map(itemgetter(*names), records), strict=True)
    kept = ([way(value) for value in column] if way else column for way, column in zip(ways, columns, strict=True))
    return list(zip(*kept, strict=True))
