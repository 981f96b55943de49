"""What is sent to the Sous-Préfecture is numbered and kept; what comes back is compared three ways."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.conftest import Typist
from tests.exchange.books import programme_book, takeover_book


@pytest.fixture
def book(cofiville: Typist, tmp_path: Path) -> Typist:
    """Type commands on a base with a small year under way."""
    cofiville("exercice", "ouvrir", 2016)
    answer = cofiville("reprise", takeover_book(tmp_path / "reprise.xlsx"), "--le", "2016-03-04")
    assert answer.code == 0, answer.out
    return cofiville


@pytest.fixture
def asked(cofiville: Typist, tmp_path: Path) -> Typist:
    """Type commands on a base whose only action is asked and not granted yet."""
    cofiville("exercice", "ouvrir", 2016)
    answer = cofiville("excel", "importer", programme_book(tmp_path / "programme.xlsx"))
    assert answer.code == 0, answer.out
    return cofiville


def send(typist: Typist, path: Path) -> dict[str, Any]:
    answer = typist("--json", "excel", "exporter", "programmation", 2016, path, "--le", "2016-06-01")
    assert answer.code == 0, answer.err
    found: dict[str, Any] = answer.data
    return found


def edit(path: Path, change: Callable[[Worksheet, Worksheet], None]) -> Path:
    """The workbook edited by them: its tableau and its sheet Programmation."""
    workbook = load_workbook(path)
    change(workbook["Tableau 2016"], workbook["Programmation"])
    edited = path.with_name("retour.xlsx")
    workbook.save(edited)
    return edited


def place(sheet: Worksheet, title: str, group: str = "") -> Any:
    """The first cell under this title (of this group)."""
    for row in sheet.iter_rows(max_row=12):
        for cell in row:
            above = sheet.cell(cell.row - 1, cell.column) if cell.row and cell.row > 1 else None
            if cell.value == title and (not group or (above is not None and above.value == group)):
                return sheet.cell(cell.row + 1, cell.column)
    raise AssertionError(title)


def came_back(typist: Typist, path: Path, *more: str, code: int = 0) -> dict[str, Any]:
    answer = typist("--json", "excel", "importer", path, *more)
    assert answer.code == code, answer.out + answer.err
    found: dict[str, Any] = answer.data
    return found


def problems(found: dict[str, Any], code: str) -> list[dict[str, str]]:
    return [problem for problem in found["problemes"] if problem["code"] == code]


def test_a_workbook_is_sent_under_a_number_and_again_under_the_same_while_nothing_changes(
    asked: Typist, tmp_path: Path
) -> None:
    first, second = send(asked, tmp_path / "a.xlsx"), send(asked, tmp_path / "b.xlsx")
    assert (first["envoi"], second["envoi"]) == (1, 1)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert asked("action", "modifier", "2016-001", "--intitule", "Autre titre").code == 0
    assert send(asked, tmp_path / "c.xlsx")["envoi"] == 2


def test_what_was_sent_is_sent_again_byte_for_byte_whatever_changed_since(book: Typist, tmp_path: Path) -> None:
    send(book, tmp_path / "a.xlsx")
    book("enveloppe", "modifier", "CAPH-PDV", 2016, 100, "--piece", "DM 1", "--le", "2016-06-02")
    assert book("excel", "renvoyer", 1, tmp_path / "again.xlsx").code == 0
    assert (tmp_path / "again.xlsx").read_bytes() == (tmp_path / "a.xlsx").read_bytes()
    [sent] = book("--json", "excel", "envois").data
    assert (sent["envoi"], sent["quoi"], sent["le"]) == (1, "programmation", "2016-06-01")
    assert book("--json", "excel", "renvoyer", 7, tmp_path / "no.xlsx").code == 1


def test_the_tableau_bears_its_number_its_day_and_the_seal(book: Typist, tmp_path: Path) -> None:
    found = send(book, tmp_path / "a.xlsx")
    sheet = load_workbook(tmp_path / "a.xlsx")["Tableau 2016"]
    seals = f"sceau du livre {found['ecritures']}:{found['sceau']} — sceau des actes {found['sceau_actes']}"
    assert sheet["A2"].value == f"Envoi n° 1 du 01/06/2016 — {seals}"


def test_a_workbook_that_comes_back_untouched_changes_nothing(book: Typist, tmp_path: Path) -> None:
    send(book, tmp_path / "a.xlsx")
    found = came_back(book, edit(tmp_path / "a.xlsx", lambda _tableau, _actions: None))
    assert found["ecrit"] is False
    assert {problem["niveau"] for problem in found["problemes"]} <= {"information"}


@pytest.mark.parametrize("heads", ["État : Politique de la ville - actions", "ETAT-PDV-ACTIONS"])
def test_an_amount_changed_in_the_tableau_is_a_proposal_with_the_act_that_adopts_it(
    book: Typist, tmp_path: Path, heads: str
) -> None:
    """F40: lines are headed by their names; a workbook sent before, headed by codes, is still read."""
    send(book, tmp_path / "a.xlsx")

    sheet = load_workbook(tmp_path / "a.xlsx")["Tableau 2016"]
    named = "État : Politique de la ville - actions"
    heading = next(cell for row in sheet.iter_rows(max_row=12) for cell in row if cell.value == named)
    group = heading.column

    def granted(tableau: Worksheet, _actions: Worksheet) -> None:
        tableau[heading.coordinate].value = heads
        tableau.cell(place(tableau, "N°").row, group + 2).value = 3500

    found = came_back(book, edit(tmp_path / "a.xlsx", granted))
    [proposal] = problems(found, "proposition")
    assert (proposal["trouve"], proposal["attendu"]) == ("3 500,00 €".replace(" ", "\u00a0"), "4\u00a0000,00\u00a0€")
    act = proposal["message"].partition("Pour l'adopter : ")[2].rstrip(".").replace("REFERENCE", "Avenant-1")
    assert act.endswith("--action 2016-001 --montant ETAT-PDV-ACTIONS=-500.00 --piece Avenant-1")
    assert found["ecrit"] is False
    assert book(*act.split()[1:], "--le", "2016-06-02").code == 0
    assert not problems(came_back(book, tmp_path / "retour.xlsx"), "proposition")


@pytest.mark.parametrize(
    ("theirs", "act"),
    [
        (3500, "allocation accorder 2016-001 ETAT-PDV-ACTIONS 500.00 --piece Retour"),
        (
            2500,
            "journal corriger --motif Retour 2 allocation accorder 2016-001 ETAT-PDV-ACTIONS 2500.00 --piece Retour",
        ),
        (0, "journal annuler 2 --motif Retour"),
    ],
)
def test_the_act_that_adopts_counts_what_is_granted_already(
    asked: Typist, tmp_path: Path, theirs: int, act: str
) -> None:
    """F31: `allocation accorder` adds to what is granted; the act told brings it to what the partner wrote."""
    notified = ("--piece", "Courrier", "--le", "2016-02-01")
    assert asked("enveloppe", "notifier", "ETAT-PDV-ACTIONS", 2016, 9000, *notified).code == 0
    granted = ("allocation", "accorder", "2016-001", "ETAT-PDV-ACTIONS", 3000, "--piece", "COPIL", "--le", "2016-03-04")
    assert asked(*granted).code == 0
    send(asked, tmp_path / "a.xlsx")
    sheet = load_workbook(tmp_path / "a.xlsx")["Tableau 2016"]
    named = "État : Politique de la ville - actions"
    group = next(cell.column for row in sheet.iter_rows(max_row=12) for cell in row if cell.value == named)

    def change(tableau: Worksheet, _actions: Worksheet) -> None:
        tableau.cell(place(tableau, "N°").row, group + 2).value = theirs

    path = edit(tmp_path / "a.xlsx", change)
    [proposal] = problems(came_back(asked, path), "proposition")
    told = proposal["message"].partition("cofiville ")[2].rstrip(".")
    assert told.replace("REFERENCE", "Retour").replace("MOTIF", "Retour") == act
    confirmed = ("--oui",) if act.startswith("journal") else ()
    words = act.split()
    assert asked(*words[:2], *confirmed, *words[2:], "--le", "2016-06-02").code == 0
    assert not problems(came_back(asked, path), "proposition")


def retitled(title: str) -> Callable[[Worksheet, Worksheet], None]:
    def change(_tableau: Worksheet, actions: Worksheet) -> None:
        place(actions, "Intitulé").value = title

    return change


def test_what_they_alone_changed_is_imported(asked: Typist, tmp_path: Path) -> None:
    send(asked, tmp_path / "a.xlsx")
    found = came_back(asked, edit(tmp_path / "a.xlsx", retitled("Leur titre")), "--simuler")
    [changes] = [sheet["changements"] for sheet in found["feuilles"] if sheet["feuille"] == "Programmation"]
    assert [(change["avant"], change["apres"]) for change in changes] == [("Action d'exemple", "Leur titre")]


def test_what_we_alone_changed_meanwhile_stays_ours(asked: Typist, tmp_path: Path) -> None:
    send(asked, tmp_path / "a.xlsx")
    assert asked("action", "modifier", "2016-001", "--intitule", "Notre titre").code == 0
    found = came_back(asked, edit(tmp_path / "a.xlsx", lambda _tableau, _actions: None))
    assert [problem["attendu"] for problem in problems(found, "modifie_chez_nous")] == ["Notre titre"]
    assert found["ecrit"] is False
    assert asked("--json", "action", "montrer", "2016-001").data["intitule"] == "Notre titre"


def test_what_both_changed_otherwise_is_a_conflict_that_a_person_decides(asked: Typist, tmp_path: Path) -> None:
    send(asked, tmp_path / "a.xlsx")
    assert asked("--agent", "Nadia", "action", "modifier", "2016-001", "--intitule", "Notre titre").code == 0
    path = edit(tmp_path / "a.xlsx", retitled("Leur titre"))
    found = came_back(asked, path, code=1)
    [told] = [each["message"] for each in problems(found, "conflit")]
    assert "chez nous Notre titre, dernière saisie par Nadia, le " in told
    assert [(each["trouve"], each["attendu"]) for each in problems(found, "conflit")] == [("Leur titre", "Notre titre")]
    assert found["ecrit"] is False
    ours = came_back(asked, path, "--conflits", "nous", "--simuler")
    assert not [sheet for sheet in ours["feuilles"] if sheet["modifiees"]]
    theirs = came_back(asked, path, "--conflits", "eux", "--simuler")
    assert [sheet["modifiees"] for sheet in theirs["feuilles"] if sheet["feuille"] == "Programmation"] == [1]
    assert asked("--json", "excel", "importer", path, "--conflits", "moi").code == 1


def test_a_report_handed_over_is_written_again_byte_for_byte_whatever_was_entered_since(
    cofiville: Typist, tmp_path: Path
) -> None:
    cofiville("exercice", "ouvrir", 2016)
    page, again = tmp_path / "dossier.html", tmp_path / "encore.html"
    assert cofiville("rapport", "dossier", 2016, page).code == 0
    assert cofiville("--json", "excel", "garder", page, 2016).data["envoi"] == 1
    assert cofiville("--json", "excel", "garder", page, 2016).data["envoi"] == 1
    cofiville("enveloppe", "notifier", "ETAT-PDV-DRE", 2016, 10, "--piece", "Antidatée", "--le", "2016-01-02")
    cofiville("rapport", "dossier", 2016, tmp_path / "autre.html")
    assert cofiville("excel", "renvoyer", 1, again).code == 0
    assert again.read_bytes() == page.read_bytes() != (tmp_path / "autre.html").read_bytes()
    absent = cofiville("excel", "garder", tmp_path / "absent.html", 2016)
    assert (absent.code, "ne peut pas être lu" in absent.err) == (2, True)
