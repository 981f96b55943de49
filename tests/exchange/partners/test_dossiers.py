"""The État's follow-up of dossiers: read under its two rows of titles, kept, held against its conventions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Typist
from tests.exchange.partners.conftest import done, dossiers, grant


def held(typist: Typist, path: Path, *more: str) -> list[tuple[Any, ...]]:
    rows = done(typist("--json", "echange", "rapprocher", "--profil", "etat-dossiers", path, *more))
    return [(row["figure"], row["livre"], row["fichier"], row["ecart"], row["etat"]) for row in rows]


def test_a_dossier_granted_as_in_the_book_agrees(year: Typist, tmp_path: Path) -> None:
    path = dossiers(tmp_path / "suivi.csv", {"number": "OS1", "granted": "5 000,00"})
    assert held(year, path) == [("accorde", "5000.00", "5000.00", "0.00", "rapproche")]


def test_annual_and_additional_lines_are_proposed_together(year: Typist, tmp_path: Path) -> None:
    annual = {"number": "OS1", "financing": "Annuel", "granted": 4000}
    more = {"number": "OS1", "financing": "Complémentaire", "granted": 1000}
    assert held(year, dossiers(tmp_path / "suivi.csv", annual, more)) == [
        ("accorde", "5000.00", "5000.00", "0.00", "a_confirmer")
    ]


def test_what_the_etat_says_it_paid_is_held_against_what_is_recorded(year: Typist, tmp_path: Path) -> None:
    path = dossiers(tmp_path / "suivi.csv", {"number": "OS1", "granted": 5000, "advance": 3500, "additional": 500})
    assert held(year, path) == [
        ("accorde", "5000.00", "5000.00", "0.00", "rapproche"),
        ("verse", "0.00", "4000.00", "4000.00", "ecart"),
    ]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"granted": 4500}, [("accorde", "5000.00", "4500.00", "-500.00", "ecart")]),
        (
            {"granted": 5000, "siret": "35600000049837", "name": "La Poste"},
            [
                ("accorde", None, "5000.00", "5000.00", "absent_du_livre"),
                ("accorde", "5000.00", None, "-5000.00", "absent_du_fichier"),
            ],
        ),
        (
            {"granted": 5000, "siret": "2,65902E+13", "name": "CCAS d’Escaudain"},
            [("accorde", "5000.00", "5000.00", "0.00", "rapproche")],
        ),
    ],
)
def test_a_dossier_that_is_not_as_in_the_book_says_how(
    year: Typist, tmp_path: Path, row: dict[str, Any], found: list[tuple[Any, ...]]
) -> None:
    assert held(year, dossiers(tmp_path / "suivi.csv", {"number": "OS1", **row})) == found


def test_a_file_is_kept_once_then_by_its_changes(year: Typist, tmp_path: Path) -> None:
    def sheet(path: Path) -> dict[str, Any]:
        found = done(year("--json", "echange", "importer", "--profil", "etat-dossiers", path))
        counts: dict[str, Any] = {**found["feuilles"][0], "ecrit": found["ecrit"]}
        return {name: counts[name] for name in ("nouvelles", "modifiees", "identiques", "absentes", "ecrit")}

    path = dossiers(tmp_path / "suivi.csv", {"number": "OS1", "granted": 5000}, {"number": "OS2", "granted": 10})
    assert sheet(path) == {"nouvelles": 2, "modifiees": 0, "identiques": 0, "absentes": 0, "ecrit": True}
    assert sheet(path) == {"nouvelles": 0, "modifiees": 0, "identiques": 2, "absentes": 0, "ecrit": False}
    less = dossiers(tmp_path / "suivi.csv", {"number": "OS1", "granted": 4800})
    assert sheet(less) == {"nouvelles": 0, "modifiees": 1, "identiques": 0, "absentes": 1, "ecrit": True}
    problems = done(year("--json", "echange", "importer", "--profil", "etat-dossiers", less))["problemes"]
    assert "moins_de_lignes" in {problem["code"] for problem in problems}
    assert done(year("--json", "base", "controler"))["anomalies"] == []


def test_a_damaged_siret_and_an_unreadable_amount_are_said_and_stop_nothing(year: Typist, tmp_path: Path) -> None:
    row = {"number": "OS1", "granted": 5000, "siret": "21860194600000.0", "advance": "$0"}
    found = done(
        year("--json", "echange", "importer", "--profil", "etat-dossiers", dossiers(tmp_path / "suivi.csv", row))
    )
    problems = {(problem["code"], problem["niveau"]) for problem in found["problemes"]}
    assert {("siret_detruit", "alerte"), ("montant_illisible", "alerte"), ("ligne_de_total", "information")} <= problems
    assert found["ecrit"]


def test_an_unreadable_granted_amount_stops_everything(year: Typist, tmp_path: Path) -> None:
    path = dossiers(tmp_path / "suivi.csv", {"number": "OS1", "granted": "1.234,56"})
    answer = year("--json", "echange", "importer", "--profil", "etat-dossiers", path)
    assert (answer.code, answer.data["ecrit"]) == (1, False)
    refused = year("--json", "echange", "rapprocher", "--profil", "etat-dossiers", path)
    assert refused.code == 1
    assert "I3" in refused.refusal["probleme"]


def test_what_still_differs_can_be_kept(year: Typist, tmp_path: Path) -> None:
    path = dossiers(tmp_path / "suivi.csv", {"number": "OS1", "granted": 4500})
    assert held(year, path, "--retenir", "--le", "2016-12-15") == [
        ("accorde", "5000.00", "4500.00", "-500.00", "ecart")
    ]
    assert done(year("--json", "base", "controler"))["anomalies"] == []


@pytest.mark.parametrize("siret", ["20004219000013", ""])
def test_the_epci_that_carries_an_action_is_one_body_with_its_siren(year: Typist, tmp_path: Path, siret: str) -> None:
    """F60: it is a porteur of its own SIREN; its convention answers to the dossier that names it."""
    porteur = (
        "porteur",
        "ajouter",
        "La Porte du Hainaut",
        "--type",
        "epci",
        "--siret",
        "20004219000013",
        "--code",
        "AGGLO",
    )
    done(year("--json", *porteur))
    number = grant(year, "Agglo", "AGGLO", "ETAT-PDV-ACTIONS", 3000)
    done(year("--json", "convention", "saisir", number, "--numero", "CAGGLO", "--le", "2016-05-02"))
    done(year("--json", "convention", "signer", "CAGGLO", "--piece", "Arrêté", "--le", "2016-05-03"))
    ours = {"number": "OS2", "granted": 3000, "siret": siret, "name": "La Porte du Hainaut"}
    assert held(year, dossiers(tmp_path / "suivi.csv", {"number": "OS1", "granted": 5000}, ours)) == [
        ("accorde", "5000.00", "5000.00", "0.00", "rapproche"),
        ("accorde", "3000.00", "3000.00", "0.00", "rapproche"),
    ]
