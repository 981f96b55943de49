"""The acts that did something to an object: its row and those that name it, as the chain of acts seals them.

An import seals thousands of rows, and ten years hold thousands of acts: the changes kept of each row (`history_model`)
say which acts are read. They are sealed too: the audit names one taken away. What nobody kept the past of stands in the
first act of its chain, with which a contract begins or a base raised states its rows.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from ledger.core.sealing import GENESIS
from ledger.storage.act_text import STATE, ActStamp, act_seal, sealed_values, text_digest, unpacked
from ledger.storage.act_under_way import SHARED, erasable
from ledger.storage.base import Base
from ledger.storage.driver import on_postgresql, run_statement
from ledger.storage.sealed_text import DoneToRow, rows_naming
from ledger.storage.session import context
from ledger.storage.vocabulary import ChangeKind

_LAST_SIGN = "\uffff"
_CHANGES = "SELECT row_key, kind, recorded_at, act, rank, effect_on FROM row_change WHERE table_name = ?"
_ACTS = "SELECT number, recorded_at FROM sealed_act WHERE contract = ? ORDER BY number"
_TEXT = "SELECT changes FROM sealed_act WHERE contract = ? AND number = ?"
_SEAL = "SELECT seal FROM sealed_act WHERE contract = ? AND number = ?"
_STAMP = f"SELECT {', '.join(ActStamp._fields)}, digest, seal FROM sealed_act WHERE contract = ? AND number = ?"  # noqa: S608
_MAY_READ = "SELECT has_table_privilege(?, 'SELECT')"


class DatedRow(NamedTuple):
    """What an act did to a row, with its whole key; the day it counts from, where one was kept."""

    done: DoneToRow
    counts_from: date | None


class ObjectAct(NamedTuple):
    """An act that did something to the object. holds: whether its text is the one that its seal and the last say."""

    stamp: ActStamp
    holds: bool
    rows: tuple[DatedRow, ...]


class _Noted(NamedTuple):
    table: str
    key: tuple[Any, ...]
    kind: str
    at: datetime
    sign: str
    counts_from: date


@dataclass(slots=True)
class _Sought:
    """What is looked for in one chain. naming: of each table, the column that names the object."""

    chain: str
    code: str | int
    naming: dict[str, str]
    keys: dict[str, tuple[str, ...]]
    known: dict[str, set[tuple[Any, ...]]] = field(default_factory=dict)

    @property
    def words(self) -> set[str | int]:
        """What stands in every row of the object: its code, and those of its rows that are known by their own."""
        own = {part for keys in self.known.values() for key in keys for part in key[1:] if isinstance(part, str)}
        return {self.code, *own}


def object_acts(session: Session, code: str | int, naming: Mapping[str, str]) -> list[ObjectAct]:
    """What acts did to the rows that name this code in this column of these tables, in the order of record.

    naming: the column by table. Their models are loaded; the contract is the session's.
    """
    own = {name for name in naming if "contract" in Base.metadata.tables[name].primary_key.columns}
    found = []
    for chain, tables in ((SHARED, naming.keys() - own), (context(session).contract, own)):
        if tables:
            found += _in_chain(session, _sought(session, chain, code, {name: naming[name] for name in tables}))
    return sorted(found, key=lambda act: (act.stamp.recorded_at, act.stamp.contract, act.stamp.number))


def _sought(session: Session, chain: str, code: str | int, naming: dict[str, str]) -> _Sought:
    keys = {name: tuple(each.name for each in Base.metadata.tables[name].primary_key) for name in naming}
    sought = _Sought(chain, code, naming, keys)
    for name, column in naming.items():
        if keys[name].index(column) > (chain != SHARED) if column in keys[name] else True:
            held = f"SELECT {', '.join(keys[name])} FROM {name} WHERE {column} = ?"  # noqa: S608 - our own tables
            where, values = (" AND contract = ?", (code, chain)) if chain != SHARED else ("", (code,))
            sought.known[name] = {tuple(sealed_values(row)) for row in run_statement(session, held + where, values)}
    return sought


def _in_chain(session: Session, sought: _Sought) -> list[ObjectAct]:
    noted = sorted(_noted(session, sought), key=lambda each: each.at)
    read, found = _Chain(session, sought.chain), []
    for number in _numbers(sought, read, noted):
        stamp, holds = read.stamp(number)
        if rows := tuple(_rows(sought, read.text(number), stamp, noted)):
            found.append(ObjectAct(stamp, holds, rows))
    return found


def _noted(session: Session, sought: _Sought) -> Iterator[_Noted]:
    """What was kept of the past of these rows; of those that may be erased, when they were written and erased."""
    for name, column in sought.naming.items():
        yield from _changes(session, sought, name)
        if erasable(Base.metadata.tables[name]) and _may_read(session, name):
            asked = f"SELECT recorded_at, erased_at FROM {name} WHERE contract = ? AND {column} = ?"  # noqa: S608
            written = run_statement(session, asked, (sought.chain, sought.code))
            for at in {_instant(each) for row in written for each in row if each is not None}:
                yield _Noted(name, (), "", at, f'"{name}",', at.astimezone().date())


def _may_read(session: Session, table: str) -> bool:
    """Whether who reads may read persons: on a server some may not."""
    return not on_postgresql(session) or run_statement(session, _MAY_READ, (table,))[0][0]


def _changes(session: Session, sought: _Sought, name: str) -> Iterator[_Noted]:
    row_key = 'row_key COLLATE "C"' if on_postgresql(session) else "row_key"
    if (known := sought.known.get(name)) is not None:
        wanted = [(f"{row_key} = ?", [_as_kept(key)]) for key in known]
    else:
        first = _as_kept([sought.code] if sought.chain == SHARED else [sought.chain, sought.code])
        more = f"{first[:-1]},"
        wanted = [(f"{row_key} = ?", [first]), (f"{row_key} >= ? AND {row_key} < ?", [more, more + _LAST_SIGN])]
    for where, values in wanted:
        for key, kind, at, act, rank, on in run_statement(session, f"{_CHANGES} AND {where}", (name, *values)):
            sign = f',{act},{rank},"{name}",' if sought.chain != SHARED else json.dumps(sought.code, ensure_ascii=False)
            day = date.fromisoformat(on) if isinstance(on, str) else on
            yield _Noted(name, tuple(json.loads(key)), kind, _instant(at), sign, day)


def _as_kept(key: Sequence[Any]) -> str:
    return json.dumps(list(key), ensure_ascii=False, separators=(",", ":"))


def _instant(stored: Any) -> datetime:
    return (datetime.fromisoformat(stored) if isinstance(stored, str) else stored).astimezone(UTC)


@dataclass(slots=True)
class _Chain:
    """The acts of a chain, in order; the text of each is read once."""

    session: Session
    code: str
    numbers: list[int] = field(init=False)
    instants: list[datetime] = field(init=False)
    texts: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        acts = run_statement(self.session, _ACTS, (self.code,))
        self.numbers, self.instants = [number for number, _ in acts], [_instant(at) for _, at in acts]

    def text(self, number: int) -> str:
        """The text of this act; "" where it cannot be read."""
        if number not in self.texts:
            try:
                read = unpacked(bytes(run_statement(self.session, _TEXT, (self.code, number))[0][0]))
            except ValueError:
                read = b""
            self.texts[number] = read.decode("utf-8", "surrogateescape")
        return self.texts[number]

    def acts_of(self, noted: Sequence[_Noted]) -> set[int]:
        """The acts that did what was noted."""
        found = set()
        for each in noted:
            later = self.numbers[bisect_left(self.instants, each.at) :]
            found.add(next((number for number in later if each.sign in self.text(number)), 0))
        return found - {0}

    def stamp(self, number: int) -> tuple[ActStamp, bool]:
        """The stamp of this act, and whether its seal and its text are those that were sealed after the act before."""
        [(*said, digest, seal)] = run_statement(self.session, _STAMP, (self.code, number))
        stamp = ActStamp(*said)
        stamp = stamp._replace(recorded_at=_instant(stamp.recorded_at))
        before = run_statement(self.session, _SEAL, (self.code, number - 1))
        previous = before[0][0] if before else GENESIS if number == 1 else None
        same = text_digest(self.text(number).encode("utf-8", "surrogateescape")) == digest
        return stamp, same and previous is not None and act_seal(previous, stamp, digest) == seal


def _numbers(sought: _Sought, chain: _Chain, noted: Sequence[_Noted]) -> list[int]:
    """The numbers of the acts to read, in order: the first, and those that did what was noted.

    What all contracts share is also written while a contract begins, when no past is kept: it is then looked for.
    """
    found = {*chain.numbers[:1], *chain.acts_of(noted)}
    if sought.chain == SHARED and not any(each.kind == ChangeKind.INSERT for each in noted):
        for number in chain.numbers:
            found.add(number)
            if any(True for _ in rows_naming(chain.text(number), {sought.code}, sought.naming)):
                break
    return sorted(found)


def _rows(sought: _Sought, text: str, stamp: ActStamp, noted: list[_Noted]) -> Iterator[DatedRow]:
    """What this act did to rows of the object; of a base raised again and again, the first statement alone."""
    for done in rows_naming(text, sought.words, sought.naming):
        values = done.after or done.before
        column, names = sought.naming[done.table], sought.keys[done.table]
        if done.kind == ChangeKind.UPDATE:
            if not _is_known(sought, done):
                continue
        elif values.get(column) != sought.code or (done.kind == STATE and stamp.number > 1):
            continue
        else:
            done = done._replace(key=tuple(values.get(name) for name in names))
            if done.table in sought.known:
                sought.known[done.table].add(done.key)
        same = (each for each in noted if (each.table, each.key, each.kind) == (done.table, done.key, done.kind))
        mine = next((each for each in same if each.at <= stamp.recorded_at), None)
        if mine is not None:
            noted.remove(mine)
        yield DatedRow(done, mine.counts_from if mine else None)


def _is_known(sought: _Sought, done: DoneToRow) -> bool:
    names, column = sought.keys[done.table], sought.naming[done.table]
    if column in names:
        return bool(done.key[names.index(column)] == sought.code)
    return done.key in sought.known[done.table]
