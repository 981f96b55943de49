"""Every guard of a base is known; one that is absent, altered or switched off is named, and nothing is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.storage.guards.check import (
    GuardsMissing,
    check_guards,
    foreign_objects,
    guards_found,
    kept_tables,
    missing_guards,
)
from ledger.storage.guards.files import FOLDER, drop_guards, guards_wanted, make_guards
from tests.guards import GUARDS, made_guards

SQLITE_ONLY = {
    "account_grows",
    "chain_head_new",
    "convention_line_new",
    "convention_line_stays",
    "exercice_new",
    "scenario_new",
}
POSTGRESQL_ONLY = {"cofiville_months_follow", "cofiville_refuse", "entry_role"}

SQLITE = [
    ("DROP TRIGGER entry_no_update", "le déclencheur entry.entry_no_update manque"),
    ("DROP TRIGGER transfer_moves", "le déclencheur transfer.transfer_moves manque"),
    (
        "UPDATE sqlite_master SET sql = replace(sql, '(amount > 0)', '(amount > -9)') WHERE name = 'transfer'",
        "la contrainte transfer.ck_transfer_amount_above_zero a changé",
    ),
    (
        "UPDATE sqlite_master SET sql = replace(sql, 'RAISE(ABORT', 'max(1') WHERE name = 'entry_next'",
        "le déclencheur entry.entry_next a changé",
    ),
    (
        "UPDATE sqlite_master SET sql = replace(sql, 'label TEXT NOT NULL', 'label TEXT') WHERE name = 'entry'",
        "la table entry a changé",
    ),
]
POSTGRESQL = [
    ("DROP TRIGGER entry_append_only ON entry", "le déclencheur entry.entry_append_only manque"),
    ("ALTER TABLE entry DISABLE TRIGGER entry_next", "le déclencheur entry.entry_next a changé"),
    ("ALTER TABLE entry ENABLE REPLICA TRIGGER entry_next", "le déclencheur entry.entry_next a changé"),
    (
        "ALTER TABLE account DROP CONSTRAINT ck_account_never_overdrawn",
        "la contrainte account.ck_account_never_overdrawn manque",
    ),
    ("ALTER TABLE transfer DISABLE TRIGGER ALL", "le déclencheur transfer.transfer_append_only a changé"),
    ("ALTER TABLE exercice DISABLE TRIGGER ALL", "la contrainte exercice.fk_exercice_contract_contract a changé"),
    (
        "CREATE OR REPLACE FUNCTION cofiville_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "la fonction cofiville_refuse a changé",
    ),
    ("ALTER TABLE entry ALTER COLUMN label DROP NOT NULL", "la table entry a changé"),
    ("SET session_replication_role = replica", "le réglage session_replication_role a changé"),
]


DOUBLES = "CREATE TRIGGER doubles AFTER INSERT ON payment BEGIN UPDATE payment SET amount = 2 * amount; END"
FOREIGN_IN_A_FILE = [
    (DOUBLES, "le déclencheur payment.doubles n'est pas de Cofiville", True),
    ("CREATE UNIQUE INDEX once ON payment (amount)", "l'index unique payment.once n'est pas de Cofiville", True),
    ("CREATE INDEX quick ON payment (amount)", "l'index payment.quick n'est pas de Cofiville", False),
    ("CREATE TABLE notes (id INTEGER UNIQUE)", "la table notes n'est pas de Cofiville", False),
    ("CREATE VIEW seen AS SELECT 1", "la vue seen n'est pas de Cofiville", False),
]
_FUNCTION = "CREATE FUNCTION doubles() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
FOREIGN_ON_A_SERVER = [
    (_FUNCTION, "la fonction doubles n'est pas de Cofiville", True),
    (
        f"{_FUNCTION}; CREATE TRIGGER doubles AFTER INSERT ON payment FOR EACH ROW EXECUTE FUNCTION doubles()",
        "le déclencheur payment.doubles n'est pas de Cofiville",
        True,
    ),
    (
        "CREATE RULE lost AS ON INSERT TO payment DO INSTEAD NOTHING",
        "la règle de réécriture payment.lost n'est pas de Cofiville",
        True,
    ),
    ("CREATE UNIQUE INDEX once ON payment (amount)", "l'index unique payment.once n'est pas de Cofiville", True),
    (
        "ALTER TABLE payment ADD CONSTRAINT little CHECK (amount < 10)",
        "la contrainte payment.little n'est pas de Cofiville",
        True,
    ),
    (
        "CREATE POLICY hidden ON payment USING (amount > 10)",
        "la politique de lignes payment.hidden n'est pas de Cofiville",
        True,
    ),
    ("CREATE INDEX quick ON payment (amount)", "l'index payment.quick n'est pas de Cofiville", False),
    ("CREATE TABLE notes (id INTEGER UNIQUE)", "la table notes n'est pas de Cofiville", False),
    ("CREATE MATERIALIZED VIEW seen AS SELECT 1", "la vue seen n'est pas de Cofiville", False),
]


def plant(engine: Engine, statement: str, message: str, harmful: bool) -> None:
    """Named, and nothing is written beside what could change an act."""
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
        assert (message, harmful) in [(each.message, each.harmful) for each in foreign_objects(connection)]
        assert missing_guards(connection) == []
        if harmful:
            with pytest.raises(GuardsMissing, match="n'est pas de Cofiville"):
                check_guards(connection)
        else:
            check_guards(connection)


@pytest.mark.sqlite
@pytest.mark.parametrize(("statement", "message", "harmful"), FOREIGN_IN_A_FILE)
def test_what_is_planted_in_a_file_is_named(engine: Engine, statement: str, message: str, harmful: bool) -> None:
    plant(engine, statement, message, harmful)


@pytest.mark.postgresql
@pytest.mark.parametrize(("statement", "message", "harmful"), FOREIGN_ON_A_SERVER)
def test_what_is_planted_on_a_server_is_named(engine: Engine, statement: str, message: str, harmful: bool) -> None:
    plant(engine, statement, message, harmful)


@pytest.mark.sqlite
def test_statistics_of_the_engine_are_no_stranger(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
        assert foreign_objects(connection) == []


def weaken(engine: Engine, statement: str) -> list[str]:
    """The guards missing once this statement has run."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA writable_schema = ON")
        connection.exec_driver_sql(statement)
        return [each.message for each in missing_guards(connection)]


def test_a_new_base_has_every_guard(engine: Engine) -> None:
    with engine.connect() as connection:
        assert missing_guards(connection) == []
        assert foreign_objects(connection) == []
        check_guards(connection)


@pytest.mark.sqlite
@pytest.mark.parametrize(("statement", "message"), SQLITE)
def test_a_guard_of_a_file_that_is_absent_or_altered_is_named(engine: Engine, statement: str, message: str) -> None:
    assert message in weaken(engine, statement)


@pytest.mark.postgresql
@pytest.mark.parametrize(("statement", "message"), POSTGRESQL)
def test_a_guard_of_a_server_that_is_absent_or_switched_off_is_named(
    engine: Engine, statement: str, message: str
) -> None:
    assert message in weaken(engine, statement)


@pytest.fixture
def made(engine: Engine, tmp_path: Path) -> dict[str, str]:
    """What the migrations make."""
    if engine.dialect.name == "sqlite":
        return made_guards(tmp_path / "gardes.db")
    return made_guards(engine.url.render_as_string(hide_password=False))


def test_the_tables_kept_are_those_the_migrations_make(engine: Engine, made: dict[str, str]) -> None:
    kept = json.loads(kept_tables(engine.dialect.name).read_text(encoding="utf-8"))
    assert {name: text for name, text in made.items() if not name.startswith(GUARDS)} == kept, (
        "run: python -m tests.guards"
    )


def test_a_base_has_the_guards_of_the_folder_word_for_word_and_no_other(engine: Engine, made: dict[str, str]) -> None:
    wanted = guards_wanted(engine.dialect.name)
    there = {name: text for name, text in made.items() if name.startswith(GUARDS)}
    assert {name: text.split() for name, text in there.items()} == {
        name: text.split() for name, text in wanted.items()
    }, "write each statement as the base gives it back"


def test_a_guard_has_a_file_of_the_same_name_for_both_engines() -> None:
    """But what a server refuses by keys and rights of its own, and the functions that several triggers run."""
    sqlite, server = ({path.stem for path in (FOLDER / engine).glob("*.sql")} for engine in ("sqlite", "postgresql"))
    assert sqlite - server == SQLITE_ONLY
    assert server - sqlite == POSTGRESQL_ONLY


def test_guards_made_again_leave_nothing_of_what_was_there(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER transfer_moves")
            connection.exec_driver_sql("CREATE TRIGGER other AFTER DELETE ON action BEGIN SELECT 1; END")
        else:
            connection.exec_driver_sql("ALTER TABLE entry DISABLE TRIGGER ALL")
            connection.exec_driver_sql(
                "CREATE FUNCTION cofiville_other() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
            )
            connection.exec_driver_sql(
                "CREATE TRIGGER other AFTER DELETE ON action FOR EACH ROW EXECUTE FUNCTION cofiville_other()"
            )
        drop_guards(connection)
        make_guards(connection)
        there = {name for name in guards_found(connection) if name.startswith(GUARDS)}
        assert there == set(guards_wanted(engine.dialect.name))
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE entry ENABLE TRIGGER ALL")
        check_guards(connection)
