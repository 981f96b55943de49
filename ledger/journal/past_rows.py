"""What rows of business were at a past moment: every change since undone, then those that count by then redone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, or_, select

from ledger.journal.model import Entry
from ledger.storage.history_model import RowChange


class Moment(NamedTuple):
    """A day, and an instant: what counted by the end of this day, of what was recorded by then; None for no limit."""

    on: date | None = None
    known_at: datetime | None = None


Row = dict[str, Any] | None


@dataclass
class Change:
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


def late_changes(source: Connection, moment: Moment) -> list[Change]:
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
        Change(
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


def rows_then(changes: Sequence[Change], now: Mapping[tuple[str, tuple[Any, ...]], Row]) -> dict[Any, Row]:
    """What each of these rows was, of those that `now` gives: every change undone, then those that count redone.

    A row that a change which counts bears on was there by then, with all that was inserted with it.
    """
    rows = {key: dict(row) if row is not None else None for key, row in now.items()}
    for change in reversed(changes):
        row = rows[change.row]
        if change.kind == "insert":
            change.after, rows[change.row] = row, None
        elif change.kind == "delete":
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
        if change.kind == "update":
            if row is not None:
                row.update(change.after or {})
        else:
            rows[change.row] = dict(change.after) if change.kind == "insert" and change.after else None
    return rows


def _without_those_needed(changes: Sequence[Change]) -> list[bool]:
    """For each change, whether it is left out."""
    used = {change.row for change in changes if not change.late and change.kind == "update"}
    made = {change.act for change in changes if change.late and change.kind == "insert" and change.row in used}
    return [
        change.late and (change.unknown or not (change.kind == "insert" and change.act in made)) for change in changes
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
