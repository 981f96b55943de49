"""An import says all it has to say in one go, each thing at its cell (F25)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.conftest import Lived, Typist

ACTION = {
    "Exercice": 2016,
    "Porteur": "CCAS",
    "Objectif": "1.1.1",
    "Échelle": "communale",
    "Dispositif": "action",
    "Nature": "fonctionnement",
    "Coût total": 1000,
    "Coût éligible": 1000,
}


@pytest.fixture
def desk(in_2016: Typist, brought: Lived) -> Typist:
    """Type a command line on a base that has one porteur."""

    @brought
    def live() -> None:
        assert in_2016("porteur", "ajouter", "CCAS de Denain", "--type", "ccas", "--code", "CCAS").code == 0

    return in_2016


def filled(desk: Typist, folder: Path, fill: Callable[[Any], None]) -> Path:
    """The workbook of the programme, filled."""
    assert desk("excel", "modeles", folder).code == 0
    book = load_workbook(folder / "programmation.xlsx")
    fill(book)
    book.save(folder / "rempli.xlsx")
    return folder / "rempli.xlsx"


def add(sheet: Worksheet, line: int, values: dict[str, object]) -> None:
    titles = {cell.value: cell.column for cell in sheet[line if line < 7 else 6]}
    for title, value in values.items():
        sheet.cell(line, titles[title], value)


def wrong_in_every_way(book: Any) -> None:
    actions, plans = book["Programmation"], book["Financements"]
    more: list[dict[str, object]] = [
        {},
        {"Objectif": "9.9.9"},
        {"Porteur": "INCONNU"},
        {"Coût total": "mille"},
        {"Déposée le": "31/02/2016"},
        {"Exercice": "seize"},
    ]
    for place, values in enumerate(more, start=7):
        add(actions, place, {**ACTION, "N°": f"2016-00{place - 6}", "Intitulé": f"Action {place}"} | values)
        plan = (f"2016-00{place - 6}", "CAPH-PDV", 800 if place == 7 else 1000)
        for column, value in enumerate(plan, start=1):
            plans.cell(place, column, value)
    for column, value in enumerate(("2016-004", "CAPH-PDV", 1000), start=1):
        plans.cell(13, column, value)
    book.create_sheet("Budjet").cell(1, 1, "x")
    del book["Budgets"]


def test_cells_plans_codes_days_and_duplicates_are_told_together_each_at_its_cell(desk: Typist, tmp_path: Path) -> None:
    """F25: what cannot be read hides nothing of what can; a sheet that is gone, or that nobody knows, is named."""
    found = desk("--json", "excel", "importer", filled(desk, tmp_path, wrong_in_every_way), "--simuler").data
    places = {(each["feuille"], each["cellule"]) for each in found["problemes"] if each["niveau"] == "erreur"}
    assert {
        ("Programmation", "F8"),
        ("Programmation", "D9"),
        ("Programmation", "L10"),
        ("Programmation", "X11"),
        ("Programmation", "B12"),
        ("Financements", "A13"),
    } <= places
    [plan] = [each for each in found["problemes"] if "n'est pas équilibré" in each["message"]]
    assert (plan["feuille"], plan["cellule"], plan["trouve"]) == ("Programmation", "L7", "1\u00a0000,00\u00a0€")
    said = {each["code"]: each["message"] for each in found["problemes"]}
    assert "« Budgets » n'est plus dans ce classeur" in said["feuille_manquante"]
    assert any(each["feuille"] == "Budjet" for each in found["problemes"])


def test_each_kind_is_told_with_its_true_count(desk: Typist, tmp_path: Path) -> None:
    """F25: unknown objectives hide no unknown porteur."""

    def fill(book: Any) -> None:
        for place in range(7, 15):
            values = {"Objectif": "9.9.9"} if place < 12 else {"Porteur": "INCONNU"}
            named = {"N°": f"2016-0{place}", "Intitulé": f"Action {place}"}
            add(book["Programmation"], place, ACTION | named | values)
            for column, value in enumerate((f"2016-0{place}", "CAPH-PDV", 1000), start=1):
                book["Financements"].cell(place, column, value)

    shown = desk("excel", "importer", filled(desk, tmp_path, fill), "--simuler").out
    assert "… et 2 autre(s) du même genre (5 en tout dans la colonne F)." in shown
    assert "Le porteur « INCONNU » n'existe pas." in shown


def test_a_wrong_day_is_told_at_the_cell_of_the_day(desk: Typist, tmp_path: Path) -> None:
    """F25: credits notified on a day that no exercice holds, in a row whose amount is right."""
    assert desk("excel", "modeles", tmp_path).code == 0
    book = load_workbook(tmp_path / "enveloppes.xlsx")
    for column, value in enumerate(("CAPH-PDV", 2016, "notification", 1000, "BP 2016", "02/03/2014"), start=1):
        book["Enveloppes"].cell(7, column, value)
    book.save(tmp_path / "enveloppes_2016.xlsx")
    [found] = [
        each
        for each in desk("--json", "excel", "importer", tmp_path / "enveloppes_2016.xlsx").data["problemes"]
        if each["niveau"] == "erreur"
    ]
    assert (found["cellule"], found["trouve"]) == ("F7", "02/03/2014")
