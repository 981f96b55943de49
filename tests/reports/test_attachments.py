"""Files filed with objects: kept whole, sealed by their digest, exported with an archive, erased for good."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.conftest import Typist

PDF = b"%PDF-1.4 convention sign\xc3\xa9e " + bytes(range(256)) * 20


@pytest.mark.sqlite
def test_a_file_is_kept_whole_listed_archived_and_erased_but_for_its_digest(in_2016: Typist, tmp_path: Path) -> None:
    tool = in_2016
    signed, rib = tmp_path / "convention.pdf", tmp_path / "rib.pdf"
    signed.write_bytes(PDF)
    rib.write_bytes(b"FR76 3000 1007 9412 3456 7890 185")
    assert tool("porteur", "ajouter", "Ateliers", "--type", "association", "--code", "ATELIERS").code == 0
    add = ("--json", "piece", "ajouter", "ATELIERS")
    first = tool(*add, str(signed), "--genre", "convention_signee").data
    assert (first["numero"], first["octets"], first["deja_deposee"]) == (1, len(PDF), False)
    assert tool(*add, str(signed), "--genre", "convention_signee", "--encore").data["deja_deposee"] is True
    tool(*add, str(rib), "--genre", "rib")
    assert [(each["numero"], each["personnelle"]) for each in tool("--json", "piece", "lister", "ATELIERS").data] == [
        (1, False),
        (2, True),
    ]
    back = tmp_path / "retour.pdf"
    assert tool("piece", "extraire", "ateliers", "1", str(back)).code == 0
    assert back.read_bytes() == PDF

    archive = tmp_path / "archive"
    archived = tool("base", "archiver", "CV195", str(archive), "--exercices-ouverts")
    assert archived.code == 0, archived.err
    assert [each.read_bytes() for each in (archive / "pieces").iterdir()] == [PDF]

    assert tool("piece", "effacer", "ATELIERS", "2", "--motif", "RIB d'une personne", "--oui").code == 0
    assert "effacée" in tool("piece", "extraire", "ATELIERS", "2", str(tmp_path / "non.pdf")).err
    erased = tool("--json", "piece", "lister", "ATELIERS").data[1]
    assert (erased["fichier"], erased["effacee"], len(erased["sha256"])) == (None, "RIB d'une personne", 64)
    assert tool("base", "controler").code == 0


@pytest.mark.sqlite
def test_a_file_too_big_of_no_kind_or_altered_is_refused(in_2016: Typist, tmp_path: Path) -> None:
    tool = in_2016
    assert tool("porteur", "ajouter", "Ateliers", "--type", "association", "--code", "ATELIERS").code == 0
    big = tmp_path / "gros.pdf"
    big.write_bytes(b"0" * 10_000_001)
    for kind, said in (("rib", "pèse 10,0 Mo ; une pièce en pèse 10 au plus"), ("photo", "n'est pas un genre")):
        refused = tool("piece", "ajouter", "ATELIERS", str(big), "--genre", kind)
        assert refused.code == 1
        assert said in " ".join(refused.err.split())
    small = tmp_path / "statuts.pdf"
    small.write_bytes(PDF)
    assert tool("piece", "ajouter", "ATELIERS", str(small), "--genre", "statuts").code == 0
    assert sorted(path.name for path in tmp_path.glob("*.db"))
    with sqlite3.connect(next(tmp_path.glob("*.db"))) as base:
        base.execute("UPDATE attached_file SET content = 'eJwDAAAAAAE='")
    base.close()
    assert "n'est plus celle de son empreinte" in " ".join(
        tool("piece", "extraire", "ATELIERS", "1", str(tmp_path / "copie.pdf")).err.split()
    )
    assert "piece_alteree" in tool("--json", "base", "controler").out
