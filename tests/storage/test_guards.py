"""Every guard of a base is known; one that is absent, altered or switched off is named, and nothing is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.storage.guards import KEPT, check_guards, missing_guards
from tests.guards import made_guards

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
        check_guards(connection)


@pytest.mark.sqlite
@pytest.mark.parametrize(("statement", "message"), SQLITE)
def test_a_guard_of_a_file_that_is_absent_or_altered_is_named(engine: Engine, statement: str, message: str) -> None:
    assert message in weaken(engine, statement)


@pytest.mark.parametrize(("statement", "message"), POSTGRESQL)
def test_a_guard_of_a_server_that_is_absent_or_switched_off_is_named(
    engine: Engine, statement: str, message: str
) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("about PostgreSQL")
    assert message in weaken(engine, statement)


def test_the_list_kept_is_that_of_the_guards_the_migrations_make(engine: Engine, tmp_path: Path) -> None:
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    if engine.dialect.name == "sqlite":
        made = made_guards(tmp_path / "gardes.db")
    else:
        made = made_guards(engine.url.render_as_string(hide_password=False))
    assert made == kept[engine.dialect.name], "run: python -m tests.guards"
