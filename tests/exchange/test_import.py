"""Importing a workbook: all or nothing, once, each change shown before it is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ledger.core.money import Money
from ledger.exchange.handlers.registry import WORKBOOK
from ledger.exchange.sheets import SHEETS
from tests.conftest import Typist
from tests.exchange.books import HEADER, ROW, book, programme_book, programme_rows

NOTHING = {"nouvelles": 0, "modifiees": 0}


@dataclass(frozen=True)
class Importer:
    """Type commands on a base whose exercice 2016 is open."""

    type: Typist

    def __call__(self, path: Path, *options: str, code: int = 0) -> dict[str, Any]:
        answer = self.type("--json", "excel", "importer", path, *options)
        assert answer.code == code, answer.err
        found: dict[str, Any] = answer.data
        return found

    def ask(self, *words: str) -> Any:
        answer = self.type("--json", *words)
        assert answer.code == 0, answer.err
        return answer.data


@pytest.fixture
def importer(cofiville: Typist) -> Importer:
    assert cofiville("exercice", "ouvrir", 2016).code == 0
    return Importer(cofiville)


def counts(found: dict[str, Any]) -> dict[str, tuple[int, int, int]]:
    names = ("nouvelles", "modifiees", "identiques")
    return {sheet["feuille"]: tuple(sheet[name] for name in names) for sheet in found["feuilles"]}


def test_a_programme_is_imported_then_found_identical(importer: Importer, tmp_path: Path) -> None:
    path = programme_book(tmp_path / "p.xlsx")
    first, again = importer(path), importer(path)
    assert first["ecrit"] is True
    assert counts(first) == {"Porteurs": (1, 0, 0), "Programmation": (1, 0, 0), "Financements": (3, 0, 0)}
    assert again["ecrit"] is False
    assert counts(again) == {"Porteurs": (0, 0, 1), "Programmation": (0, 0, 1), "Financements": (0, 0, 3)}


def test_a_simulation_shows_the_same_and_writes_nothing(importer: Importer, tmp_path: Path) -> None:
    path = programme_book(tmp_path / "p.xlsx")
    assert counts(importer(path, "--simuler")) == counts(importer(path))


def test_a_change_is_shown_field_by_field(importer: Importer, tmp_path: Path) -> None:
    importer(programme_book(tmp_path / "p.xlsx"))
    action = dict(programme_rows()["Programmation"][0]) | {"title": "Titre corrigé"}
    found = importer(programme_book(tmp_path / "q.xlsx", Programmation=(action,)))
    [sheet] = [sheet for sheet in found["feuilles"] if sheet["feuille"] == "Programmation"]
    assert sheet["changements"] == [
        {"cle": "2016-001", "colonne": "Intitulé", "avant": "Action d'exemple", "apres": "Titre corrigé"}
    ]
    assert importer.ask("action", "lister", "2016")[0]["intitule"] == "Titre corrigé"


def test_rows_missing_from_the_file_are_counted_and_kept(importer: Importer, tmp_path: Path) -> None:
    importer(programme_book(tmp_path / "p.xlsx"))
    found = importer(programme_book(tmp_path / "q.xlsx", Financements=programme_rows()["Financements"][:1]))
    assert {sheet["feuille"]: sheet["absentes"] for sheet in found["feuilles"]}["Financements"] == 2
    [said] = [each["message"] for each in found["problemes"] if each["code"] == "lignes_absentes"]
    assert "2 ligne(s) du livre" in said
    assert found["ecrit"] is False


def test_one_refused_row_leaves_the_base_as_it_was(importer: Importer, tmp_path: Path) -> None:
    plan = list(programme_rows()["Financements"])
    plan[0] = dict(plan[0]) | {"amount_requested": Money(399_999)}
    found = importer(programme_book(tmp_path / "p.xlsx", Financements=tuple(plan)), code=1)
    [problem] = [each for each in found["problemes"] if each["niveau"] == "erreur"]
    assert problem["code"] == "refus"
    assert problem["feuille"] == "Programmation"
    assert "écart 0,01" in problem["message"]
    assert importer.ask("porteur", "lister") == []


def test_a_refusal_points_at_the_cell_it_names(importer: Importer, tmp_path: Path) -> None:
    action = dict(programme_rows()["Programmation"][0]) | {"porteur": "INCONNU"}
    found = importer(programme_book(tmp_path / "p.xlsx", Programmation=(action,)), code=1)
    [problem] = [each for each in found["problemes"] if each["niveau"] == "erreur"]
    assert (problem["cellule"], problem["trouve"]) == ("D7", "INCONNU")


def test_costs_by_territory_that_contradict_the_headcounts_are_refused(importer: Importer, tmp_path: Path) -> None:
    action = dict(programme_rows()["Programmation"][0]) | {"cost_qpv": Money(999_999)}
    found = importer(programme_book(tmp_path / "p.xlsx", Programmation=(action,)), code=1)
    assert "n'est pas celui que donnent les effectifs" in found["problemes"][0]["message"]


def test_credits_are_notified_once_and_a_changed_amount_names_the_act_to_use(
    importer: Importer, tmp_path: Path
) -> None:
    sheets = {"Enveloppes": [HEADER, ROW, ("ETAT-PDV-DRE", 2016, "modification", "-100,50", "Arrêté 31", "01/06/2016")]}
    path = book(tmp_path / "e.xlsx", sheets)
    assert counts(importer(path)) == {"Enveloppes": (2, 0, 0)}
    assert counts(importer(path)) == {"Enveloppes": (0, 0, 2)}
    assert importer.ask("enveloppe", "lister", "2016")[0]["notifie"] == "899.50"
    changed = book(tmp_path / "f.xlsx", {"Enveloppes": [HEADER, (*ROW[:3], 1200, *ROW[4:])]})
    found = importer(changed, code=1)
    assert "cofiville enveloppe modifier ETAT-PDV-DRE 2016" in found["problemes"][0]["message"]


def test_a_row_of_a_year_that_is_not_open_is_refused_at_its_cell(importer: Importer, tmp_path: Path) -> None:
    path = book(tmp_path / "e.xlsx", {"Enveloppes": [HEADER, (*ROW[:5], "15/02/2019")]})
    [problem] = importer(path, code=1)["problemes"]
    assert "exercice ouvrir 2019" in problem["message"]


def test_an_identical_import_into_a_closed_year_changes_nothing_and_succeeds(
    importer: Importer, tmp_path: Path
) -> None:
    path = book(tmp_path / "e.xlsx", {"Enveloppes": [HEADER, ROW]})
    importer(path)
    closed = importer.type("cloture", "executer", 2016, "--oui", "--le", "2017-01-31")
    assert closed.code == 0, closed.err
    found = importer(path)
    assert counts(found) == {"Enveloppes": (0, 0, 1)}
    assert found["ecrit"] is False


def test_nothing_is_written_when_the_file_itself_has_errors(importer: Importer, tmp_path: Path) -> None:
    found = importer(book(tmp_path / "e.xlsx", {"Enveloppes": [HEADER, (*ROW[:3], "NC", *ROW[4:])]}), code=1)
    assert found["ecrit"] is False
    assert found["problemes"][0] == {
        "feuille": "Enveloppes",
        "cellule": "D2",
        "niveau": "erreur",
        "code": "montant_illisible",
        "trouve": "NC",
        "attendu": "1234,56 ou 1 234,56",
        "message": "Ce n'est pas un montant. Saisissez un nombre, ou laissez vide.",
    }


def test_what_the_file_and_what_the_base_refuse_are_found_in_one_pass(importer: Importer, tmp_path: Path) -> None:
    rows = [HEADER, (*ROW[:3], "NC", *ROW[4:]), ("LIGNE-INCONNUE", *ROW[1:4], "Arrêté 13", ROW[5])]
    found = importer(book(tmp_path / "e.xlsx", {"Enveloppes": rows}), code=1)
    errors = [(each["code"], each["cellule"]) for each in found["problemes"] if each["niveau"] == "erreur"]
    assert errors == [("montant_illisible", "D2"), ("refus", "A3")]
    assert found["ecrit"] is False


def test_a_row_that_cannot_be_read_is_not_blamed_on_those_that_need_it(importer: Importer, tmp_path: Path) -> None:
    rows = programme_rows()
    porteur = dict(rows["Porteurs"][0]) | {"siret": "8,03E+13"}
    found = importer(programme_book(tmp_path / "p.xlsx", Porteurs=(porteur,)), code=1)
    assert [each["code"] for each in found["problemes"] if each["niveau"] == "erreur"] == ["siret_detruit"]
    assert importer.ask("porteur", "lister") == []


def test_every_sheet_of_a_template_has_its_way_in() -> None:
    assert {sheet.name for sheet in SHEETS} == {sheet.name for handler in WORKBOOK for sheet in handler.sheets}


def test_a_file_that_is_no_workbook_is_refused_in_two_sentences(importer: Importer, tmp_path: Path) -> None:
    path = tmp_path / "faux.xlsx"
    path.write_text("bonjour", encoding="utf-8")
    answer = importer.type("--json", "excel", "importer", path)
    assert answer.code == 1
    assert answer.refusal["erreur"] == "fichier_refuse"
