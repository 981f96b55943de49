"""The State's posts: the published totals are the credits notified, each post is granted to its porteur."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.exchange.model import ImportedFile, ImportedRow
from ledger.storage.engine import open_engine
from tests.conftest import Typist

PUBLISHED = Path(str(files("ledger.exchange").joinpath("reference/postes_etat_caph_cavm.csv")))
YEARS = (2020, 2021, 2022, 2023)
HEADER = "type,annee,code_cv,id_poste,code_tiers,raison_sociale,montant,insee_dep,insee_reg\n"


@pytest.fixture
def posts(cofiville: Typist) -> Typist:
    """Type commands on a base whose exercices 2020 to 2023 are open."""
    for year in YEARS:
        assert cofiville("exercice", "ouvrir", year).code == 0
    return cofiville


def imported(typist: Typist, path: Path, code: int = 0) -> dict[str, Any]:
    answer = typist("--json", "echange", "importer", "--profil", "postes-etat", path)
    assert answer.code == code, answer.err
    found: dict[str, Any] = answer.data
    return found


def test_the_totals_of_each_year_are_those_of_the_file(posts: Typist) -> None:
    expected: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    with PUBLISHED.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            line = {"adulte-relais": "ETAT-ADULTES-RELAIS", "postes-fonjep": "ETAT-PDV-FONJEP"}[row["type"]]
            if row["code_cv"] == "CV195":
                expected[row["annee"], line] += Decimal(row["montant"])
    found = imported(posts, PUBLISHED)
    assert found["feuilles"][0]["nouvelles"] == 49
    rows = [row for year in YEARS for row in posts("--json", "enveloppe", "lister", year).data]
    assert {(str(row["exercice"]), row["ligne"]): Decimal(row["notifie"]) for row in rows} == expected
    assert all(row["engage"] == row["notifie"] for row in rows)
    assert posts("base", "controler").code == 0


def test_a_second_import_finds_everything_identical(posts: Typist) -> None:
    imported(posts, PUBLISHED)
    again = imported(posts, PUBLISHED)
    assert again["ecrit"] is False
    assert again["feuilles"][0]["identiques"] == 49


def test_rows_of_the_other_contract_are_counted_and_porteurs_without_siret_are_to_confirm(posts: Typist) -> None:
    problems = {problem["code"]: problem for problem in imported(posts, PUBLISHED)["problemes"]}
    assert problems["autre_contrat"]["message"].startswith("156 ligne(s) du contrat CV193")
    assert problems["a_confirmer"]["trouve"] == "Main dans la main"
    porteurs = {row["code"]: row for row in posts("--json", "porteur", "lister").data}
    assert porteurs["MAIN-DANS-LA-MAIN"]["a_confirmer"] is True
    assert porteurs["COM-DENAIN"]["type"] == "commune"
    assert porteurs["CCAS-DE-WALLERS"]["type"] == "ccas"
    assert porteurs["COMMUNAUTE-D-AGGLOMERATION-DE-LA-PORTE"]["type"] == "epci"


def test_a_post_listed_twice_is_flagged_and_counted_once(posts: Typist, tmp_path: Path) -> None:
    row = "adulte-relais,2020,CV195,59V1,21590172900016,COM DENAIN,100.5,59,32\n"
    path = tmp_path / "postes.csv"
    path.write_text(HEADER + row + row + row.replace("CV195", "CV193"), encoding="utf-8")
    found = imported(posts, path)
    assert sum(problem["code"] == "doublon" for problem in found["problemes"]) == 3
    assert posts("--json", "enveloppe", "lister", 2020).data[0]["notifie"] == "100.50"


def test_a_post_added_later_raises_the_credits_by_its_amount(posts: Typist, tmp_path: Path) -> None:
    row = "adulte-relais,2020,CV195,59V1,21590172900016,COM DENAIN,100.5,59,32\n"
    path = tmp_path / "postes.csv"
    path.write_text(HEADER + row, encoding="utf-8")
    imported(posts, path)
    path.write_text(HEADER + row + row.replace("59V1", "59V2"), encoding="utf-8")
    imported(posts, path)
    assert posts("--json", "enveloppe", "lister", 2020).data[0]["notifie"] == "201.00"
    path.write_text(HEADER + row.replace("100.5", "90"), encoding="utf-8")
    assert imported(posts, path, code=1)["ecrit"] is False


def test_the_file_and_the_cells_that_values_come_from_are_kept(posts: Typist, base: str) -> None:
    imported(posts, PUBLISHED)
    engine = open_engine(base)
    with Session(engine) as session:
        [file] = session.scalars(select(ImportedFile))
        assert (file.name, len(file.sha256)) == (PUBLISHED.name, 64)
        kept = session.scalars(select(ImportedRow).where(ImportedRow.key.contains("D01880"))).all()
        assert [row.cells["amount"] for row in kept] == ["G201", "G205"]
    engine.dispose()


def test_an_unknown_profile_says_which_exist(posts: Typist) -> None:
    answer = posts("--json", "echange", "importer", "--profil", "inconnu", PUBLISHED)
    assert (answer.code, answer.refusal["erreur"]) == (1, "profil_inconnu")
