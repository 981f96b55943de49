"""QPV of no EPCI: the contract of a commune or of a collectivité; populations that nobody publishes are asked."""

from __future__ import annotations

import pytest

from ledger.referential.geography import national_qpv, qpv_without_epci, time_zone_of
from ledger.referential.model import Territory, TerritoryPopulation
from ledger.referential.prefill import framework_of_communes
from tests.conftest import Typist

PAPEETE = ("--commune", "98735", "--porteur", "Commune de Papeete", "--epci", "219873500")
COMMUNES = ("97801", "98712", "98715", "98725", "98729", "98733", "98734", "98735", "98736", "98738")
DAYS = ("--du", "2025-01-01", "--au", "2030-12-31")


def test_the_91_qpv_of_no_epci_are_each_in_the_framework_of_their_communes() -> None:
    outside = [qpv for qpv in national_qpv() if not qpv.epcis]
    communes = sorted({insee for qpv in outside for insee in qpv.communes})
    assert (len(outside), len(communes)) == (91, 10)
    found = framework_of_communes(communes, "200000000", "Collectivité")
    assert {row["code"] for row in found[Territory]} == {qpv.code for qpv in outside} | {"HORS"}
    assert found[TerritoryPopulation] == []
    assert sum(len(qpv_without_epci([insee])) for insee in communes) == 91


def test_the_contract_of_a_commune_has_its_qpv_and_asks_their_population(cofiville: Typist) -> None:
    made = cofiville("contrat", "creer", "PPT", *PAPEETE, *DAYS)
    assert made.code == 0
    assert "8 quartier(s) sans population connue (QN98753I, QN98755M, QN98756I…)" in made.out
    command = "cofiville --contrat PPT territoire modifier QN98753I --population COMMUNE-DE-PAPEETE=NOMBRE"
    assert command in made.out.replace("\n", " ")
    shown = cofiville("--json", "contrat", "montrer", "PPT").data
    assert shown["nom"] == "Contrat de ville 2025-2030 de la Commune de Papeete"
    assert (shown["epci"], shown["fuseau"]) == ("219873500", "Pacific/Tahiti")
    places = {row["code"] for row in cofiville("--json", "--contrat", "PPT", "territoire", "lister").data}
    assert len([code for code in places if code.startswith("QN987")]) == 8
    counted = ("territoire", "modifier", "QN98753I", "--population", "COMMUNE-DE-PAPEETE=1200", "--millesime", "2022")
    assert cofiville("--contrat", "PPT", *counted).code == 0
    assert cofiville("--contrat", "PPT", "exercice", "ouvrir", "2026").code == 0
    assert cofiville("--json", "base", "controler").data["anomalies"] == []


@pytest.mark.parametrize(
    ("words", "problem", "remedy"),
    [
        (
            ("--commune", "59172", "--porteur", "Denain", "--epci", "219873500", *DAYS),
            "Les quartiers de la commune 59172 sont d'un EPCI : CA de la Porte du Hainaut.",
            "Créez le contrat de l'EPCI : --epci 200042190, sans --commune.",
        ),
        (
            ("--commune", "99999", "--porteur", "Nulle part", "--epci", "219873500", *DAYS),
            "Aucun quartier prioritaire hors EPCI dans la commune « 99999 ».",
            f"Écrivez son code INSEE ; communes qui en ont : {', '.join(COMMUNES)}.",
        ),
        (
            ("--commune", "98735", "--epci", "219873500", *DAYS),
            "Le nom de la commune ou de la collectivité qui porte le contrat manque.",
            'Donnez-le avec son SIREN : --porteur "Commune de …" --epci SIREN.',
        ),
        (
            ("--commune", "98735", "--porteur", "Papeete", "--epci", "2198735", *DAYS),
            "« 2198735 » n'est pas un SIREN.",
            "Écrivez les neuf chiffres du SIREN du porteur.",
        ),
        (
            (*PAPEETE, "--du", "2024-01-01", "--au", "2030-12-31"),
            "Les quartiers de ces communes sont ceux du 01/01/2025, pas du 01/01/2024.",
            "Commencez ce jour-là : --du 2025-01-01.",
        ),
        (
            (*PAPEETE, *DAYS, "--depuis", "CV195"),
            "Un contrat pris par commune part de la géographie nationale, pas de CV195.",
            "Gardez l'un des deux.",
        ),
    ],
)
def test_what_makes_no_contract_of_a_commune_is_refused_with_one_way_out(
    cofiville: Typist, words: tuple[str, ...], problem: str, remedy: str
) -> None:
    refused = cofiville("--json", "contrat", "creer", "PPT", *words).refusal
    assert (refused["probleme"], refused["remede"]) == (problem, remedy)
    assert "PPT" not in cofiville("contrat", "lister").out


@pytest.mark.parametrize(
    ("insee", "zone"), [("97411", "Indian/Reunion"), ("98735", "Pacific/Tahiti"), ("59172", "Europe/Paris")]
)
def test_the_days_of_a_contract_are_those_of_its_communes(insee: str, zone: str) -> None:
    assert time_zone_of([insee]) == zone
