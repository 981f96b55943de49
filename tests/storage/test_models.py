"""The models say what the migrations make, and nothing else: compared both ways, as each engine gives tables back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url

from ledger.storage.base import Base
from ledger.storage.engine import open_engine
from ledger.storage.every_table import know_every_table
from ledger.storage.guards.check import guards_found
from ledger.storage.schema import CHECKS_AS_PRINTED
from tests.bases import execute

_CONSTRAINT = re.compile(r"CONSTRAINT (\w+) (.*?)(?=, ?\n|, \w+ [A-Z]+|\n\))", re.DOTALL)
_SERVER = """
SELECT table_name || '.' || column_name || ' default', column_default FROM information_schema.columns
 WHERE table_schema = 'public' AND column_default IS NOT NULL
UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'option ' || relname, array_to_string(reloptions, ', ') FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND reloptions IS NOT NULL"""


@pytest.fixture
def of_models(base: str, tmp_path: Path) -> Iterator[Engine]:
    """A base whose tables are made from the models."""
    know_every_table()
    url = make_url(base) if base.startswith("postgresql") else None
    if url is not None:
        execute(base, f"CREATE DATABASE {url.database}_models")
        address = url.set(database=f"{url.database}_models").render_as_string(hide_password=False)
    else:
        address = str(tmp_path / "modeles.db")
    engine = open_engine(address)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        if url is not None:
            connection.exec_driver_sql(CHECKS_AS_PRINTED)
    yield engine
    engine.dispose()
    if url is not None:
        execute(base, f"DROP DATABASE {url.database}_models WITH (FORCE)")


def described(connection: Connection) -> dict[str, str]:
    """Each table, column, default, constraint and index, in the words of the engine; columns in no order."""
    return dict(_of_file(connection) if connection.dialect.name == "sqlite" else _of_server(connection))


def _of_file(connection: Connection) -> Iterator[tuple[str, str]]:
    for row in connection.exec_driver_sql("PRAGMA table_list").mappings():
        name = row["name"]
        if row["schema"] != "main" or name.startswith("sqlite_") or name == "alembic_version":
            continue
        yield f"table {name}", f"rowid {1 - row['wr']}, strict {row['strict']}"
        for column in connection.exec_driver_sql(f"PRAGMA table_xinfo({name})").mappings():
            words = (column[part] for part in ("type", "notnull", "dflt_value", "pk"))
            yield f"column {name}.{column['name']}", " ".join(map(str, words))
    stored = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master WHERE sql <> ''").all()
    for kind, name, sql in stored:
        if kind == "index":
            yield f"index {name}", " ".join(sql.split())
        for constraint, words in _CONSTRAINT.findall(sql) if kind == "table" and name != "alembic_version" else ():
            yield f"constraint {name}.{constraint}", " ".join(words.split())


def _of_server(connection: Connection) -> Iterator[tuple[str, str]]:
    for name, text in guards_found(connection).items():
        kind, _, rest = name.partition(" ")
        if kind == "constraint" and not rest.startswith("alembic_version"):
            yield name, text
        elif kind == "table" and rest != "alembic_version":
            for column in text.split(", "):
                yield f"column {rest}.{column.split()[0]}", column
    yield from ((name, text) for name, text in connection.exec_driver_sql(_SERVER) if "alembic_version" not in name)


def differences(migrated: Engine, modelled: Engine) -> dict[str, dict[str, str | None]]:
    """What one has and the other has not, or has otherwise."""
    with migrated.connect() as one, modelled.connect() as other:
        made, said = described(one), described(other)
    assert len(made) > 1_000
    return {
        name: {"migrations": made.get(name), "models": said.get(name)}
        for name in sorted(made.keys() | said.keys())
        if made.get(name) != said.get(name)
    }


def test_models_and_migrations_make_the_same_tables(engine: Engine, of_models: Engine) -> None:
    wrong = differences(engine, of_models)
    assert wrong == {}, json.dumps(wrong, indent=1, ensure_ascii=False)
    for base, statement in (
        (engine, "ALTER TABLE action ADD COLUMN only_migrated TEXT DEFAULT 'x'"),
        (engine, "DROP INDEX ix_entry_effect_on"),
        (of_models, "ALTER TABLE titre ADD COLUMN only_modelled INTEGER"),
    ):
        with base.begin() as connection:
            connection.exec_driver_sql(statement)
    assert differences(engine, of_models).keys() >= {
        "column action.only_migrated",
        "index ix_entry_effect_on",
        "column titre.only_modelled",
    }
