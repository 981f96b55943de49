"""Every imported value remembers its file, its sheet and its cell; the last file that brought it is the one told."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from tests.conftest import Typist
from tests.exchange.books import HEADER, ROW, book, programme_book, programme_rows, takeover_book


def origin(cofiville: Typist, *words: str | int) -> list[dict[str, str]]:
    answer = cofiville("--json", *words, "--origine")
    assert answer.code == 0, answer.err
    rows: list[dict[str, str]] = answer.data["origine"]
    return rows


def test_an_action_tells_the_cell_of_each_of_its_values(cofiville: Typist, tmp_path: Path) -> None:
    cofiville("exercice", "ouvrir", 2016)
    path = programme_book(tmp_path / "p.xlsx")
    assert cofiville("excel", "importer", path).code == 0
    rows = origin(cofiville, "action", "montrer", "2016-001")
    [title] = [row for row in rows if (row["feuille"], row["colonne"]) == ("Programmation", "Intitulé")]
    assert (title["cellule"], title["fichier"], title["cle"]) == ("E7", "p.xlsx", "2016-001")
    assert title["sha256"] == sha256(path.read_bytes()).hexdigest()
    assert {row["cle"] for row in rows if row["feuille"] == "Financements"} == {
        "2016-001 · CAPH-PDV",
        "2016-001 · ETAT-PDV-ACTIONS",
        "2016-001 · PORTEUR-FONDS-PROPRES",
    }


def test_a_value_corrected_by_a_second_file_comes_from_it_and_the_others_from_the_first(
    cofiville: Typist, tmp_path: Path
) -> None:
    cofiville("exercice", "ouvrir", 2016)
    action = dict(programme_rows()["Programmation"][0]) | {"title": "Titre corrigé"}
    for path in (programme_book(tmp_path / "p.xlsx"), programme_book(tmp_path / "q.xlsx", Programmation=(action,))):
        assert cofiville("excel", "importer", path).code == 0
    rows = origin(cofiville, "action", "montrer", "2016-001")
    files = {row["colonne"]: row["fichier"] for row in rows if row["feuille"] == "Programmation"}
    assert files["Intitulé"] == "q.xlsx"
    assert set(files.values()) == {"p.xlsx", "q.xlsx"}
    assert {file for title, file in files.items() if title != "Intitulé"} == {"p.xlsx"}


def test_porteurs_conventions_payments_and_enveloppes_tell_theirs(cofiville: Typist, tmp_path: Path) -> None:
    cofiville("exercice", "ouvrir", 2016)
    assert cofiville("reprise", takeover_book(tmp_path / "r.xlsx"), "--le", "2016-03-04").code == 0
    assert {row["feuille"] for row in origin(cofiville, "porteur", "montrer", "CCAS-X")} == {"Porteurs"}
    convention = origin(cofiville, "convention", "montrer", "C-ETAT")
    assert {row["feuille"] for row in convention} == {"Conventions", "Versements"}
    enveloppe = origin(cofiville, "enveloppe", "montrer", "CAPH-PDV", 2016)
    assert [row["cellule"] for row in enveloppe if row["colonne"] == "Montant"] == ["D8"]
    said = cofiville("enveloppe", "montrer", "CAPH-PDV", 2016, "--origine")
    assert "r.xlsx" in said.out


def test_what_was_typed_comes_from_no_file(cofiville: Typist, tmp_path: Path) -> None:
    cofiville("exercice", "ouvrir", 2016)
    cofiville("porteur", "ajouter", "CCAS de Y (exemple)", "--type", "ccas", "--code", "CCAS-Y")
    assert origin(cofiville, "porteur", "montrer", "CCAS-Y") == []
    cofiville("excel", "importer", book(tmp_path / "e.xlsx", {"Enveloppes": [HEADER, ROW]}))
    assert origin(cofiville, "enveloppe", "montrer", "ETAT-PDV-DRE", 2017) == []
