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
from sqlalchemy import Column, Connection, Engine, MetaData, Table, insert, inspect, select, text, update
from sqlalchemy.engine import make_url

from ledger.core.money import Money
from ledger.journal import posting as writing
from ledger.journal.audit import audit_book, book_head
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import find_exercice, open_exercice
from ledger.journal.locking import closing_reference, lock_year
from ledger.journal.positions import Position
from ledger.journal.posting import post_acts
from ledger.journal.reversal import reverse_entry
from ledger.journal.seal import Draft
from ledger.journal.vocabulary import EntryKind
from ledger.storage.engine import open_engine
from ledger.storage.schema import resource, revision, upgrade
from tests.bases import execute
from tests.conftest import Typist
from tests.journal.trials import LINE, act, book, key, prepare, programmed

OF_0_1 = "0023"
BASES = Path(__file__).parent / "bases"
COMMON = (
    *("epci", "commune", "financeur", "credit_line", "territory", "territory_commune", "territory_population"),
    "objective",
)
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
        closed = Draft(closing_reference(2015), EntryKind.CLOSING, "Clôture", "pièce", date(2015, 12, 31), ())
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


def common_rows(source: Connection, table: Table) -> list[dict[str, Any]]:
    """What a table common to every contract held before revision 0038, as one contract of the newer base has it."""
    if table.name != "objective":
        names = ", ".join(f"t.{column.name}" for column in table.columns)
        found = source.execute(text(f"SELECT {names} FROM {table.name} t WHERE t.contract = 'CV195'"))
    else:
        found = source.execute(
            text(
                "SELECT o.code, o.label, p.code AS priority, p.label AS priority_label, a.code AS axis,"
                " a.label AS axis_label FROM axis o JOIN axis p ON p.contract = o.contract AND p.code = o.parent"
                " JOIN axis a ON a.contract = p.contract AND a.code = p.parent WHERE o.contract = 'CV195'"
            )
        )
    return [dict(row._mapping) for row in found]


def copy(source: Connection, target: Connection) -> None:
    """Write in the older base what the newer one says, as its users would have: totals follow the transfers."""
    for table in tables(target):
        written = common_rows(source, table) if table.name in COMMON else rows(source, _kept_since(source, table))
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


def _kept_since(source: Connection, table: Table) -> Table:
    """The older table with the columns that the newer one still has (actions lost two of them at revision 0039)."""
    there = {column["name"] for column in inspect(source).get_columns(table.name)}
    return Table(
        table.name,
        MetaData(),
        *(Column(c.name, c.type, primary_key=c.primary_key) for c in table.columns if c.name in there),
    )


def rows_there(connection: Connection, name: str) -> list[dict[str, Any]]:
    """The rows of a table that the program has now; the axes where it had objectives."""
    return next(
        rows(connection, table) for table in tables(connection) if table.name == name.replace("objective", "axis")
    )


def assert_given_to_each_contract(
    name: str, written: list[dict[str, Any]], raised: list[dict[str, Any]], made: list[dict[str, Any]]
) -> None:
    """What was common is each contract's own: that of CV195 as in a base that the program makes itself."""
    first = [row for row in raised if row["contract"] == "CV195"]
    assert first == [row for row in made if row["contract"] == "CV195"]
    assert [row | {"contract": "CV195"} for row in raised if row["contract"] == "CV193"] == first
    if name != "objective":
        assert len(raised) == 2 * len(written)
        for contract in ("CV193", "CV195"):
            own = [row for row in raised if row["contract"] == contract]
            assert all(any(row.items() <= each.items() for each in own) for row in written)


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
            if name in COMMON:
                assert_given_to_each_contract(name, written, rows_there(target, name), rows_there(source, name))
                continue
            assert len(after[name]) == len(written)
            assert all(row.items() <= raised.items() for row, raised in zip(written, after[name], strict=True))
        assert guards(target) == guards(source)
    with book(lived_in) as session, book(older) as raised_session:
        assert audit_book(raised_session) == []
        assert book_head(raised_session) == book_head(session)
        notify_credits(raised_session, LINE, 2016, Money(1), piece="après", on=date(2016, 12, 31))
        open_exercice(raised_session, 2017)
    older.dispose()


KEPT = (
    "INSERT INTO row_change"
    " (recorded_at, act, rank, table_name, row_key, kind, before, effect_on, dated, agent, command)"
    " VALUES ('2016-03-01T00:00:00.000000+00:00', 1, {rank}, '{table}', '{key}', '{kind}', {before}, '2016-03-01',"
    " {yes}, 'Anne', '')"
)


def test_what_is_kept_of_the_past_of_common_rows_follows_each_contract(empty: str) -> None:
    """A statut is both contracts'; a quartier vécu that one alone lists is its own, with its past."""
    older = open_engine(empty)
    make_older(older, "0035")
    yes = "1" if older.dialect.name == "sqlite" else "true"
    update_kept = {"table": "financeur", "key": '["CAF"]', "kind": "update", "before": "'{\"statut\":null}'"}
    insert_kept = {"table": "territory", "key": '["STADE"]', "kind": "insert", "before": "NULL"}
    with older.begin() as connection:
        for code, epci in (("CV193", "CAVM"), ("CV195", "CAPH")):
            row = f"('{code}', '{code}', '{epci}', '{epci}')"
            connection.execute(text(f"INSERT INTO contract (code, name, epci, epci_financeur) VALUES {row}"))
            connection.execute(text(f"INSERT INTO epci VALUES ('{epci}', '{epci}', '{epci}')"))
        connection.execute(text("INSERT INTO financeur VALUES ('CAF', 'Caf', 'caf', 'droit_commun', '§5', 'gip')"))
        connection.execute(text("INSERT INTO territory VALUES ('STADE', 'Stade', 'vecu', 'CAPH', 'COPIL')"))
        connection.execute(text("INSERT INTO quartier_vecu VALUES ('CV195', 2016, 'STADE', NULL, 'COPIL')"))
        for rank, kept in enumerate((update_kept, insert_kept), start=1):
            connection.exec_driver_sql(KEPT.format(rank=rank, yes=yes, **kept))
    upgrade(older)
    with older.connect() as connection:
        places = connection.execute(text("SELECT contract, code FROM territory")).all()
        models = [tuple(row) for row in connection.execute(text("SELECT code, model FROM contract ORDER BY code"))]
        changes = connection.execute(text("SELECT row_key, kind FROM row_change ORDER BY row_key")).all()
    older.dispose()
    assert [tuple(each) for each in places] == [("CV195", "STADE")]
    assert models == [("CV193", "cavm-2015-2020"), ("CV195", "caph-2015-2020")]
    assert [tuple(each) for each in changes] == [
        ('["CV193","CAF"]', "update"),
        ('["CV195","CAF"]', "update"),
        ('["CV195","STADE"]', "insert"),
    ]


def test_the_two_columns_of_the_public_counted_become_rows_with_the_past_they_had(empty: str) -> None:
    """Made with 8 and nothing, corrected to 9 and 4: every change is that of the row of its EPCI."""
    older = open_engine(empty)
    make_older(older, "0035")
    yes, no = ("1", "0") if older.dialect.name == "sqlite" else ("true", "false")
    kept = [
        {"kind": "insert", "before": "NULL"},
        {"kind": "update", "before": '\'{"public_caph":8,"public_cavm":null}\''},
        {"kind": "update", "before": '\'{"title":"Lecture"}\''},
    ]
    action = {"number": "A1", "year": 2016, "porteur": "CLUB", "title": "Lectures", "scale": "communale"}
    action |= {"dispositif": "action", "nature": "fonctionnement", "innovation_criteria": 0, "cost_total": 1}
    action |= {"cost_eligible": 1, "public_caph": 9, "public_cavm": 4, "no_droit_commun_reason": "", "status": "depose"}
    with older.begin() as connection:
        row = "('CV195', 'CV195', 'CAPH', 'CAPH')"
        connection.execute(text(f"INSERT INTO contract (code, name, epci, epci_financeur) VALUES {row}"))
        for code in ("CAPH", "CAVM"):
            connection.execute(text(f"INSERT INTO epci VALUES ('{code}', '{code}', '{code}')"))
        connection.execute(
            text(f"INSERT INTO porteur (code, name, kind, to_confirm) VALUES ('CLUB', 'C', 'autre', {no})")
        )
        names, marks = ", ".join(action), ", ".join(f":{name}" for name in action)
        said = f"INSERT INTO action (contract, {names}, example, origin) VALUES ('CV195', {marks}, {no}, '')"
        connection.execute(text(said), action)
        for rank, each in enumerate(kept, start=1):
            said_of = {"rank": rank, "yes": yes, "table": "action", "key": '["CV195","A1"]', **each}
            connection.exec_driver_sql(KEPT.format(**said_of))
    upgrade(older)
    with older.connect() as connection:
        counts = connection.execute(text("SELECT epci, headcount FROM action_epci ORDER BY epci")).all()
        asked = "SELECT table_name, row_key, kind, before FROM row_change ORDER BY table_name, row_key, rank"
        changes = connection.execute(text(asked)).all()
        assert guards(connection)
    older.dispose()
    assert [tuple(each) for each in counts] == [("CAPH", 9), ("CAVM", 4)]
    assert [tuple(each) for each in changes] == [
        ("action", '["CV195","A1"]', "insert", None),
        ("action", '["CV195","A1"]', "update", '{"title":"Lecture"}'),
        ("action_epci", '["CV195","A1","CAPH"]', "insert", None),
        ("action_epci", '["CV195","A1","CAPH"]', "update", '{"headcount":8}'),
        ("action_epci", '["CV195","A1","CAVM"]', "insert", None),
    ]


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
