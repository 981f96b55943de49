"""Posts go out in the workbook and come back, with what pays them and the months nobody holds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.core.money import Money
from ledger.exchange.declaration import Table, Values
from ledger.exchange.sheets.cofinanced_posts import COFINANCED_POSTS, POST_FUNDINGS
from ledger.exchange.writing.writer import write_workbook
from tests.conftest import Typist

POST: Values = {
    "year": 2016,
    "code": "MOUS-RAISMES",
    "kind": "mous",
    "label": "Chargé de mission",
    "porteur": "RAISMES",
    "cost_yearly": Money(4_800_000),
    "communes": ("59491",),
    "population": 4300,
    "absences": "9;3-5",
}
PAID = {"ETAT-PDV-INGENIERIE": 2_500_000, "CAPH-PDV": 1_500_000, "PORTEUR-FONDS-PROPRES": 800_000}


def book(path: Path, **others: object) -> Path:
    """A workbook with one post, some of its facts changed."""
    paid = tuple({"year": 2016, "post": POST["code"], "line": line, "amount": Money(c)} for line, c in PAID.items())
    write_workbook(path, [Table(COFINANCED_POSTS, ({**POST, **others},)), Table(POST_FUNDINGS, paid)])  # type: ignore[dict-item]
    return path


@pytest.fixture
def desk(cofiville: Typist, tmp_path: Path) -> Typist:
    """Type on a base where the workbook was imported."""
    assert cofiville("porteur", "ajouter", "Ville de Raismes", "--type", "commune", "--code", "RAISMES").code == 0
    assert cofiville("exercice", "ouvrir", 2016).code == 0
    answer = cofiville("excel", "importer", book(tmp_path / "a.xlsx"))
    assert answer.code == 0, answer.out
    return cofiville


def test_a_post_comes_in_with_what_pays_it_and_its_vacancies(desk: Typist) -> None:
    row = desk("--json", "poste", "montrer", 2016, "MOUS-RAISMES").data
    assert (row["cout"], row["mois_tenus"], row["communes"]) == ("32000.00", [1, 2, 6, 7, 8, 10, 11, 12], ["Raismes"])
    assert row["eligibilite"]["verdict"] == "respectee"


def test_the_same_workbook_again_and_the_export_of_the_programme_change_nothing(desk: Typist, tmp_path: Path) -> None:
    assert desk("excel", "exporter", "programmation", 2016, tmp_path / "export.xlsx").code == 0
    for name in ("a.xlsx", "export.xlsx"):
        found = desk("--json", "excel", "importer", tmp_path / name)
        assert (found.code, found.data["ecrit"]) == (0, False), found.out


def test_a_post_changed_in_the_workbook_is_corrected(desk: Typist, tmp_path: Path) -> None:
    changed = desk("--json", "excel", "importer", book(tmp_path / "b.xlsx", percent=80, absences="12"))
    assert (changed.code, changed.data["ecrit"]) == (0, True)
    row = desk("--json", "poste", "montrer", 2016, "MOUS-RAISMES").data
    assert (row["quotite"], len(row["mois_tenus"])) == (80, 7)


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"last_month": 13}, "durerait 13 mois"),
        ({"percent": 0}, "quotité de 0"),
        ({"cost_yearly": Money(4_800_001)}, "écart 0,01"),
        ({"absences": "mars"}, "« mars » ne désigne pas des mois"),
        ({"population": 2000}, "n'est pas éligible"),
    ],
)
def test_a_post_that_does_not_hold_is_refused_in_the_workbook(
    desk: Typist, tmp_path: Path, others: dict[str, object], said: str
) -> None:
    refused = desk("--json", "excel", "importer", book(tmp_path / "b.xlsx", **others))
    assert refused.code == 1
    assert any(said in each["message"].replace("\xa0", " ") for each in refused.data["problemes"]), refused.out
