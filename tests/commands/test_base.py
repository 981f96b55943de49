"""The base itself: made, checked, copied, put back; and every way it can be unusable."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from ledger.storage.schema import HEAD
from tests.conftest import Typist

GENESIS = "0" * 64


def _notify(typist: Typist, piece: str) -> None:
    line = ("enveloppe", "notifier", "ETAT-PDV-DRE", 2016, 10, "--piece", piece, "--le", "2016-02-01")
    assert typist(*line).code == 0


def _execute(base: str, *statements: str, given: tuple[str, ...] = ()) -> None:
    with closing(sqlite3.connect(base)) as connection:
        for statement in statements:
            connection.execute(statement, given)
        connection.commit()


def test_a_base_is_made_with_or_without_its_facts(typed: Typist, tmp_path: Path) -> None:
    path = tmp_path / "vide.db"
    made = typed("--base", path, "--json", "base", "creer", "--sans-referentiel")
    assert made.data == {"base": str(path), "revision": HEAD}
    assert typed("--base", path, "--json", "ligne", "lister").data == []
    assert typed("--base", path, "--json", "exercice", "ouvrir", 2016).code == 0


def test_a_made_base_holds_the_facts_and_the_rules_of_both_contracts(cofiville: Typist) -> None:
    assert len(cofiville("--json", "ligne", "lister").data) == 25
    rules = [cofiville("--json", "--contrat", contract, "regle", "lister").data for contract in ("CV193", "CV195")]
    assert rules[0] == rules[1] != []


def test_a_base_is_never_made_twice(cofiville: Typist, base: str) -> None:
    answer = cofiville("base", "creer")
    assert (answer.code, answer.err) == (
        1,
        f"La base {base} existe déjà.\n→ Donnez une autre adresse : --base ADRESSE.\n",
    )


def test_a_base_that_cannot_be_made_leaves_nothing(
    typed: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ledger.referential.seed.load_referential", interrupt)
    assert typed("--base", tmp_path / "essai.db", "base", "creer").code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_sound_base_is_told_with_its_seal(in_2016: Typist) -> None:
    _notify(in_2016, "A")
    answer = in_2016("--json", "base", "controler")
    assert answer.code == 0
    assert (answer.data["anomalies"], answer.data["ecritures"]) == ([], 1)
    assert len(answer.data["sceau"]) == 64
    assert answer.data["livres"][1] == {"contrat": "CV193", "ecritures": 0, "sceau": GENESIS}


def test_a_base_that_was_tampered_with_is_found_out(in_2016: Typist, base: str) -> None:
    _notify(in_2016, "A")
    _execute(base, "DROP TRIGGER entry_no_update", "UPDATE entry SET label = 'Autre chose'")
    answer = in_2016("--json", "base", "controler")
    assert answer.code == 1
    assert "écriture 1" in {finding["objet"] for finding in answer.data["anomalies"]}


def test_a_backup_is_verified_and_put_back(in_2016: Typist, base: str, tmp_path: Path) -> None:
    _notify(in_2016, "A")
    copy = tmp_path / "copie.db"
    saved = in_2016("--json", "base", "sauvegarder", copy)
    assert (saved.code, saved.data["fichier"], saved.data["ecritures"]) == (0, str(copy), 1)
    _notify(in_2016, "B")
    refused = in_2016("base", "restaurer", copy)
    assert refused.code == 2
    assert "elle tient 2 écritures" in refused.err
    restored = in_2016("--json", "base", "restaurer", copy, "--oui")
    assert (restored.code, restored.data["sceau"]) == (0, saved.data["sceau"])
    assert in_2016("--json", "base", "controler").data["ecritures"] == 1


def test_a_backup_makes_a_new_base(typed: Typist, in_2016: Typist, tmp_path: Path) -> None:
    _notify(in_2016, "A")
    in_2016("base", "sauvegarder", tmp_path / "copie.db")
    assert typed("--base", tmp_path / "neuve.db", "--json", "base", "restaurer", tmp_path / "copie.db").code == 0
    assert typed("--base", tmp_path / "neuve.db", "--json", "base", "controler").data["ecritures"] == 1


def test_a_backup_never_overwrites_a_file(in_2016: Typist, tmp_path: Path) -> None:
    (tmp_path / "deja.db").write_text("notes")
    assert "existe déjà" in in_2016("base", "sauvegarder", tmp_path / "deja.db").err
    assert (tmp_path / "deja.db").read_text() == "notes"


@pytest.mark.parametrize("content", [b"", b"<html></html>", b"SQLite format 3\x00 truncated"])
def test_what_is_no_backup_is_refused_and_the_base_kept(in_2016: Typist, tmp_path: Path, content: bytes) -> None:
    _notify(in_2016, "A")
    (tmp_path / "faux.db").write_bytes(content)
    answer = in_2016("--json", "base", "restaurer", tmp_path / "faux.db", "--oui")
    assert answer.code == 1
    assert answer.refusal["remede"]
    assert in_2016("--json", "base", "controler").data["ecritures"] == 1


def test_a_missing_backup_is_told(in_2016: Typist, tmp_path: Path) -> None:
    assert "n'existe pas" in in_2016("base", "restaurer", tmp_path / "absente.db", "--oui").err


def test_a_base_already_up_to_date_stays_as_it_is(cofiville: Typist) -> None:
    assert cofiville("--json", "base", "mettre-a-niveau").data["copie"] is None


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
    _execute(tmp_path / "autre.db", "CREATE TABLE notes (texte TEXT)")
    answer = typed("--base", tmp_path / "autre.db", "exercice", "lister")
    assert answer.err.startswith("Cette base n'est pas une base Cofiville.")


@pytest.mark.parametrize(("found", "remedy"), [("0001", "base mettre-a-niveau"), ("9999", "dernière version")])
def test_a_base_at_another_version_is_told(in_2016: Typist, base: str, found: str, remedy: str) -> None:
    _execute(base, "UPDATE alembic_version SET version_num = ?", given=(found,))
    answer = in_2016("exercice", "lister")
    assert answer.code == 1
    assert f"Cette base est à la version {found}" in answer.err
    assert remedy in answer.err


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
