"""Whatever byte of the book is changed behind its back, the audit finds it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from ledger.journal.audit import audit_book
from ledger.journal.exercices import find_exercice
from ledger.journal.locking import closing_reference, lock_year
from ledger.journal.positions import Position
from ledger.journal.posting import post_acts
from ledger.journal.reversal import reverse_entry
from ledger.journal.seal import Draft
from ledger.journal.vocabulary import EntryKind
from ledger.storage.engine import open_engine
from ledger.storage.session import Context, ContractSession
from tests.journal.trials import COMPLETE, act, book, key, prepare, programmed

SEALED = ("account", "chain_head", "entry", "exercice", "transfer")
# A text of n bytes is altered n times; a whole number as often as it has bytes.
NUMBER_BYTES = 8
BOUNDED = 7


class Cell(NamedTuple):
    """One stored value: its table, its column and where its row is."""

    table: str
    column: str
    row: str
    value: object


@pytest.fixture
def small_base(base: str) -> str:
    prepare(base, 100, 2016, 2015)
    engine = open_engine(base)
    with book(engine) as session:
        closed = Draft(closing_reference(2015), EntryKind.CLOSING, "Clôture", "pièce", date(2015, 12, 31), ())
        post_acts(session, [programmed("P1", 30), act("V1", (key(Position.ANNULE), key(Position.DISPONIBLE), 7))])
        post_acts(session, [act("N1", (key(Position.DISPONIBLE, year=2015), key(Position.NOTIFIE, year=2015), 9))])
        reverse_entry(session, 2, motive="Erreur de saisie", on=date(2016, 2, 29))
        lock_year(session, find_exercice(session, 2015), closed, [], on=date(2016, 1, 31))
    engine.dispose()
    with closing(sqlite3.connect(base)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.commit()
    return base


def cells(connection: sqlite3.Connection) -> Iterator[Cell]:
    for table in SEALED:
        columns = connection.execute(f"SELECT name, pk FROM pragma_table_info('{table}')").fetchall()
        keys = [name for name, place in columns if place]
        for row in connection.execute(f"SELECT * FROM {table}").fetchall():
            named = dict(zip([name for name, _ in columns], row, strict=True))
            where = " AND ".join(f"{name} = {named[name]!r}" for name in keys)
            yield from (Cell(table, name, where, value) for name, value in named.items())


def altered(value: object) -> Iterator[str]:
    """SQL of every value that differs from this one by one byte, or by being there or not."""
    if value is None:
        yield from ("'x'", "1")
        return
    if isinstance(value, int):
        yield from (str(value ^ (1 << 8 * place)) for place in range(NUMBER_BYTES - 1))
        yield str(-value - 1)
        return
    stored = str(value).encode()
    for place in range(len(stored)):
        for changed in (stored[place] ^ 1, stored[place] ^ 0x80):
            yield f"CAST(x'{(stored[:place] + bytes([changed]) + stored[place + 1 :]).hex()}' AS TEXT)"
    yield f"CAST(x'{stored.hex()}20' AS TEXT)"
    yield "''" if stored else "'x'"


@pytest.mark.sqlite
@pytest.mark.long
def test_every_byte_changed_and_every_row_removed_in_turn_is_found(small_base: str, tmp_path: Path) -> None:
    engine = open_engine(small_base)
    tried, missed = 0, []
    with closing(sqlite3.connect(small_base)) as plain:
        every = [
            f"UPDATE {cell.table} SET {cell.column} = {value} WHERE {cell.row}"
            for cell in cells(plain)
            for value in altered(cell.value)
        ] + sorted({f"DELETE FROM {cell.table} WHERE {cell.row}" for cell in cells(plain)})
    with (
        engine.connect() as connection,
        ContractSession(connection, Context("CV195", "", "")) as s,
    ):
        assert audit_book(s) == []
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.execute("PRAGMA ignore_check_constraints = ON")
        for place, statement in enumerate(every):
            if not COMPLETE and place % BOUNDED:
                continue
            raw.execute("SAVEPOINT tampering")
            raw.execute("PRAGMA defer_foreign_keys = ON")
            try:
                raw.execute(statement)
            except sqlite3.IntegrityError:
                continue
            else:
                tried += 1
                if not audit_book(s):
                    missed.append(statement)
            finally:
                raw.execute("ROLLBACK TO tampering")
                raw.execute("RELEASE tampering")
                s.expire_all()
    engine.dispose()
    assert missed == []
    assert tried > len(every) // BOUNDED // 2
