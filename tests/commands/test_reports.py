"""`cofiville rapport`: filters, files, the year it looks at."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
from openpyxl import load_workbook

from ledger.commands.declaring.options import day
from ledger.reports.synthesis import PLACES, SHARED
from ledger.reports.vocabulary import Par
from ledger.rules.programming_kinds import PILLAR_LABELS
from tests.conftest import Lived, Typist


@pytest.fixture
def asked(cofiville: Typist, brought: Lived) -> Typist:
    """A base with one action of each of two axes in 2016."""

    @brought
    def live() -> None:
        assert cofiville("exercice", "ouvrir", 2016).code == 0
        assert cofiville("porteur", "ajouter", "Les Ateliers", "--type", "association", "--code", "ATELIERS").code == 0
        cofiville("enveloppe", "notifier", "CAPH-PDV", 2016, 50000, "--piece", "BP", "--le", "2016-02-01")
        for objective, place, amount in (("5.1.2", "Denain Centre", 3000), ("7.1.1", "Sabatier", 1000)):
            what = ("--intitule", f"Action =1+1 {objective}", "--porteur", "ATELIERS", "--objectif", objective)
            money = ("--cout", 4000, "--financement", f"CAPH-PDV={amount}")
            own = ("--financement", f"PORTEUR-FONDS-PROPRES={4000 - amount}")
            where = ("--qpv", 10, "--territoire", place, "--sans-droit-commun", "Aucun droit commun mobilisable")
            entered = cofiville("action", "saisir", 2016, *what, *money, *own, *where)
            assert entered.code == 0, entered.err

    return cofiville


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ((), "4000.00"),
        (("--axe", "5"), "3000.00"),
        (("--axe", "7.1"), "1000.00"),
        (("--axe", "5.1.2"), "3000.00"),
        (("--territoire", "Sabatier"), "1000.00"),
        (("--financeur", "caph"), "4000.00"),
        (("--axe", "5", "--territoire", "SABATIER"), None),
    ],
)
def test_a_report_looks_at_the_part_asked_for(asked: Typist, filters: tuple[str, ...], expected: str | None) -> None:
    rows = asked("--json", "rapport", "demandes", 2016, *filters).data
    assert [row["demande"] for row in rows] == ([expected] if expected else [])


@pytest.mark.parametrize("filters", [("--axe", "9"), ("--territoire", "Atlantide"), ("--financeur", "PERSONNE")])
def test_a_filter_that_names_nothing_is_refused(asked: Typist, filters: tuple[str, ...]) -> None:
    answer = asked("--json", "rapport", "demandes", 2016, *filters)
    assert (answer.code, answer.refusal["erreur"]) == (1, "introuvable")


def test_the_totals_are_on_the_screen(asked: Typist) -> None:
    said = asked("rapport", "demandes", 2016, "--par", "axe").out
    total = next(line for line in said.splitlines() if line.strip().startswith("Total"))
    assert "4\u00a0000,00\u00a0€" in total


def test_the_year_is_the_one_typed_else_the_usual_one_else_the_latest_open(asked: Typist) -> None:
    assert asked("exercice", "ouvrir", 2017).code == 0
    assert asked("--json", "rapport", "demandes").data == []
    assert asked("--json", "rapport", "demandes", "--exercice", 2016).data
    assert asked("configurer", "--exercice", 2016).code == 0
    assert asked("--json", "rapport", "demandes").data
    refused = asked("--json", "rapport", "demandes", 2017, "--exercice", 2016)
    assert (refused.code, refused.refusal["erreur"]) == (2, "usage")


def test_a_report_is_written_as_a_workbook_with_its_totals_and_chart(asked: Typist, tmp_path: Path) -> None:
    path = tmp_path / "demandes.xlsx"
    answer = asked("--json", "rapport", "demandes", 2016, "--par", "action", "--fichier", path)
    assert answer.data == {"fichier": str(path), "lignes": 2}
    (sheet, *_) = load_workbook(path).worksheets
    assert sheet.title == "Demandes 2016"
    assert sheet._charts
    totals = next(row for row in sheet.iter_rows() if row[0].value == "Totaux")
    assert str(totals[3].value).startswith("=SUBTOTAL(109,")


def test_a_report_is_written_as_a_csv_that_a_french_spreadsheet_opens(asked: Typist, tmp_path: Path) -> None:
    path = tmp_path / "demandes.csv"
    assert asked("rapport", "demandes", 2016, "--par", "action", "--fichier", path).code == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert [row["Demandé"] for row in rows] == ["3000,00", "1000,00"]
    assert rows[0]["Libellé"] == "Action =1+1 5.1.2"


def test_a_file_that_is_neither_is_refused(asked: Typist, tmp_path: Path) -> None:
    answer = asked("rapport", "demandes", 2016, "--fichier", tmp_path / "demandes.pdf")
    assert answer.code == 2
    assert not (tmp_path / "demandes.pdf").exists()


def test_csv_gives_any_list_as_lines_and_harms_no_spreadsheet(asked: Typist) -> None:
    assert asked("porteur", "ajouter", "=HYPERLINK()", "--type", "association", "--code", "PIEGE").code == 0
    lines = asked("--csv", "porteur", "lister").out.splitlines()
    assert lines[0].startswith("code;")
    assert any("'=HYPERLINK()" in line for line in lines)
    assert asked("--csv", "rapport", "leviers", 2016).out.splitlines()[0].startswith("exercice;specifique;")


def test_the_plan_of_one_action_is_found_without_its_year(asked: Typist) -> None:
    rows = asked("--json", "rapport", "plan", "--action", "2016-001").data
    assert [(row["demande"], row["fonds_propres"]) for row in rows] == [("3000.00", "0.00"), ("0.00", "1000.00")]
    refused = asked("--json", "rapport", "plan", 2017, "--action", "2016-001")
    assert refused.refusal["erreur"] == "valeur_invalide"


def test_the_trend_needs_its_years_in_order(asked: Typist) -> None:
    assert len(asked("--json", "rapport", "tendance", "--financeur", "CAPH").data) == 6
    assert asked("rapport", "tendance", "--de", 2020, "--jusqua", 2015).code == 1


def test_reports_group_by_the_words_that_commands_offer(asked: Typist) -> None:
    assert set(Par) == {*PLACES, *SHARED}
    rows = asked("--json", "rapport", "ecarts", 2016, "--par", "pilier").data
    assert [row["code"] for row in rows] == ["citoyennete", "cohesion_sociale"]
    assert all(PILLAR_LABELS[row["code"]] == row["libelle"] for row in rows)


def test_a_report_can_be_made_as_it_was_known_on_a_day(asked: Typist) -> None:
    yesterday = day(None) - timedelta(days=1)
    assert [row["notifie"] for row in asked("--json", "rapport", "consommation", 2016).data] == ["50000.00"]
    known = asked("--json", "rapport", "consommation", 2016, "--connu-au", yesterday)
    assert (known.code, known.data) == (0, [])
    said = asked("rapport", "leviers", 2016, "--connu-au", yesterday).out
    assert f"connu au {yesterday:%d/%m/%Y}" in said


@pytest.mark.parametrize(
    "words",
    [
        ("rapport", "ecarts", 2016),
        ("rapport", "ecarts", 2016, "--par", "pilier"),
        ("rapport", "ecarts", 2016, "--par", "financeur"),
        ("rapport", "plan", 2016, "--fichier", "plan.csv"),
        ("rapport", "semaine"),
        ("rapport", "semaine", "semaine.xlsx"),
    ],
)
def test_whatever_a_report_answers_is_what_its_schema_says(
    asked: Typist, words: tuple[str | int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    schema = asked("--json-schema", *words[:2]).data
    jsonschema.Draft202012Validator(schema).validate(asked("--json", *words).data)
