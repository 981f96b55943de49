"""docs/howto/migration.md, followed: its migration and its guards, written in folders of their own, then applied."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from ledger.storage.archive import VERIFIER
from ledger.storage.engine import open_engine
from ledger.storage.guards import check, files
from ledger.storage.schema import program_revision, resource
from tests.bases import ROOT
from tests.conftest import Typist
from tests.guards import made_tables
from tests.storage.test_migrations import empty, rows, tables

__all__ = ["empty"]
HOWTO = (ROOT / "docs" / "howto" / "migration.md").read_text(encoding="utf-8")
FAILING = '''"""Two things that cannot both be."""

from alembic import op

revision = "NNNN"
down_revision = "PPPP"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE half_done (code TEXT)")
    op.execute("UPDATE contract SET name = 'changed'")
    op.execute("CREATE UNIQUE INDEX one_a_financeur ON credit_line (financeur)")
'''
Write = Callable[[str], None]


def shown(language: str) -> list[str]:
    """The blocks of the page in this language."""
    return re.findall(rf"```{language}\n(.*?)```", HOWTO, re.DOTALL)


def forget() -> None:
    files.guards_wanted.cache_clear()
    check._wanted.cache_clear()


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Write a migration in a folder that the program reads instead of its own."""
    before = program_revision()
    numbers = {"PPPP": before, "NNNN": f"{int(before) + 1:04}"}
    migrations, guards = tmp_path / "resources" / "migrations", tmp_path / "guards"
    shutil.copytree(resource("migrations"), migrations, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "resources" / "docs").mkdir()
    shutil.copy(resource(f"docs/{VERIFIER}"), tmp_path / "resources" / "docs")
    shutil.copytree(files.FOLDER, guards, ignore=shutil.ignore_patterns("__pycache__", "*.py"))

    def write_migration(source: str) -> None:
        for placeholder, number in numbers.items():
            source = source.replace(placeholder, number)
        path = migrations / "versions" / f"{numbers['NNNN']}_visits.py"
        path.write_text(source, encoding="utf-8")
        monkeypatch.setattr("ledger.storage.schema.resource", lambda name: tmp_path / "resources" / name)
        monkeypatch.setattr(files, "FOLDER", guards)
        monkeypatch.setattr(check, "FOLDER", guards)
        forget()

    yield write_migration
    forget()


def content(engine: Engine) -> dict[str, list[dict[str, object]]]:
    """Every row of the base, and its revision."""
    with engine.connect() as connection:
        found = {table.name: rows(connection, table) for table in tables(connection)}
        found["alembic_version"] = [
            dict(row) for row in connection.execute(text("SELECT * FROM alembic_version")).mappings()
        ]
    return found


def refused(connection: Connection, statement: str) -> str:
    with pytest.raises(DBAPIError) as noted, connection.begin_nested():
        connection.exec_driver_sql(statement)
    return str(noted.value)


def test_the_migration_of_the_page_is_written_applied_and_guarded(
    cofiville: Typist, engine: Engine, empty: str, write: Write
) -> None:
    [migration], [of_files, of_servers] = shown("python"), shown("sql")
    before = content(engine)
    write(migration)
    for name, guard in (("sqlite", of_files), ("postgresql", of_servers)):
        assert f"ledger/storage/guards/{name}/visit_append_only.sql" in HOWTO
        (files.FOLDER / name / "visit_append_only.sql").write_text(guard, encoding="utf-8")
    made = made_tables(empty)
    check.kept_tables(engine.dialect.name).write_text(json.dumps(made), encoding="utf-8")
    forget()
    assert cofiville("exercice", "lister").code == 1
    raised = cofiville("--json", "base", "mettre-a-niveau").data
    assert (raised["avant"], raised["revision"]) == (f"{int(raised['revision']) - 1:04}", program_revision())
    assert cofiville("exercice", "ouvrir", 2016).code == 0
    assert cofiville("--json", "base", "controler").data["anomalies"] == []
    after = content(engine)
    assert after["visit"] == []
    assert before["credit_line"] == after["credit_line"]
    assert cofiville("porteur", "ajouter", "Ville", "--type", "commune", "--code", "P").code == 0
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO visit VALUES ('CV195', 'P', 1, '2016-03-01')")
        assert "append-only" in refused(connection, "UPDATE visit SET rank = 2")
        assert "append-only" in refused(connection, "DELETE FROM visit")
        assert refused(connection, "INSERT INTO visit VALUES ('CV195', 'P', 0, '2016-03-01')")


def test_a_migration_that_fails_leaves_the_base_as_it_was(cofiville: Typist, engine: Engine, write: Write) -> None:
    before = content(engine)
    write(FAILING)
    answer = cofiville("--json", "base", "mettre-a-niveau")
    assert (answer.code, answer.refusal["erreur"]) == (1, "base_non_mise_a_niveau")
    assert "restée comme elle était" in answer.refusal["remede"]
    assert content(engine) == before
    with engine.connect() as connection:
        assert check.missing_guards(connection) == []
    if engine.dialect.name == "sqlite":
        [copy] = Path(engine.url.database or "").parent.glob("*.version-*.db")
        assert str(copy) in answer.refusal["remede"]


@pytest.mark.sqlite
def test_the_copy_made_before_is_taken_back_by_the_command_that_is_said(
    cofiville: Typist, typed: Typist, engine: Engine, write: Write
) -> None:
    cofiville("exercice", "ouvrir", 2016)
    before = content(engine)
    write(shown("python")[0])
    raised = cofiville("base", "mettre-a-niveau")
    assert raised.code == 0
    cofiville("exercice", "ouvrir", 2017)
    [said] = re.findall(r"Pour la reprendre : cofiville (.*)", raised.out)
    answer = typed(*shlex.split(said))
    assert answer.code == 0, answer.err
    assert f"à la version {before['alembic_version'][0]['version_num']}" in answer.out
    assert content(engine) == before
    again = cofiville("base", "mettre-a-niveau")
    assert again.code == 0
    assert len(list(Path(engine.url.database or "").parent.glob("*.version-*.db"))) == 2


@pytest.mark.sqlite
def test_an_older_copy_that_is_spoilt_is_refused_and_the_base_kept(
    cofiville: Typist, engine: Engine, write: Write, tmp_path: Path
) -> None:
    write(shown("python")[0])
    copy = tmp_path / "copie.db"
    shutil.copy(engine.url.database or "", copy)
    spoilt = open_engine(copy)
    with spoilt.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("UPDATE credit_line SET financeur = 'NULLE-PART'")
    spoilt.dispose()
    before = content(engine)
    answer = cofiville("--json", "base", "restaurer", copy, "--oui")
    assert answer.code == 1
    assert "abîmée" in answer.refusal["probleme"]
    assert content(engine) == before
