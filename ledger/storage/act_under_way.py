"""What the transaction under way has done to rows so far, kept until it is sealed with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, MetaData, Table, event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from ledger.storage.act_text import RowsDone, salted, sealed_values
from ledger.storage.base import KEPT_BY_THE_BASE, SALT, SEALED_IN_THE_BOOK, WRITTEN_BESIDE, Base
from ledger.storage.session import Context, ContractSession, context
from ledger.storage.vocabulary import ChangeKind

SHARED = ""
"""The chain of the rows that all contracts share."""


@dataclass(slots=True)
class _Done:
    """What was done, in order, each with its chain; how far it had come when each savepoint was made."""

    said: list[tuple[str, RowsDone]] = field(default_factory=list)
    marks: dict[SessionTransaction, int] = field(default_factory=dict)


def covered(table: Any) -> bool:
    """Whether the rows of this table are sealed by acts: all but the book's own, and what the base fills itself."""
    return not (SEALED_IN_THE_BOOK in table.info or KEPT_BY_THE_BASE in table.info)


def covered_tables() -> list[Table]:
    """Every table known whose rows acts seal, those that others refer to first."""
    return [table for table in Base.metadata.sorted_tables if covered(table)]


def covered_as_found(connection: Connection) -> list[Table]:
    """The covered tables that this base has, with its own columns and keys: those of an earlier version."""
    found = MetaData()
    wanted = {table.name: table for table in covered_tables()}
    found.reflect(connection, only=lambda name, _: name in wanted, resolve_fks=False)
    for table in found.tables.values():
        known = wanted[table.name]
        table.info.update(known.info)
        for column in table.columns:
            salt = known.columns[column.name].info.get(SALT, "") if column.name in known.columns else ""
            if salt in table.columns:
                column.info[SALT] = salt
    return list(found.tables.values())


def covered_columns(table: Any) -> tuple[str, ...]:
    """The columns of this table whose values acts say: all but the salts."""
    salts = _salts(table)
    return tuple(column.name for column in table.columns if column.name not in salts.values())


def hidden(table: Any, values: dict[str, Any]) -> dict[str, Any]:
    """These values by column, with the digest of each that may be erased in its place, and without its salt."""
    salts = _salts(table)
    if not salts:
        return values
    said = {name: value for name, value in values.items() if name not in salts.values()}
    return {**said, **{name: salted(values[name], values[salt]) for name, salt in salts.items()}}


def erasable(table: Any) -> bool:
    """Whether rows of this table hold what may be erased."""
    return bool(_salts(table))


def _salts(table: Any) -> dict[str, str]:
    """The column of the salt of each column that may be erased."""
    return {column.name: column.info[SALT] for column in table.columns if SALT in column.info}


def note_rows(session: Session, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """Keep that these rows, in the order of the table's columns, are inserted by this transaction."""
    if not (rows and covered(table) and Context in session.info):
        return
    assert not erasable(table), "what may be erased is written as objects of the session"
    columns = tuple(column.name for column in table.columns)
    said = context(session).kept(_Done).said
    if WRITTEN_BESIDE in table.info or "contract" not in columns:
        chain = context(session).contract if WRITTEN_BESIDE in table.info else SHARED
        said.append((chain, RowsDone(ChangeKind.INSERT.value, table.name, columns, rows)))
        return
    place = columns.index("contract")
    by_contract: defaultdict[str, list[Sequence[Any]]] = defaultdict(list)
    for row in rows:
        by_contract[row[place]].append(row)
    said.extend(
        (chain, RowsDone(ChangeKind.INSERT.value, table.name, columns, mine)) for chain, mine in by_contract.items()
    )


def note_row(
    session: Session, table: Any, key: Sequence[Any], before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    """Keep what this transaction does to one row. before, after: by column; without one, it is inserted or deleted.

    Of an update, the columns changed alone may be given.
    """
    chain = str(key[0]) if "contract" in table.primary_key.columns else SHARED
    if before is None or after is None:
        values = before if after is None else after
        assert values is not None
        shown = hidden(table, values)
        kind = ChangeKind.INSERT if before is None else ChangeKind.DELETE
        done = RowsDone(kind.value, table.name, tuple(shown), [list(shown.values())])
    else:
        was, now = hidden(table, before), hidden(table, after)
        row = [list(key), sealed_values(was.values()), sealed_values(now[name] for name in was)]
        done = RowsDone(ChangeKind.UPDATE.value, table.name, tuple(was), [row])
    context(session).kept(_Done).said.append((chain, done))


def done_so_far(session: Session) -> dict[str, list[RowsDone]]:
    """What was done in each chain since it was last taken, in order."""
    done = context(session).kept(_Done)
    found: defaultdict[str, list[RowsDone]] = defaultdict(list)
    for chain, each in done.said:
        found[chain].append(each)
    done.said.clear()
    return dict(sorted(found.items()))


def rows_changed(session: Session) -> bool:
    """Whether what was done to rows since it was last taken changes any; one put back as it was is not changed."""
    ends: dict[tuple[str, str, str], list[Any]] = {}
    for _, each in context(session).kept(_Done).said:
        table = Base.metadata.tables[each.table]
        if WRITTEN_BESIDE not in table.info:
            names = [column.name for column in table.primary_key]
            for row in each.rows:
                for place, before, after in _cells(each, names, row):
                    ends.setdefault((each.table, *place), [before, after])[1] = after
    return any(before != after for before, after in ends.values())


def _cells(done: RowsDone, key_names: Sequence[str], row: Sequence[Any]) -> Iterable[tuple[tuple[str, str], Any, Any]]:
    """Each cell of a row to which this was done: its key and column, what stood, what stands; None without row."""
    if done.kind == ChangeKind.UPDATE:
        key, was, now = row
        return (
            ((repr(sealed_values(key)), name), (before,), (after,))
            for name, before, after in zip(done.columns, was, now, strict=True)
        )
    values = columns_of(done.columns, sealed_values(row))
    key = repr([values[name] for name in key_names])
    inserted = done.kind == ChangeKind.INSERT
    return (
        ((key, name), None if inserted else (value,), (value,) if inserted else None) for name, value in values.items()
    )


@event.listens_for(ContractSession, "after_transaction_create")
def _mark(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        done = context(session).kept(_Done)
        done.marks[transaction] = len(done.said)


@event.listens_for(ContractSession, "after_soft_rollback")
def _forget_since(session: Session, transaction: SessionTransaction) -> None:
    done = context(session).kept(_Done)
    if transaction.nested:
        del done.said[done.marks.pop(transaction, len(done.said)) :]


@event.listens_for(ContractSession, "after_transaction_end")
def _forget_all(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        context(session).forget(_Done)


@event.listens_for(ContractSession, "do_orm_execute")
def _refuse_unseen(asked: ORMExecuteState) -> None:
    """Rows are written as objects of the session or by `insert_rows`, where what is done to them is seen."""
    if (asked.is_insert or asked.is_update or asked.is_delete) and asked.bind_mapper is not None:
        assert not covered(asked.bind_mapper.local_table), f"{asked.bind_mapper.local_table} would change unseen"


def columns_of(names: Iterable[str], values: Iterable[Any]) -> dict[str, Any]:
    """These values by column."""
    return dict(zip(names, values, strict=True))
