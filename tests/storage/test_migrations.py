"""A base of version 0.1, or of what was written since, is raised with every row and every guard its users had."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, Engine, MetaData, Table, insert, select, text, update
from sqlalchemy.engine import make_url

from ledger.core.money import Money
from ledger.journal import posting as writing
from ledger.journal.audit import audit_book, book_head
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import find_exercice, open_exercice
from ledger.journal.locking import CLOSING, closing_reference, lock_year
from ledger.journal.positions import Position
from ledger.journal.posting import post_acts
from ledger.journal.reversal import reverse_entry
from ledger.journal.seal import Draft
from ledger.storage.engine import open_engine
from ledger.storage.schema import resource, revision, upgrade
from tests.bases import execute
from tests.conftest import Typist
from tests.journal.trials import LINE, act, book, key, prepare, programmed

OF_0_1 = "0023"
BASES = Path(__file__).parent / "bases"
ORDER = {"contract": -2, "exercice": -1, "transfer": 1, "chain_head": 2}
GUARDS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'trigger', 'index') AND sql IS NOT NULL",
    "postgresql": (
        "SELECT tgrelid::regclass::text || '.' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
        " UNION ALL SELECT conrelid::regclass::text || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace"
    ),
}


@pytest.fixture
def lived_in(base: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A base at the program's revision: référentiel, rules, a closed year, acts, a reversal, all sealed as at first."""
    monkeypatch.setattr(writing, "database_role", lambda _connection: "")
    prepare(base, 100, 2016, 2015)
    engine = open_engine(base)
    with book(engine) as session:
        post_acts(session, [programmed("P1", 30), act("V1", (key(Position.ANNULE), key(Position.DISPONIBLE), 7))])
        reverse_entry(session, 2, motive="Erreur de saisie", on=date(2016, 2, 29))
        closed = Draft(closing_reference(2015), CLOSING, "Clôture", "pièce", date(2015, 12, 31), ())
        lock_year(session, find_exercice(session, 2015), closed, [], on=date(2016, 1, 31))
    yield engine
    engine.dispose()


@pytest.fixture
def empty(base: str, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database on the same engine."""
    if not base.startswith("postgresql"):
        yield str(tmp_path / "ancienne.db")
        return
    url = make_url(base)
    execute(base, f"CREATE DATABASE {url.database}_old")
    yield url.set(database=f"{url.database}_old").render_as_string(hide_password=False)
    execute(base, f"DROP DATABASE {url.database}_old WITH (FORCE)")


def make_older(engine: Engine, revision: str = OF_0_1) -> None:
    """A base without a row, as version 0.1 made it, or the program at this revision since."""
    dialect = engine.dialect.name
    made = (BASES / f"{OF_0_1}.{dialect}.sql").read_text(encoding="utf-8")
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if dialect == "sqlite":
            driver.executescript(made)
        else:
            driver.execute(made)
            driver.commit()
    steps = run_path(str(resource("migrations") / "from_0_1.py"))["STEPS"]
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        for number, step in steps.items():
            if number <= revision:
                step()
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def guards(connection: Connection) -> dict[str, list[str]]:
    found = connection.execute(text(GUARDS[connection.dialect.name]))
    return {name: definition.split() for name, definition in found if name != "alembic_version"}


def tables(connection: Connection) -> list[Table]:
    """The tables there, in an order in which their rows can be written: exercices first, the head of the chain last."""
    metadata = MetaData()
    metadata.reflect(connection)
    found = [table for table in metadata.sorted_tables if table.name != "alembic_version"]
    return sorted(found, key=lambda table: ORDER.get(table.name, 0))


def rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    found = connection.execute(select(*table.columns).order_by(*table.primary_key.columns))
    return [dict(row._mapping) for row in found]


def copy(source: Connection, target: Connection) -> None:
    """Write in the older base what the newer one says, as its users would have: totals follow the transfers."""
    for table in tables(target):
        written = rows(source, table)
        if table.name == "account":
            written = [row | {"debit": 0, "credit": 0} for row in written]
        elif table.name == "exercice":
            written = [{"contract": row["contract"], "year": row["year"]} for row in written]
        if written:
            target.execute(insert(table), written)
    exercice = next(table for table in tables(target) if table.name == "exercice")
    for row in rows(source, exercice):
        if row["closed_on"] is not None:
            target.execute(update(exercice).where(exercice.c.year == row["year"]).values(row))


@pytest.mark.long
@pytest.mark.parametrize("revision", [OF_0_1, "0028", "0035"])
def test_a_base_of_an_earlier_revision_is_raised_with_its_rows_and_its_guards(
    lived_in: Engine, empty: str, revision: str
) -> None:
    older = open_engine(empty)
    make_older(older, revision)
    with lived_in.connect() as source, older.begin() as target:
        copy(source, target)
        before = {table.name: rows(target, table) for table in tables(target)}
    upgrade(older)
    with lived_in.connect() as source, older.connect() as target:
        after = {table.name: rows(target, table) for table in tables(target)}
        for name, written in before.items():
            assert len(after[name]) == len(written)
            assert all(row.items() <= raised.items() for row, raised in zip(written, after[name], strict=True))
        assert guards(target) == guards(source)
    with book(lived_in) as session, book(older) as raised_session:
        assert audit_book(raised_session) == []
        assert book_head(raised_session) == book_head(session)
        notify_credits(raised_session, LINE, 2016, Money(1), piece="après", on=date(2016, 12, 31))
        open_exercice(raised_session, 2017)
    older.dispose()


@pytest.mark.parametrize("words", [("exercice", "lister"), ("base", "mettre-a-niveau")])
def test_a_base_older_than_version_0_1_is_sent_to_it(typed: Typist, empty: str, words: tuple[str, ...]) -> None:
    older = open_engine(empty)
    make_older(older)
    with older.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0022'"))
    answer = typed("--base", empty, "--json", *words)
    assert (answer.code, answer.refusal["erreur"]) == (1, "base_autre_version")
    assert answer.refusal["probleme"] == "Cette base est à la version 0022, d'avant Cofiville 0.1 (version 0023)."
    assert answer.refusal["remede"].startswith("Installez d'abord Cofiville 0.1")
    with older.connect() as connection:
        assert revision(connection) == "0022"
    older.dispose()
