"""Avis typed, answered for, filled in a workbook; letters written all or none; answers followed."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from tests.conftest import Lived, Typist

PLAN = ("ETAT-PDV-ACTIONS=3000", "CAF-DROIT-COMMUN=600", "PORTEUR-FONDS-PROPRES=400")


class Terminal(io.StringIO):
    """Somebody who answers."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def desk(cofiville: Typist, brought: Lived) -> Typist:
    """A base with two porteurs, an action each."""

    @brought
    def live() -> None:
        cofiville("exercice", "ouvrir", 2016)
        for code in ("CCAS", "VILLE"):
            cofiville("porteur", "ajouter", f"{code} de Denain", "--type", "ccas", "--code", code)
            plan = [word for line in PLAN for word in ("--financement", line)]
            named = ("--intitule", f"Atelier {code}", "--porteur", code, "--cout", 4000, "--le", "2016-01-08")
            assert cofiville("action", "saisir", 2016, *named, *plan).code == 0

    return cofiville


def test_an_avis_is_typed_listed_and_awaited(desk: Typist) -> None:
    said = ("--avis", "favorable", "--montant", 2500, "--le", "2016-02-05")
    row = desk("--json", "avis", "saisir", "2016-001", "ETAT", *said).data
    assert row == {
        "action": "2016-001",
        "service": "ETAT",
        "avis": "favorable",
        "ligne": "ETAT-PDV-ACTIONS",
        "montant": "2500.00",
        "texte": "",
        "le": "2016-02-05",
    }
    assert desk("--json", "avis", "lister", 2016).data == [row]
    assert desk("--json", "avis", "lister", 2016, "--action", "2016-002").data == []
    awaited = desk("--json", "avis", "attendus", 2016).data
    assert [(each["action"], each["service"]) for each in awaited] == [
        ("2016-001", "CAF"),
        ("2016-002", "CAF"),
        ("2016-002", "ETAT"),
    ]


def test_what_is_missing_of_an_avis_is_asked(desk: Typist, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = ("ETAT", "peut-être", "réserves", "2500", "Préciser le public")
    monkeypatch.setattr("sys.stdin", Terminal("".join(f"{each}\n" for each in answers)))
    typed = desk("avis", "saisir", "2016-001")
    assert (typed.code, "« peut-être » n'est pas un avis" in typed.err) == (0, True)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    [row] = desk("--json", "avis", "lister", 2016).data
    assert (row["avis"], row["montant"], row["texte"]) == ("favorable avec réserves", "2500.00", "Préciser le public")


def test_the_workbook_comes_with_its_rows_and_is_read_back(desk: Typist, tmp_path: Path) -> None:
    path = tmp_path / "avis.xlsx"
    assert desk("excel", "exporter", "avis", 2016, path).code == 0
    workbook = load_workbook(path)
    sheet = workbook["Avis"]
    head = next(row for row in sheet.iter_rows() if row[0].value == "N° action")
    columns = {cell.value: cell.column for cell in head}
    rows = list(range(head[0].row + 1, head[0].row + 5))
    assert [(sheet.cell(r, 1).value, sheet.cell(r, 2).value) for r in rows] == [
        ("2016-001", "CAF"),
        ("2016-001", "ETAT"),
        ("2016-002", "CAF"),
        ("2016-002", "ETAT"),
    ]
    sheet.cell(rows[1], columns["Avis"]).value = "favorable"
    sheet.cell(rows[1], columns["Montant conseillé"]).value = 2500
    sheet.cell(rows[2], columns["Avis"]).value = "défavorable"
    workbook.save(path)
    done = desk("--json", "excel", "importer", path, "--le", "2016-02-05").data
    assert (done["ecrit"], done["feuilles"][0]["nouvelles"]) == (True, 2)
    again = desk("--json", "excel", "importer", path, "--le", "2016-02-09").data
    assert (again["ecrit"], again["feuilles"][0]["identiques"]) == (False, 2)
    sheet.cell(rows[0], columns["Observations"]).value = "Et l'avis ?"
    sheet.cell(rows[1], columns["Montant conseillé"]).value = 9000
    sheet.cell(rows[3], columns["Avis"]).value = "complément demandé"
    workbook.save(path)
    refused = desk("--json", "excel", "importer", path)
    errors = [each for each in refused.data["problemes"] if each["niveau"] == "erreur"]
    assert (refused.code, refused.data["ecrit"], len(errors)) == (1, False, 3)
    assert {each["cellule"][1:] for each in errors} == {str(rows[0]), str(rows[1]), str(rows[3])}


def test_each_porteur_gets_one_letter_and_answers_are_followed(desk: Typist, tmp_path: Path) -> None:
    for action in ("2016-001", "2016-002"):
        desk("avis", "saisir", action, "ETAT", "--avis", "favorable", "--montant", 2500, "--le", "2016-02-05")
    folder = tmp_path / "courriers"
    words = ("avis", "lettres", 2016, folder, "--reponse-avant", "2016-02-20", "--le", "2016-02-06")
    sent = desk("--json", *words).data
    assert sent["actions"] == ["2016-001", "2016-002"]
    assert sorted(path.name for path in folder.iterdir()) == ["avis_CCAS-2016.docx", "avis_VILLE-2016.docx"]
    letter = Document(str(folder / "avis_CCAS-2016.docx"))
    said = "\n".join(paragraph.text for paragraph in letter.paragraphs)
    assert "avant le 20\u00a0février\u00a02016" in said
    assert [cell.text for cell in letter.tables[1].rows[-1].cells][:4] == [
        "2016-001",
        "État",
        "favorable",
        "2\u00a0500,00\u00a0€",
    ]
    assert desk("--json", *words).data == {"fichiers": [], "actions": [], "deja_enregistre": True}
    assert desk("avis", "repondre", "2016-002", "--texte", "Budget ajusté", "--le", "2016-02-18").code == 0
    rows = desk("--json", "avis", "suivi", 2016, "--le", "2016-02-25").data
    assert [(row["action"], row["repondu_le"], row["retard"]) for row in rows] == [
        ("2016-001", None, 5),
        ("2016-002", "2016-02-18", 0),
    ]


def test_a_letter_refused_leaves_neither_files_nor_dates(desk: Typist, tmp_path: Path) -> None:
    for action in ("2016-001", "2016-002"):
        desk("avis", "saisir", action, "ETAT", "--avis", "favorable", "--le", "2016-02-05")
    folder = tmp_path / "courriers"
    folder.mkdir()
    (folder / "avis_VILLE-2016.docx").write_text("finie à la main")
    words = ("avis", "lettres", 2016, folder, "--reponse-avant", "2016-02-20", "--le", "2016-02-06")
    refused = desk("--json", *words)
    assert (refused.code, refused.refusal["erreur"]) == (1, "fichier_existant")
    assert [path.name for path in folder.iterdir()] == ["avis_VILLE-2016.docx"]
    assert desk("--json", "avis", "suivi", 2016).data == []
