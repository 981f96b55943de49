"""An embedded base: a file that may be missing, foreign, busy or read-only."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from ledger.commands.declaring.troubles import in_french
from ledger.storage.engine import DatabaseUnavailable, open_engine
from ledger.storage.schema import program_revision, upgrade
from tests.bases import ROOT, clean_environment
from tests.commands.conftest import notify
from tests.conftest import Typist
from tests.storage.test_migrations import make_older

pytestmark = pytest.mark.sqlite


def test_a_base_is_made_with_or_without_its_facts(typed: Typist, tmp_path: Path) -> None:
    path = tmp_path / "vide.db"
    made = typed("--base", path, "--json", "base", "creer", "--sans-referentiel")
    assert made.data == {"base": str(path), "revision": program_revision()}
    assert typed("--base", path, "--json", "ligne", "lister").data == []
    assert typed("--base", path, "--json", "exercice", "ouvrir", 2016).code == 0


def test_a_base_that_cannot_be_made_leaves_nothing(
    typed: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ledger.referential.seed.load_referential", interrupt)
    assert typed("--base", tmp_path / "essai.db", "base", "creer").code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_base_whose_making_was_cut_short_is_told_then_finished(typed: Typist, tmp_path: Path) -> None:
    path = tmp_path / "moitié.db"
    upgrade(open_engine(path))
    (tmp_path / "vide.db").touch()
    answer = typed("--base", path, "exercice", "lister")
    assert answer.err.splitlines() == [
        f"La création de la base {path} a été interrompue : elle n'a aucun contrat.",
        f"→ Finissez-la : cofiville --base {path} base creer",
    ]
    for name in ("moitié.db", "vide.db"):
        assert typed("--base", tmp_path / name, "base", "creer").code == 0
        assert typed("--base", tmp_path / name, "base", "creer").code == 1
        assert typed("--base", tmp_path / name, "--json", "base", "controler").data["anomalies"] == []


@pytest.mark.skipif(sys.platform == "win32", reason="rights are those of the folder there")
def test_a_base_and_its_copies_are_read_by_their_owner_alone(typed: Typist, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        typed("--base", tmp_path / "a.db", "base", "creer")
        typed("--base", tmp_path / "a.db", "base", "sauvegarder", tmp_path / "b.db")
        typed("--base", tmp_path / "c.db", "base", "restaurer", tmp_path / "b.db")
        typed("base", "migrer", tmp_path / "a.db", tmp_path / "d.db")
    finally:
        os.umask(before)
    found = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.glob("*.db")}
    assert found == {"a.db": 0o600, "b.db": 0o600, "c.db": 0o600, "d.db": 0o600}


def test_six_who_make_one_base_make_it_once(tmp_path: Path) -> None:
    words = [sys.executable, str(ROOT / "cli.py"), "--base", str(tmp_path / "a.db"), "base", "creer"]
    at_work = [subprocess.Popen(words, stderr=subprocess.PIPE, env=clean_environment(), text=True) for _ in range(6)]
    said = [each.communicate(timeout=120)[1] for each in at_work]
    assert sorted(each.returncode for each in at_work) == [0, 1, 1, 1, 1, 1]
    assert sum("existe déjà" in each for each in said) == 5
    assert [each.name for each in tmp_path.iterdir()] == ["a.db"]


def test_a_backup_makes_a_new_base(typed: Typist, in_2016: Typist, tmp_path: Path) -> None:
    notify(in_2016, "A")
    in_2016("base", "sauvegarder", tmp_path / "copie.db")
    assert typed("--base", tmp_path / "neuve.db", "--json", "base", "restaurer", tmp_path / "copie.db").code == 0
    assert typed("--base", tmp_path / "neuve.db", "--json", "base", "controler").data["ecritures"] == 1


@pytest.mark.parametrize("content", [b"", b"<html></html>", b"SQLite format 3\x00 truncated"])
def test_what_is_no_backup_is_refused_and_the_base_kept(in_2016: Typist, tmp_path: Path, content: bytes) -> None:
    notify(in_2016, "A")
    (tmp_path / "faux.db").write_bytes(content)
    answer = in_2016("--json", "base", "restaurer", tmp_path / "faux.db", "--oui")
    assert answer.code == 1
    assert answer.refusal["remede"]
    assert in_2016("--json", "base", "controler").data["ecritures"] == 1


def test_a_missing_backup_is_told(in_2016: Typist, tmp_path: Path) -> None:
    assert "n'existe pas" in in_2016("base", "restaurer", tmp_path / "absente.db", "--oui").err


def test_a_missing_base_is_told_with_the_way_to_make_it(typed: Typist, tmp_path: Path) -> None:
    answer = typed("--base", tmp_path / "absente.db", "exercice", "lister")
    assert answer.code == 1
    assert answer.err.splitlines() == [
        f"La base {tmp_path}/absente.db n'existe pas.",
        f"→ Créez-la : cofiville --base {tmp_path}/absente.db base creer",
    ]
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_base_is_told(typed: Typist, tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("ceci n'est pas une base, mais un texte assez long pour en avoir l'air" * 20)
    answer = typed("--base", tmp_path / "notes.db", "exercice", "lister")
    assert answer.err.startswith("Ce fichier n'est pas une base Cofiville.")
    assert answer.code == 1


def test_a_database_of_another_program_is_told(typed: Typist, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "autre.db")) as connection:
        connection.execute("CREATE TABLE notes (texte TEXT)")
    answer = typed("--base", tmp_path / "autre.db", "exercice", "lister")
    assert answer.err.startswith("Cette base n'est pas une base Cofiville.")


def test_a_base_somebody_writes_in_is_busy(in_2016: Typist, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.storage.engine._BUSY_MILLISECONDS", 50)
    with closing(sqlite3.connect(base, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = in_2016("exercice", "ouvrir", 2018)
    assert answer.code == 1
    assert answer.err.startswith("La base est occupée par quelqu'un d'autre : rien n'a été écrit.")


def test_a_read_only_base_is_read_and_refuses_to_be_written(in_2016: Typist) -> None:
    def forbid(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA query_only=ON")

    event.listen(Engine, "connect", forbid)
    try:
        answer = in_2016("exercice", "ouvrir", 2018)
        listed = in_2016("--json", "exercice", "lister").data
    finally:
        event.remove(Engine, "connect", forbid)
    assert answer.code == 1
    assert answer.err.startswith("La base est en lecture seule : rien n'a été écrit.")
    assert [row["exercice"] for row in listed] == [2016]


def test_another_kind_of_server_is_refused(typed: Typist) -> None:
    assert "ne sont pas prises en charge" in typed("--base", "mysql://hote/base", "exercice", "lister").err


def test_a_server_that_does_not_answer_is_told_without_its_password(typed: Typist) -> None:
    answer = typed("--base", "postgresql://anne:secret@127.0.0.1:1/contrat", "exercice", "lister")
    assert answer.code == 1
    assert answer.err.startswith("Le serveur de base de données ne répond pas.")
    assert "secret" not in answer.err


def test_a_server_whose_name_means_nothing_is_told_so() -> None:
    said = Exception("failed to resolve host 'serveur': [Errno -2] Name or service not known")
    with pytest.raises(DatabaseUnavailable, match="ne répond pas"), in_french("postgresql://serveur/contrat"):
        raise OperationalError(None, None, said)


def test_an_older_base_is_copied_then_brought_up_to_date(typed: Typist, tmp_path: Path) -> None:
    path = tmp_path / "ancienne.db"
    make_older(open_engine(path))
    answer = typed("--base", path, "--json", "base", "mettre-a-niveau")
    assert answer.data == {
        "base": str(path),
        "avant": "0023",
        "revision": program_revision(),
        "copie": str(tmp_path / "ancienne.version-0023.db"),
        "actes_sans_ecriture": 0,
        "anomalies_gardees": 0,
    }
    assert (tmp_path / "ancienne.version-0023.db").exists()
    assert typed("--base", path, "--json", "base", "mettre-a-niveau").data["avant"] == program_revision()


def test_a_backup_that_fails_leaves_no_file(in_2016: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_settings: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ledger.commands.storage.backup.inspect", fail)
    assert in_2016("base", "sauvegarder", tmp_path / "copie.db").code == 1
    assert not (tmp_path / "copie.db").exists()


def test_a_missing_driver_is_told(typed: Typist, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    answer = typed("--base", "postgresql://hote/base", "exercice", "lister")
    assert answer.err.startswith("Le pilote de PostgreSQL n'est pas installé.")
