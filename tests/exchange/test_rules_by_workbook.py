"""Règles by workbook: exported as they could be typed, entered, corrected, changed from a day; bad rows refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ledger.exchange.sheets.referential import RULES
from ledger.rules.kinds import read_figures
from ledger.rules.packs import shipped_rules
from ledger.rules.written import figures_text, read_pairs
from tests.conftest import Typist
from tests.exchange.books import book

TITLES = ("Code", "Libellé", "Genre", "Portée", "Chiffres", "Du", "Au", "Source", "Article", "À confirmer")
REGION = (
    *("TAUX-REGION", "Part de la Région", "taux", "ligne=REGION-DSDT", "taux=50 %", "2016-01-01", None),
    *("Règlement régional", "article 4", "non"),
)
DRE = (
    *("TAUX-DRE-QPV", "Part de l'État dans la DRE, habitants des QPV", "taux"),
    *("ligne=ETAT-PDV-DRE ; territoire=qpv", "taux=60% ; mode=fixe", "2015-01-01", None),
    *("Contrat de ville CAPH 2015-2020", "§5.2.5", "non"),
)


def imported(cofiville: Typist, folder: Path, *rows: tuple[Any, ...], code: int = 0) -> Any:
    path = book(folder / "regles.xlsx", {RULES.name: [TITLES, *rows]})
    answer = cofiville("--json", "excel", "importer", path)
    assert answer.code == code, answer.out
    return answer.data


def versions(cofiville: Typist, code: str) -> list[tuple[str, str | None, str]]:
    rows = cofiville("--json", "regle", "montrer", code).data
    return [(row["du"], row["au"], row["valeur"]) for row in rows if not row["remplacee"]]


def test_a_new_rule_is_entered_and_the_same_file_again_changes_nothing(cofiville: Typist, tmp_path: Path) -> None:
    assert imported(cofiville, tmp_path, REGION)["feuilles"][0]["nouvelles"] == 1
    assert versions(cofiville, "TAUX-REGION") == [("2016-01-01", None, "50\u00a0% au plus")]
    assert imported(cofiville, tmp_path, REGION)["feuilles"][0]["identiques"] == 1


def test_a_changed_value_corrects_its_version(cofiville: Typist, tmp_path: Path) -> None:
    assert imported(cofiville, tmp_path, DRE)["feuilles"][0]["modifiees"] == 1
    assert versions(cofiville, "TAUX-DRE-QPV") == [("2015-01-01", None, "60\u00a0% (taux fixé)")]


def test_a_later_first_day_changes_the_rule_from_that_day(cofiville: Typist, tmp_path: Path) -> None:
    later = (*DRE[:5], "2017-01-01", *DRE[6:])
    assert imported(cofiville, tmp_path, later)["feuilles"][0]["nouvelles"] == 1
    assert versions(cofiville, "TAUX-DRE-QPV") == [
        ("2015-01-01", "2016-12-31", "65\u00a0% (taux fixé)"),
        ("2017-01-01", None, "60\u00a0% (taux fixé)"),
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({4: "taux=130 %"}, "dépasse 100"),
        ({4: "taux"}, "n'est pas lisible"),
        ({3: "ligne=INCONNUE"}, "INCONNUE"),
        ({3: "couleur=bleu"}, "portée"),
        ({2: "tarif"}, "tarif"),
        ({7: None}, "Source"),
    ],
)
def test_a_bad_row_is_refused_and_nothing_is_written(
    cofiville: Typist, tmp_path: Path, change: dict[int, str | None], words: str
) -> None:
    row = tuple(change.get(at, cell) for at, cell in enumerate(REGION))
    found = imported(cofiville, tmp_path, row, code=1)
    assert found["ecrit"] is False
    assert any(words in str(problem) for problem in found["problemes"])


def test_the_export_of_the_referential_can_be_imported_again_and_changes_nothing(
    cofiville: Typist, tmp_path: Path
) -> None:
    assert cofiville("exercice", "ouvrir", 2016).code == 0
    path = tmp_path / "referentiel.xlsx"
    assert cofiville("excel", "exporter", "referentiel", 2016, path).code == 0
    sheets = {
        each["feuille"]: each for each in cofiville("--json", "excel", "importer", path, "--simuler").data["feuilles"]
    }
    found = sheets[RULES.name]
    assert (found["nouvelles"], found["modifiees"]) == (0, 0)
    assert found["identiques"] > 40


def test_every_shipped_rule_reads_back_from_one_line() -> None:
    for form in shipped_rules():
        figures = read_figures(form.kind, form.figures)
        assert read_figures(form.kind, read_pairs(figures_text(figures))) == figures
