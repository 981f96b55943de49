"""The archive of a contract: whole or not at all, verified without the program, without anything of a person."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from ledger.storage.archive import csv_bytes
from ledger.storage.base import Base
from ledger.storage.every_table import know_every_table
from tests.commands.conftest import notify
from tests.conftest import Answer, Typist
from tests.seals import verified, verifier


def archived(typist: Typist, folder: Path) -> Answer:
    return typist("--json", "base", "archiver", "CV195", folder, "--exercices-ouverts")


@pytest.fixture
def archive(in_2016: Typist, tmp_path: Path) -> Path:
    """The archive of a contract with an enveloppe and a person."""
    notify(in_2016, "Pièce « A », la première")
    in_2016("porteur", "ajouter", "Azur", "--code", "AZUR", "--type", "association")
    assert in_2016("porteur", "contact", "AZUR", "--nom", "Zoé Lambert").code == 0
    folder = tmp_path / "archive"
    assert archived(in_2016, folder).code == 0
    return folder


def contents(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / "sommaire.csv").read_text(encoding="utf-8"), newline="")))


def test_an_archive_holds_every_table_listed_with_its_digest(archive: Path, in_2016: Typist) -> None:
    know_every_table()
    listed = contents(archive)
    assert {row["table"] for row in listed} - {""} == set(Base.metadata.tables)
    assert all(row["contenu"] for row in listed)
    for row in listed:
        content = (archive / row["fichier"]).read_bytes()
        assert (str(len(content)), sha256(content).hexdigest()) == (row["octets"], row["sha256"])
        if row["table"]:
            rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
            assert len(rows) == int(row["lignes"]) + 1
    first = (archive / "LISEZMOI.txt").read_text(encoding="utf-8")
    seal = in_2016("--json", "base", "controler").data["sceau"]
    assert f"Sceau des écritures        1:{seal}" in first
    assert sha256((archive / "sommaire.csv").read_bytes()).hexdigest() in first
    assert archive.stat().st_mode & 0o077 == 0


def test_an_archive_verifies_itself_without_the_program(archive: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "verifier_sceau.py", "."],
        cwd=archive,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Intact : " in ran.stdout


def test_an_archive_says_of_a_person_a_digest_and_nothing_else(archive: Path) -> None:
    everything = b"".join(path.read_bytes() for path in archive.rglob("*") if path.is_file())
    assert b"Lambert" not in everything
    heading, row = (archive / "tables" / "personal_datum.csv").read_text(encoding="utf-8").splitlines()
    assert '"value_empreinte"' in heading
    assert '"salt"' not in heading
    assert row.startswith('"CV195","AZUR"')


def test_a_person_erased_after_an_archive_leaves_it_sound(
    archive: Path, in_2016: Typist, base: str, tmp_path: Path
) -> None:
    assert in_2016("porteur", "effacer-contact", "AZUR", "--oui").code == 0
    assert verified(archive) == []
    assert archived(in_2016, tmp_path / "après").code == 0
    assert verified(tmp_path / "après") == []


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        ("tables/entry.csv", "Pièce", "Piéce", "ecriture_alteree"),
        ("tables/transfer.csv", ",1000\r\n", ",1001\r\n", "ecriture_alteree"),
        ("tables/porteur.csv", '"Azur"', '"Azor"', "ligne_alteree"),
        ("tables/personal_datum.csv", '"CV195","AZUR"', '"CV195","AZOR"', "ligne_ajoutee"),
        ("tables/sealed_act.csv", '"CV195",1,', '"CV195",9,', "acte_manquant"),
        ("LISEZMOI.txt", "écritures        1:", "écritures        2:", "sceau_absent"),
        ("sommaire.csv", "Les porteurs", "Des porteurs", "fichier_altere"),
    ],
)
def test_what_is_changed_in_an_archive_is_found(archive: Path, file: str, old: str, new: str, found: str) -> None:
    changed = archive / file
    content = changed.read_bytes()
    assert old.encode() in content
    changed.write_bytes(content.replace(old.encode(), new.encode(), 1))
    codes = {code for code, _ in verified(archive)}
    assert found in codes
    if file.startswith("tables/"):
        assert "fichier_altere" in codes


def test_a_file_taken_away_or_added_is_found(archive: Path) -> None:
    (archive / "tables" / "avis.csv").unlink()
    (archive / "tables" / "autre.csv").write_bytes(b"")
    assert {("fichier_absent", "tables/avis.csv"), ("fichier_ajoute", "tables/autre.csv")} <= set(verified(archive))


def test_a_contract_with_open_years_is_archived_only_when_told(in_2016: Typist, tmp_path: Path) -> None:
    refused = in_2016("--json", "base", "archiver", "CV195", tmp_path / "archive")
    assert refused.code == 1
    assert refused.refusal["erreur"] == "exercices_ouverts"
    assert "2016" in refused.refusal["probleme"]
    assert not (tmp_path / "archive").exists()
    written = archived(in_2016, tmp_path / "archive").data
    assert written["exercices_ouverts"] == [2016]
    first = (tmp_path / "archive" / "LISEZMOI.txt").read_text(encoding="utf-8")
    assert "Exercices encore ouverts ce jour-là : 2016." in first


def test_an_archive_takes_the_place_of_nothing(in_2016: Typist, tmp_path: Path) -> None:
    full, file, link, empty = (tmp_path / name for name in ("plein", "fichier", "lien", "vide"))
    full.mkdir()
    (full / "à moi.txt").write_text("à moi", encoding="utf-8")
    file.write_text("à moi", encoding="utf-8")
    link.symlink_to(tmp_path / "ailleurs")
    for taken in (full, file, link):
        refused = archived(in_2016, taken)
        assert refused.code == 1
        assert refused.refusal["erreur"] == "fichier_existant"
    assert [path.name for path in full.iterdir()] == ["à moi.txt"]
    empty.mkdir()
    assert archived(in_2016, empty).code == 0
    assert verified(empty) == []


def test_nothing_is_left_of_an_archive_that_is_not_sound(in_2016: Typist, engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE financeur SET name = 'Autre' WHERE contract = 'CV195' AND code = 'CAF'"))
    refused = archived(in_2016, tmp_path / "archive")
    assert refused.code == 1
    assert refused.refusal["erreur"] == "archive_alteree"
    assert "financeur CV195 / CAF" in refused.refusal["probleme"]
    assert list(tmp_path.glob("*archive*")) == []


def test_a_disk_that_refuses_leaves_nothing(in_2016: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(Path, "write_bytes", full)
    refused = archived(in_2016, tmp_path / "archive")
    assert refused.code == 1
    assert "le disque est plein" in refused.refusal["probleme"]
    assert list(tmp_path.glob("*archive*")) == []


@pytest.mark.sqlite
def test_a_backup_comes_with_its_verifier_and_leaves_what_is_there(in_2016: Typist, tmp_path: Path) -> None:
    said = in_2016("base", "sauvegarder", tmp_path / "copie.db").out
    shipped = tmp_path / "verifier_sceau.py"
    assert "python3" in said
    ran = subprocess.run([sys.executable, "-I", shipped, tmp_path / "copie.db"], capture_output=True, check=False)
    assert ran.returncode == 0
    shipped.write_text("print('à moi')", encoding="utf-8")
    assert in_2016("base", "sauvegarder", tmp_path / "autre.db").code == 0
    assert shipped.read_text(encoding="utf-8") == "print('à moi')"


def test_a_csv_is_read_back_exactly() -> None:
    rows: list[list[Any]] = [
        ["a", "b"],
        [None, ""],
        ["«\r\n»", 12],
        ['dit "oui", non', -3],
        [b"\x00\xff", "0x12"],
        ["12", None],
    ]
    assert verifier().read_csv(csv_bytes(rows).decode("utf-8")) == rows
