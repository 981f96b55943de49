"""Whatever row of business is changed, added or taken away behind the program's back, the audit names it (F70)."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Engine, Table, select, update
from sqlalchemy.orm import Session

from ledger.referential.model import Commune, Porteur
from ledger.storage.act_model import SealedAct
from ledger.storage.act_text import ActStamp, act_parts, act_seal, salted, text_digest, unpacked
from ledger.storage.act_under_way import covered_tables
from ledger.storage.engine import open_engine
from ledger.storage.every_table import know_every_table
from ledger.storage.session import Context, ContractSession
from tests.acts import unsealed_rows
from tests.commands.moments import END
from tests.conftest import Typist

SEED = 20161231


class Tampering(NamedTuple):
    """A statement, and what the audit must say of it: table and key as it names them, or the column it names."""

    sql: str
    told: str


@pytest.fixture
def year(moments: dict[str, Path], tmp_path: Path) -> Path:
    """The base at the end of the example year, without any guard."""
    base = Path(shutil.copy(moments[END] / "cofiville.db", tmp_path / "annee.db"))
    without_guards(base)
    return base


def without_guards(base: Path) -> None:
    with closing(sqlite3.connect(base)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.commit()


def literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def other(value: Any) -> str:
    """Another value of the same kind, in SQL."""
    if value is None:
        return "1"
    return str(value + 1) if isinstance(value, int) else literal(f"{value} ")


def drawn_row(connection: sqlite3.Connection, table: Table, draw: Random) -> dict[str, Any] | None:
    names = [column.name for column in table.columns]
    listed = ", ".join(f'"{name}"' for name in names)
    rows = connection.execute(f"SELECT {listed} FROM {table.name}").fetchall()
    return dict(zip(names, draw.choice(rows), strict=True)) if rows else None


def where(table: Table, row: dict[str, Any]) -> str:
    return " AND ".join(f'"{column.name}" = {literal(row[column.name])}' for column in table.primary_key)


def subject(table: Table, row: dict[str, Any]) -> str:
    parts = [str(row[column.name]) for column in table.primary_key]
    return f"{table.name} " + " / ".join(part if len(part) <= 60 else part[:60] + "…" for part in parts)


def changes(connection: sqlite3.Connection, place: int, draw: Random) -> Iterator[Tampering]:
    """One row of each table that has so many columns, changed in that column."""
    for table in covered_tables():
        if place >= len(table.columns) or (row := drawn_row(connection, table, draw)) is None:
            continue
        name = list(table.columns)[place].name
        if name == "salt" and row["value"] is None:
            continue
        sql = f'UPDATE {table.name} SET "{name}" = {other(row[name])} WHERE {where(table, row)}'
        yield Tampering(sql, subject(table, row))


def added(connection: sqlite3.Connection, table: Table, draw: Random) -> Tampering:
    """A row nobody wrote: like one that is there under another key, else made of whole cloth."""
    row = drawn_row(connection, table, draw)
    if row is None:
        types = {int: 1, date: "2016-01-01"}
        row = {each.name: types.get(each.type.python_type, "{}") for each in table.columns}
        row = {name: 1 if isinstance(value, int) else value for name, value in row.items()}
    last = list(table.primary_key)[-1].name
    new = {**row, last: row[last] + 100_000 if isinstance(row[last], int) else f"{row[last]}0"}
    if table.name == "porteur":
        new["siret"] = None
    names = ", ".join(f'"{name}"' for name in new)
    return Tampering(
        f"INSERT INTO {table.name} ({names}) VALUES ({', '.join(map(literal, new.values()))})", subject(table, new)
    )


def tamper(base: Path, tampered: list[Tampering]) -> list[str]:
    """Do all this at once on a copy of the base; gives what of it the audit does not name."""
    copy = Path(shutil.copy(base, base.with_name("altere.db")))
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        held = []
        for each in tampered:
            try:
                done = connection.execute(each.sql).rowcount
            except sqlite3.IntegrityError:
                continue
            assert done == 1, each.sql
            held.append(each)
        connection.commit()
    assert len(held) > len(tampered) // 2
    told = unsealed_rows(str(copy))
    copy.unlink()
    return [each.sql for each in held if not any(f" {each.told} : " in line for line in told)]


@pytest.mark.sqlite
@pytest.mark.xdist_group("moments")
def test_a_value_changed_in_any_column_of_any_table_is_named(year: Path) -> None:
    """F70"""
    know_every_table()
    assert unsealed_rows(str(year)) == []
    missed, tried = [], 0
    draw = Random(SEED)  # noqa: S311 - the same rows for the same seed
    with closing(sqlite3.connect(year)) as connection:
        for place in range(max(len(table.columns) for table in covered_tables())):
            tampered = list(changes(connection, place, draw))
            tried += len(tampered)
            missed += tamper(year, tampered)
    assert missed == []
    assert tried > 500


@pytest.mark.sqlite
@pytest.mark.xdist_group("moments")
def test_a_row_added_to_any_table_and_one_taken_away_is_named(year: Path) -> None:
    """F70"""
    know_every_table()
    draw = Random(SEED)  # noqa: S311 - the same rows for the same seed
    with closing(sqlite3.connect(year)) as connection:
        new = [added(connection, table, draw) for table in covered_tables()]
        rows = [(table, row) for table in covered_tables() if (row := drawn_row(connection, table, draw))]
        gone = [
            Tampering(f"DELETE FROM {table.name} WHERE {where(table, row)}", subject(table, row)) for table, row in rows
        ]
    assert tamper(year, new) == []
    assert tamper(year, gone) == []


@pytest.mark.sqlite
@pytest.mark.xdist_group("moments")
def test_an_act_changed_taken_away_or_forged_is_named(year: Path, tmp_path: Path) -> None:
    """F70"""
    with closing(sqlite3.connect(year)) as connection:
        columns = [name for (name,) in connection.execute("SELECT name FROM pragma_table_info('sealed_act')")]
        [count] = connection.execute("SELECT max(number) FROM sealed_act WHERE contract = 'CV195'").fetchone()
    one = "contract = 'CV195' AND number = 3"
    text = ("agent", "command", "contract", "database_role", "digest", "entry_seal", "recorded_at", "seal")
    tried = [
        *(f"UPDATE sealed_act SET {name} = {name} || '0' WHERE {one}" for name in text),
        f"UPDATE sealed_act SET changes = zeroblob(10) WHERE {one}",
        f"UPDATE sealed_act SET number = {count + 7} WHERE {one}",
        f"UPDATE sealed_act SET entries = entries + 1 WHERE {one}",
        f"DELETE FROM sealed_act WHERE {one}",
    ]
    assert len(tried) == len(columns) + 1
    for sql in tried:
        copy = Path(shutil.copy(year, tmp_path / "altere.db"))
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute(sql).rowcount == 1
            connection.commit()
        assert unsealed_rows(str(copy)), sql


def last_act(session: Session, chain: str) -> Any:
    columns = SealedAct.__table__.c
    return session.execute(select(*columns).where(columns.contract == chain).order_by(columns.number.desc())).first()


def test_an_act_says_what_was_there_and_what_is(session: Session, engine: Engine) -> None:
    session.add(Porteur(code="AZUR", name="Azur", kind="association"))
    session.commit()
    session.get_one(Porteur, "AZUR").name = "Azur et Cie"
    session.commit()
    act = last_act(session, "")
    text = unpacked(bytes(act.changes))
    assert [part for part in act_parts(text) if part.table == "porteur"] == [
        ("update", "porteur", ("name",), [[["AZUR"], ["Azur"], ["Azur et Cie"]]])
    ]
    assert act.digest == text_digest(text)
    before = session.scalar(select(SealedAct.seal).where(SealedAct.contract == "", SealedAct.number == act.number - 1))
    stamp = ActStamp(*(getattr(act, name) for name in ActStamp._fields))
    assert act.seal == act_seal(str(before), stamp, act.digest)


def test_what_a_savepoint_took_back_is_in_no_act(session: Session, base: str) -> None:
    step = session.begin_nested()
    session.add(Porteur(code="RIEN", name="Rien", kind="association"))
    session.flush()
    step.rollback()
    session.add(Porteur(code="AZUR", name="Azur", kind="association"))
    session.commit()
    session.add(Porteur(code="PERDU", name="Perdu", kind="association"))
    session.flush()
    session.rollback()
    session.get_one(Porteur, "AZUR").rna = "W1"
    session.commit()
    assert unsealed_rows(base) == []


def test_rows_are_not_changed_where_no_act_sees_it(session: Session) -> None:
    with pytest.raises(AssertionError, match="unseen"):
        session.execute(update(Commune).values(name="Ailleurs"))


def test_a_person_is_said_by_a_digest_that_erasing_empties(in_2016: Typist, base: str) -> None:
    in_2016("porteur", "ajouter", "Azur", "--code", "AZUR", "--type", "association")
    assert in_2016("porteur", "contact", "AZUR", "--nom", "Jeanne Martin").code == 0
    engine = open_engine(base)
    with engine.connect() as connection, ContractSession(connection, Context("CV195")) as session:
        said = unpacked(bytes(last_act(session, "CV195").changes)).decode()
    engine.dispose()
    assert "Jeanne" not in said
    assert '["salted","' in said
    assert salted("Jeanne Martin", "a") != salted("Jeanne Martin", "b")
    assert unsealed_rows(base) == []
    assert in_2016("porteur", "effacer-contact", "AZUR", "--oui").code == 0
    assert unsealed_rows(base) == []
