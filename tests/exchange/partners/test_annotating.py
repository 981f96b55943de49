"""A partner's file, in whatever format it came, given back with what is wrong in it marked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from ledger.exchange.annotating.cell_marks import ORANGE, RED
from tests.conftest import Typist
from tests.exchange.books import book
from tests.exchange.office import needs_office, saved_as
from tests.exchange.partners.conftest import DOSSIER_TITLES, dossiers

ROWS: tuple[tuple[Any, ...], ...] = (
    ("OS1", 2016, "", "", "26590205600018", "CCAS ESCAUDAIN", "", 6000, "1.234,56", 4200, 1800, "", "Martin"),
    ("OS2", 2016, "", "", "21860194600000.0", "CCAS ESCAUDAIN", "", 6000, 5000, "NC", 0, "", "Martin"),
)


def annotated(typist: Typist, source: Path, target: Path) -> dict[str, Any]:
    answer = typist("--json", "echange", "importer", "--profil", "etat-dossiers", source, "--annoter", target)
    assert (answer.code, answer.data["ecrit"], answer.data["annote"]) == (1, False, str(target))
    found: dict[str, Any] = answer.data
    return found


def check(target: Path, tab: str) -> None:
    workbook = load_workbook(target)
    sheet, listed = workbook[tab], workbook["Problèmes"]
    assert sheet["I3"].fill.fgColor.rgb == f"FF{RED}"
    assert {sheet[cell].fill.fgColor.rgb for cell in ("E4", "J4")} == {f"FF{ORANGE}"}
    assert (sheet["I3"].value, sheet["I4"].value, sheet["F4"].value) == ("1.234,56", 5000, "CCAS ESCAUDAIN")
    links = {cell.hyperlink.location for [cell] in listed["C5:C30"] if cell.hyperlink}
    assert {f"'{tab}'!{cell}" for cell in ("I3", "E4", "J4")} <= links


def test_a_csv_comes_back_as_a_workbook_with_its_cells_marked(year: Typist, tmp_path: Path) -> None:
    row = {"number": "OS1", "granted": "1.234,56"}
    annotated(year, dossiers(tmp_path / "suivi.csv", row), tmp_path / "rendu.xlsx")
    workbook = load_workbook(tmp_path / "rendu.xlsx")
    assert workbook["suivi"]["I3"].fill.fgColor.rgb == f"FF{RED}"
    assert workbook["Problèmes"]["C5"].hyperlink.location == "'suivi'!I3"


def test_a_workbook_comes_back_as_it_was_but_for_its_marks(year: Typist, tmp_path: Path) -> None:
    source = book(tmp_path / "suivi.xlsx", {"Suivi": [*DOSSIER_TITLES, *ROWS]})
    annotated(year, source, tmp_path / "rendu.xlsx")
    check(tmp_path / "rendu.xlsx", "Suivi")


@needs_office
@pytest.mark.long
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_other_formats_come_back_as_a_workbook_with_the_same_cells(year: Typist, tmp_path: Path, kind: str) -> None:
    source = saved_as(book(tmp_path / "suivi.xlsx", {"Suivi": [*DOSSIER_TITLES, *ROWS]}), kind, tmp_path / "office")
    annotated(year, source, tmp_path / "rendu.xlsx")
    check(tmp_path / "rendu.xlsx", "Suivi")


def test_a_file_larger_than_usual_is_read_once_its_limit_is_raised(year: Typist, tmp_path: Path) -> None:
    source = dossiers(tmp_path / "suivi.csv", *({"number": f"OS{n}", "granted": 10} for n in range(8)))
    words = ("--json", "echange", "importer", "--profil", "etat-dossiers", source, "--simuler")
    refused = year(*words, "--limite", "lignes=5")
    assert (refused.code, "--limite lignes=NOMBRE" in refused.refusal["remede"]) == (1, True)
    assert year(*words, "--limite", "lignes=50").data["feuilles"][0]["nouvelles"] == 8
