"""A base moved to a file or a server and back is the same, seals included; refused or interrupted, nothing is left."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect
from sqlalchemy.engine import make_url

from ledger.storage.base import Base
from ledger.storage.engine import open_engine
from ledger.storage.every_table import know_every_table
from ledger.storage.guards.check import missing_guards
from tests.bases import database, execute
from tests.commands.conftest import notify
from tests.conftest import Lived, Typist


@pytest.fixture
def empty(base: str, tmp_path: Path) -> Iterator[str]:
    """The address of a base of the same engine, where there is nothing yet."""
    if "://" not in base:
        yield str(tmp_path / "neuve.db")
        return
    name = f"{make_url(base).database}_neuve"
    execute(base, f"CREATE DATABASE {name}")
    yield database(base, name)
    execute(base, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def lived_in(in_2016: Typist, brought: Lived) -> Typist:
    """A base with a reversal, a closed year and a year that follows."""

    @brought
    def live() -> None:
        notify(in_2016, "A")
        notify(in_2016, "B")
        assert in_2016("journal", "annuler", 1, "--motif", "Deux fois", "--le", "2016-03-01", "--oui").code == 0
        assert in_2016("porteur", "ajouter", "Association Élan", "--type", "association").code == 0
        closed = in_2016("cloture", "executer", 2016, "--le", "2017-01-31", "--oui")
        assert closed.code == 0, closed.err

    return in_2016


def test_a_base_moved_there_and_back_is_the_same(
    lived_in: Typist, typed: Typist, base: str, empty: str, tmp_path: Path
) -> None:
    between = str(tmp_path / "entre.db")
    for source, destination in ((base, between), (between, empty)):
        moved = typed("--json", "base", "migrer", source, destination)
        assert moved.code == 0, moved.err
    assert moved.data["livres"] == lived_in("--json", "base", "controler").data["livres"]
    assert typed("--base", empty, "base", "controler").code == 0
    for words in (("journal", "lister"), ("journal", "balance"), ("exercice", "lister"), ("porteur", "lister")):
        assert typed("--base", empty, "--json", *words).out == lived_in("--json", *words).out
    assert typed("--base", empty, "enveloppe", "notifier", "ETAT-PDV-DRE", 2016, 1, "--piece", "C").code == 1
    engine = open_engine(empty)
    with engine.connect() as connection:
        assert missing_guards(connection) == []
    engine.dispose()


def test_a_base_interrupted_on_its_way_leaves_nothing(
    lived_in: Typist, typed: Typist, base: str, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("ledger.commands.storage.moving._compare", interrupt)
        assert typed("base", "migrer", base, empty).code == 1
    if "://" not in base:
        assert not list(Path(empty).parent.glob("neuve*"))
    else:
        engine = open_engine(empty)
        assert inspect(engine).get_table_names() == []
        engine.dispose()
    assert typed("base", "migrer", base, empty).code == 0


def test_a_row_that_differs_once_copied_is_found(
    lived_in: Typist, typed: Typist, base: str, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.journal.moving.close_days", lambda *_: None)
    answer = typed("base", "migrer", base, empty)
    assert answer.code == 1
    assert answer.err.startswith("La table exercice n'est pas la même une fois recopiée.")


def test_a_base_is_never_moved_onto_another(lived_in: Typist, typed: Typist, base: str) -> None:
    assert "existe déjà" in typed("base", "migrer", base, base).err


@pytest.mark.sqlite
def test_a_book_with_anomalies_is_not_moved(lived_in: Typist, typed: Typist, base: str, empty: str) -> None:
    with closing(sqlite3.connect(base, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entry_no_update")
        connection.execute("UPDATE entry SET label = 'autre' WHERE sequence = 2")
    answer = typed("base", "migrer", base, empty)
    assert answer.code == 1
    assert answer.err.startswith("Le livre à migrer a 1 anomalie(s) : écriture 2")


@pytest.mark.sqlite
def test_a_base_without_all_its_guards_finds_them_again_by_moving(
    lived_in: Typist, typed: Typist, base: str, empty: str
) -> None:
    with closing(sqlite3.connect(base, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entry_no_update")
    assert typed("base", "migrer", base, empty).code == 0
    assert typed("--base", base, "exercice", "ouvrir", 2020).code == 1
    assert typed("--base", empty, "exercice", "ouvrir", 2020).code == 0


def test_no_table_of_a_base_is_unknown_to_what_moves_it(engine: Engine) -> None:
    know_every_table()
    assert set(inspect(engine).get_table_names()) - {"alembic_version"} == set(Base.metadata.tables)
