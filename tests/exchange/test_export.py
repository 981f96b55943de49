"""Exports: the same bytes for the same book, live totals with their value, nothing to change on the way back."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.conftest import Typist
from tests.exchange.books import programme_book, takeover_book

SUBJECTS = ("programmation", "tableau", "conventions", "consommation", "cloture", "referentiel")


@pytest.fixture
def book(cofiville: Typist, tmp_path: Path) -> Typist:
    """Type commands on a base with a small year under way."""
    cofiville("exercice", "ouvrir", 2016)
    answer = cofiville("reprise", takeover_book(tmp_path / "reprise.xlsx"), "--le", "2016-03-04")
    assert answer.code == 0, answer.out
    return cofiville


def exported(typist: Typist, subject: str, path: Path) -> Path:
    answer = typist("excel", "exporter", subject, 2016, path, "--le", "2016-12-31")
    assert answer.code == 0, answer.err
    return path


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_same_book_gives_the_same_bytes(book: Typist, tmp_path: Path, subject: str) -> None:
    first, second = (exported(book, subject, tmp_path / name) for name in ("a.xlsx", "b.xlsx"))
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_an_export_that_comes_back_changes_nothing(book: Typist, tmp_path: Path, subject: str) -> None:
    path = exported(book, subject, tmp_path / "a.xlsx")
    found = book("--json", "excel", "importer", path)
    if subject in ("consommation",):
        assert [problem["code"] for problem in found.data["problemes"] if problem["niveau"] == "erreur"] == [
            "feuille_absente"
        ]
        return
    assert found.code == 0, found.out
    assert found.data["ecrit"] is False
    assert all(sheet["nouvelles"] == sheet["modifiees"] == 0 for sheet in found.data["feuilles"])
    assert not [problem for problem in found.data["problemes"] if problem["niveau"] != "information"]


def test_the_tableau_shows_each_line_asked_granted_paid_with_its_totals_and_its_example(
    book: Typist, tmp_path: Path
) -> None:
    path = exported(book, "programmation", tmp_path / "a.xlsx")
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Tableau 2016").to_python(skip_empty_area=False)
    header = next(index for index, row in enumerate(rows) if row[0] == "N°")
    groups, titles, action = rows[header - 1], rows[header], rows[header + 1]
    totals = rows[header - 2]
    place = groups.index("État : Politique de la ville - actions")
    assert titles[place : place + 4] == ["Demandé", "Proposé", "Accordé", "Versé"]
    assert action[place : place + 4] == [4000, "", 4000, 1500]
    assert totals[place : place + 4] == [4000, 0, 4000, 1500]
    everything = groups.index("Ensemble")
    assert action[everything : everything + 4] == [8000, 0, 7000, 2500]
    own = groups.index("Fonds propres du porteur")
    assert (titles[own], action[own]) == ("Fonds propres", 2000)
    assert (action[titles.index("Acompte")], action[titles.index("Solde")]) == (2500, 0)
    assert action[titles.index("Exemple")] == "oui"
    with zipfile.ZipFile(path) as archive:
        assert "SUBTOTAL(109" in archive.read("xl/worksheets/sheet1.xml").decode()


def test_text_that_looks_like_a_formula_stays_text(cofiville: Typist, tmp_path: Path) -> None:
    cofiville("exercice", "ouvrir", 2016)
    assert cofiville("porteur", "ajouter", "=1+1 (exemple)", "--type", "association", "--code", "P-1").code == 0
    path = exported(cofiville, "referentiel", tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as archive:
        assert "<f>1+1" not in archive.read("xl/worksheets/sheet1.xml").decode()
        assert "=1+1 (exemple)" in archive.read("xl/sharedStrings.xml").decode()


def test_two_workbooks_are_compared_value_by_value(typed: Typist, tmp_path: Path) -> None:
    before = programme_book(tmp_path / "a.xlsx")
    porteur = {"code": "CCAS-X", "name": "CCAS de Y (exemple)", "kind": "ccas"}
    other = {"code": "P-2", "name": "Autre (exemple)", "kind": "association"}
    after = programme_book(tmp_path / "b.xlsx", Porteurs=(porteur, other))
    assert typed("--json", "excel", "comparer", before, before).data == []
    assert typed("--json", "excel", "comparer", before, after).data == [
        {
            "feuille": "Porteurs",
            "cle": "CCAS-X",
            "colonne": "Nom",
            "avant": "CCAS de X (exemple)",
            "apres": "CCAS de Y (exemple)",
        },
        {"feuille": "Porteurs", "cle": "P-2", "colonne": "(ligne)", "avant": "absente", "apres": "présente"},
    ]


def test_what_is_not_exported_and_where_it_cannot_be_written_are_refused(cofiville: Typist, tmp_path: Path) -> None:
    cofiville("exercice", "ouvrir", 2016)
    unknown = cofiville("--json", "excel", "exporter", "tout", 2016, tmp_path / "a.xlsx")
    assert (unknown.code, unknown.refusal["erreur"]) == (1, "export_inconnu")
    nowhere = cofiville("--json", "excel", "exporter", "referentiel", 2016, tmp_path / "absent" / "a.xlsx")
    assert (nowhere.code, nowhere.refusal["erreur"]) == (1, "fichier_refuse")
