"""The templates: made of the declarations, the same bytes each time, and read back without a word."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from ledger.exchange.sheets import SHEETS, TEMPLATES
from ledger.exchange.sheets.conventions import AVENANTS
from ledger.exchange.sheets.framework import ACCOUNTS_SHEET, POPULATIONS
from ledger.exchange.sheets.programming import PROGRAMMING
from ledger.exchange.workbook import read_workbook
from ledger.exchange.writing.lists import contract_lists, seed_lists
from ledger.exchange.writing.styles import page_breaks
from ledger.exchange.writing.templates import write_templates
from tests.bases import ROOT
from tests.conftest import Typist
from tests.exchange.office import needs_office, saved_as


def test_the_templates_kept_are_those_the_declarations_make(tmp_path: Path) -> None:
    made = write_templates(tmp_path)
    kept = sorted((ROOT / "templates_xlsx").glob("*.xlsx"))
    assert [path.name for path in kept] == sorted(path.name for path in made)
    for path in kept:
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), f"{path.name}: run `cofiville excel modeles`"


def test_a_blank_template_is_read_without_an_error(tmp_path: Path) -> None:
    for path in write_templates(tmp_path):
        reading = read_workbook(path, SHEETS)
        assert {problem.code for problem in reading.problems} == {"feuille_sans_lignes"}
        assert list(reading.rows) == [sheet.name for sheet in TEMPLATES[path.stem]]


def test_each_template_carries_its_name_and_its_version_out_of_sight(tmp_path: Path) -> None:
    for path in write_templates(tmp_path):
        with zipfile.ZipFile(path) as archive:
            workbook = archive.read("xl/workbook.xml").decode()
            texts = archive.read("xl/sharedStrings.xml").decode()
        assert '<sheet name="_meta"' in workbook
        assert 'state="veryHidden"' in workbook
        assert path.stem in texts
        assert f"version {max(sheet.version for sheet in TEMPLATES[path.stem])}" in texts


def test_every_sheet_is_fit_to_print_on_a_landscape_page(tmp_path: Path) -> None:
    write_templates(tmp_path)
    with zipfile.ZipFile(tmp_path / "programmation.xlsx") as archive:
        narrow, wide = (archive.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2))
        names = archive.read("xl/workbook.xml").decode()
    for sheet in (narrow, wide):
        for wanted in ('paperSize="9"', 'orientation="landscape"', "<sheetProtection", "dataValidation "):
            assert wanted in sheet
    assert "fitToHeight=" in narrow
    assert "<colBreaks" in wide, "a sheet too wide to be read on one page is cut between columns"
    assert "Programmation!$A:$B,Programmation!$6:$6" in names, "its first columns and its titles come back on each page"


def test_a_template_has_as_many_rows_with_live_formulas_as_asked(cofiville: Typist, tmp_path: Path) -> None:
    formulas = {}
    for number in (20, 300):
        assert cofiville("--json", "excel", "modeles", tmp_path, "--lignes", number).code == 0
        with zipfile.ZipFile(tmp_path / "programmation.xlsx") as archive:
            formulas[number] = archive.read("xl/worksheets/sheet2.xml").count(b"<f>")
    totals = (formulas[20] * 15 - formulas[300]) // 14
    assert formulas[300] - totals == 15 * (formulas[20] - totals) > 0
    assert cofiville("excel", "modeles", tmp_path, "--lignes", 0).code == 2


@needs_office
@pytest.mark.long
def test_a_short_template_prints_no_empty_page(cofiville: Typist, tmp_path: Path) -> None:
    assert cofiville("--json", "excel", "modeles", tmp_path, "--lignes", 15).code == 0
    printed = saved_as(tmp_path / "programmation.xlsx", "pdf", tmp_path / "office").read_bytes()
    across, others, lists = len(page_breaks(PROGRAMMING.columns, 2)) + 1, len(TEMPLATES["programmation"]) - 1, 1
    assert printed.count(b"/Type/Page/") == across + others + lists


def test_keys_and_fields_of_every_declaration_hold_together() -> None:
    for sheet in SHEETS:
        fields = [column.field for column in sheet.columns]
        assert len(set(fields)) == len(fields)
        assert set(sheet.key) <= set(fields)
        not_asked = {name for name in sheet.key if not sheet.column(name).required}
        # The convention gives its only action; a population without a commune is that of the whole territory; the
        # account of what is taken back is the same for all.
        blank = {AVENANTS.name: {"action"}, POPULATIONS.name: {"commune"}, ACCOUNTS_SHEET.name: {"party"}}
        assert not_asked == blank.get(sheet.name, set())
        assert all(1 <= column.since <= sheet.version for column in sheet.columns)
        assert len(sheet.name) <= 31


def test_the_help_of_a_sheet_is_made_of_its_declaration(typed: Typist) -> None:
    page = typed("--json", "excel", "aide", "programmation").data
    titles = {row["colonne"]: row for row in page["colonnes"]}
    assert titles["Coût total"]["besoin"] == "obligatoire"
    assert titles["Écart"]["besoin"] == "jamais importé"
    assert titles["Échelle"]["contenu"] == "communale, communautaire, arrondissement"
    assert {row["feuille"] for row in typed("--json", "excel", "aide").data} == {
        "Tableau",
        *(each.name for each in SHEETS),
        "Retour",
    }
    assert "14 chiffres" in typed("excel", "aide", "Porteurs").out
    assert typed("excel", "aide", "Inconnue").code == 1


def offered(path: Path) -> set[str]:
    """The codes that the lists of a workbook offer."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Listes").to_python()
    return {str(cell) for row in rows for cell in row if cell}


def test_the_lists_are_those_of_the_contract_of_the_day(cofiville: Typist, tmp_path: Path) -> None:
    """A quartier vécu just added is offered; another contract's codes are not."""
    cofiville("exercice", "ouvrir", 2016)
    added = cofiville("territoire", "vecu", 2016, "Le Nouveau Monde", "--source", "COPIL du 04/03/2016")
    assert added.code == 0, added.err
    assert cofiville("excel", "modeles", tmp_path / "mine").code == 0
    assert cofiville("--contrat", "CV193", "excel", "modeles", tmp_path / "theirs").code == 0
    assert "LE-NOUVEAU-MONDE" in offered(tmp_path / "mine" / "programmation.xlsx")
    assert "LE-NOUVEAU-MONDE" not in offered(tmp_path / "theirs" / "programmation.xlsx")
    assert cofiville("excel", "exporter", "programmation", 2016, tmp_path / "a.xlsx", "--sans-numero").code == 0
    assert "LE-NOUVEAU-MONDE" in offered(tmp_path / "a.xlsx")


def test_the_lists_of_a_fresh_base_are_those_shipped_in_their_order(session: Session) -> None:
    assert contract_lists(session) == seed_lists()
