"""What acts did to an object, told: act by act, each row added, changed or taken out, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from ledger.reports.history.declared import Genre
from ledger.reports.history.titles import (
    COLUMN_TITLES,
    NUMBERS,
    ROW_TITLES,
    SILENT,
    SILENT_ALONE,
    SILENT_HERE,
    TITLES_HERE,
)
from ledger.reports.history.values import WORDS, people_read, read_value
from ledger.storage.act_text import STATE
from ledger.storage.base import Base
from ledger.storage.driver import Question, ask_server
from ledger.storage.object_acts import DatedRow, ObjectAct, object_acts
from ledger.storage.sealed_text import DoneToRow
from ledger.storage.vocabulary import ChangeKind

ADDED, CHANGED, TAKEN_OUT, STATED = "ajout", "modification", "retrait", "état repris"
_MOTIVES = "SELECT sequence, motive FROM entry WHERE contract = ? AND sequence IN (??)"
_WORDS = {
    ChangeKind.INSERT: ADDED,
    ChangeKind.UPDATE: CHANGED,
    ChangeKind.DELETE: TAKEN_OUT,
    STATE: STATED,
}


class ChangedField(NamedTuple):
    """A field before and after an act, as the program holds them; None for nothing."""

    title: str
    before: Any
    after: Any


class RowInHistory(NamedTuple):
    """What an act did to one row.

    row: which, in French; "" for the object itself. entry: the number of the entry that goes with it, if any.
    """

    what: str
    row: str
    fields: tuple[ChangedField, ...]
    counts_from: date
    entry: int | None


class ActInHistory(NamedTuple):
    """An act as histories tell it. motive: that of its entries. holds: whether it is still what was sealed.

    number: in its chain; None for what an entry alone says.
    """

    number: int | None
    recorded_at: datetime
    agent: str
    command: str
    motive: str
    holds: bool
    rows: tuple[RowInHistory, ...]


def object_history(session: Session, genre: Genre, code: str, *, year: int | None = None) -> list[ActInHistory]:
    """What became of this object, in the order of record. year: only its rows of this exercice."""
    genre.load_models()
    acts = object_acts(session, int(code) if genre.numbered else code, genre.rows)
    if year is not None:
        acts = [act._replace(rows=tuple(each for each in act.rows if _year(each.done) == year)) for act in acts]
    told = [(act, tuple(_told(genre, act))) for act in acts]
    numbers = {row.entry for _, rows in told for row in rows if row.entry is not None}
    [found] = ask_server(session, Question(_MOTIVES, sorted(numbers)))
    motives: dict[int, str] = dict(found)
    return [_act(act, rows, motives) for act, rows in told if rows]


def _act(act: ObjectAct, rows: tuple[RowInHistory, ...], motives: dict[int, str]) -> ActInHistory:
    said = dict.fromkeys(motives.get(row.entry, "") for row in rows if row.entry is not None)
    stamp = act.stamp
    motive = " ; ".join(filter(None, said))
    return ActInHistory(stamp.number, stamp.recorded_at, stamp.agent, stamp.command, motive, act.holds, rows)


def _year(done: DoneToRow) -> Any:
    names = [column.name for column in Base.metadata.tables[done.table].primary_key]
    return done.key[names.index("year")]


def _told(genre: Genre, act: ObjectAct) -> Iterator[RowInHistory]:
    rows = list(_at_once(act.rows))
    numbers = {number for each in rows if (number := _entry(each.done)) is not None}
    only = next(iter(numbers)) if len(numbers) == 1 else None
    recorded = act.stamp.recorded_at.astimezone().date()
    for done, counts_from in rows:
        fields = tuple(_fields(genre, done))
        own = genre.is_own(done.table)
        row = _row_title(genre, done) if not own else "" if fields else genre.words
        if fields or (done.kind != ChangeKind.UPDATE and done.table not in SILENT_ALONE):
            number = _entry(done)
            entry = only if number is None else number
            yield RowInHistory(_WORDS[done.kind], row, fields, counts_from or recorded, entry)


def _at_once(rows: Sequence[DatedRow]) -> Iterator[DatedRow]:
    """The rows, what an act did to one in several steps as one."""
    found: dict[tuple[str, tuple[Any, ...]], DatedRow] = {}
    for each in rows:
        place = each.done.table, each.done.key
        earlier = found.pop(place, None)
        found[place] = each if earlier is None else _joined(earlier, each)
    return (each for each in found.values() if each.done.before != each.done.after)


def _joined(first: DatedRow, then: DatedRow) -> DatedRow:
    was, now = first.done, then.done
    if was.kind == ChangeKind.DELETE:
        kind, before, after = ChangeKind.UPDATE.value, was.before, now.after
    elif now.kind == ChangeKind.DELETE:
        kind, before, after = ChangeKind.DELETE.value, {**now.before, **was.before}, {}
        before = {} if was.kind == ChangeKind.INSERT else before
    else:
        kind, before, after = was.kind, {**now.before, **was.before}, {**was.after, **now.after}
        before = {} if was.kind != ChangeKind.UPDATE else before
    return DatedRow(DoneToRow(kind, was.table, was.key, before, after), then.counts_from or first.counts_from)


def _entry(done: DoneToRow) -> int | None:
    values = done.after or done.before
    return next((values[name] for name in NUMBERS if values.get(name) is not None), None)


def _fields(genre: Genre, done: DoneToRow) -> Iterator[ChangedField]:
    own = genre.is_own(done.table)
    table = Base.metadata.tables[done.table]
    keys = {column.name for column in table.primary_key}
    said = {genre.rows[done.table]} if own else {*keys, genre.rows[done.table]}
    for name in {**done.before, **done.after}:
        if name not in table.columns or name in SILENT or name in said or (done.table, name) in SILENT_HERE:
            continue
        before, after = (read_value(done.table, name, values.get(name)) for values in (done.before, done.after))
        if before != after:
            yield ChangedField(column_title(done.table, name), before, after)


def column_title(table: str, column: str) -> str:
    """What a column of a table is called in French."""
    return TITLES_HERE.get((table, column)) or COLUMN_TITLES[column]


def _row_title(genre: Genre, done: DoneToRow) -> str:
    """Which row this is, by what tells it from the others of the object: "financement CAF-DROIT-COMMUN"."""
    names = [column.name for column in Base.metadata.tables[done.table].primary_key]
    parts = [
        people_read(read_value(done.table, name, value)) if (done.table, name) in WORDS else str(value)
        for name, value in zip(names, done.key, strict=True)
        if name not in ("contract", genre.rows[done.table]) and (done.table, name) not in SILENT_HERE
    ]
    return " ".join((ROW_TITLES[done.table], *parts))
