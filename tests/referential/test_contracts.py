"""Several contracts in one base: made, listed, prolonged, closed; each with its own référentiel (M26, M34)."""

from __future__ import annotations

import pytest

from tests.acts import unsigned
from tests.conftest import Typist

CAPH, REIMS = "200042190", "200067213"
NEXT = ("contrat", "creer", "SUITE", "--epci", CAPH, "--du", "2024-01-01", "--au", "2030-12-31")


@pytest.fixture
def two(cofiville: Typist) -> Typist:
    """The base with the contract of 2024 of the same EPCI beside that of 2015."""
    assert cofiville(*NEXT).code == 0
    return cofiville


def test_a_contract_of_2024_begins_with_the_geography_of_its_epci(cofiville: Typist) -> None:
    made = cofiville("--json", *NEXT).data
    assert (made["contrat"], made["epci"], made["du"], made["au"]) == ("SUITE", CAPH, "2024-01-01", "2030-12-31")
    assert len([code for code in made["territoires"] if code.startswith("QN059")]) == 13
    listed = {row["contrat"]: row for row in cofiville("--json", "contrat", "lister").data}
    assert listed["SUITE"] == {
        "contrat": "SUITE",
        "nom": "Contrat de ville 2024-2030 de la CAPH",
        "epci": CAPH,
        "epci_nom": "Communauté d'agglomération de La Porte du Hainaut",
        "du": "2024-01-01",
        "au": "2030-12-31",
        "etat": "en_cours",
    }
    assert listed["CV195"]["au"] == "2023-12-31"
    assert cofiville("--contrat", "SUITE", "exercice", "ouvrir", "2026").code == 0
    assert cofiville("--json", "base", "controler").data["anomalies"] == []


def test_what_a_contract_has_of_its_own_is_on_no_screen_of_another(two: Typist) -> None:
    """Lines, territories, financeurs, axes of one are not seen, nor found, from the other."""
    for group in ("territoire", "financeur", "ligne", "axe"):
        of_2015, of_2024 = (
            {row.get("code") or row["objectif"] for row in two("--json", "--contrat", code, group, "lister").data}
            for code in ("CV195", "SUITE")
        )
        only = {code for code in of_2024 - of_2015 if code.startswith("QN") or "COMMUNE-" in code}
        assert group in ("axe",) or only
        assert "DENAIN-CENTRE" not in of_2024
    assert two("--contrat", "SUITE", "exercice", "ouvrir", "2026").code == 0
    notified = ("enveloppe", "notifier", "ETAT-PDV-DRE", "2026", "1000", "--piece", "N1", "--le", "2026-02-01")
    refused = two("--json", "--contrat", "SUITE", *notified)
    assert refused.refusal["probleme"] == "La ligne de crédits « ETAT-PDV-DRE » n'existe pas."


@pytest.mark.parametrize(
    ("words", "problem", "remedy"),
    [
        (
            ("exercice", "ouvrir", "2031"),
            "L'exercice 2031 est hors du contrat CV195, qui va du 01/01/2015 au 31/12/2023.",
            f"Créez le suivant : cofiville contrat creer CODE --epci {CAPH} --du 2031-01-01 --au JOUR.",
        ),
        (
            ("--contrat", "SUITE", "exercice", "ouvrir", "2031"),
            "L'exercice 2031 est hors du contrat SUITE, qui va du 01/01/2024 au 31/12/2030.",
            (
                "Créez le suivant (contrat creer), ou prolongez-le :"
                " cofiville contrat prolonger SUITE --au 2031-12-31 --piece TEXTE."
            ),
        ),
        (
            ("exercice", "ouvrir", "2014"),
            "L'exercice 2014 est hors du contrat CV195, qui va du 01/01/2015 au 31/12/2023.",
            "Ouvrez un exercice du contrat : cofiville exercice ouvrir 2015.",
        ),
        (
            ("contrat", "creer", "CV195", "--epci", REIMS, "--du", "2024-01-01", "--au", "2030-12-31"),
            "Le code CV195 est déjà celui d'un contrat de cette base.",
            "Donnez-en un autre, ou voyez-le : cofiville contrat montrer CV195.",
        ),
        (
            ("contrat", "creer", "AUTRE", "--epci", CAPH, "--du", "2029-01-01", "--au", "2033-12-31"),
            "Le contrat SUITE de la CAPH couvre déjà du 01/01/2024 au 31/12/2030.",
            "Commencez après (--du 2031-01-01), ou cofiville contrat clore SUITE --le JOUR.",
        ),
        (
            ("contrat", "creer", "AUTRE", "--epci", "999999999", "--du", "2024-01-01", "--au", "2030-12-31"),
            "Aucun EPCI de SIREN « 999999999 » dans la liste nationale de 2026.",
            "Écrivez les neuf chiffres du SIREN, ou des mots du nom de l'EPCI pour le retrouver.",
        ),
        (
            ("contrat", "creer", "AUTRE", "--epci", REIMS, "--du", "2030-12-31", "--au", "2024-01-01"),
            "Le contrat finit avant de commencer.",
            "Vérifiez --du et --au.",
        ),
        (
            ("contrat", "prolonger", "CV195", "--au", "2026-12-31", "--piece", "Avenant"),
            "Le contrat CV195 est sur les quartiers prioritaires de 2015, qui ne valent plus depuis le 01/01/2024.",
            f"Créez le contrat suivant : cofiville contrat creer CODE --epci {CAPH} --du 2024-01-01 --au JOUR.",
        ),
        (
            ("contrat", "prolonger", "SUITE", "--au", "2030-06-30", "--piece", "Avenant"),
            "Le 30/06/2030 ne prolonge pas le contrat SUITE : il va jusqu'au 31/12/2030.",
            "Donnez un jour plus tard.",
        ),
    ],
)
def test_what_a_contract_does_not_allow_is_refused_with_a_way_out(
    two: Typist, words: tuple[str, ...], problem: str, remedy: str
) -> None:
    answer = two("--json", *words)
    assert (answer.code, unsigned(answer.refusal["probleme"]), answer.refusal["remede"]) == (1, problem, remedy)
    assert len(two("--json", "contrat", "lister").data) == 3


def test_a_contract_is_prolonged_by_dated_acts_whose_history_stays(two: Typist) -> None:
    words = ("contrat", "prolonger", "SUITE", "--au", "2032-12-31", "--piece", "Avenant 1", "--le", "2026-06-01")
    assert two("--json", *words).data["au"] == "2032-12-31"
    assert two("--contrat", "SUITE", "exercice", "ouvrir", "2031").code == 0
    shown = two("--json", "contrat", "montrer", "SUITE").data
    assert shown["actes"] == [
        {
            "rang": 1,
            "genre": "prolongation",
            "le": "2026-06-01",
            "au": "2032-12-31",
            "piece": "Avenant 1",
            "a_confirmer": False,
        }
    ]
    of_2015 = two("--json", "contrat", "montrer", "CV195").data
    assert [(act["au"], act["a_confirmer"]) for act in of_2015["actes"]] == [("2022-12-31", True), ("2023-12-31", True)]


def test_a_contract_copies_the_framework_of_another_under_its_own_epci(two: Typist) -> None:
    words = ("contrat", "creer", "REIMS", "--epci", REIMS, "--du", "2024-01-01", "--au", "2030-12-31")
    assert two(*words, "--depuis", "SUITE").code == 0
    lines = {row["code"]: row["financeur"] for row in two("--json", "--contrat", "REIMS", "ligne", "lister").data}
    assert lines["CU-GRAND-REIMS-PDV"] == "CU-GRAND-REIMS"
    assert not any(code.startswith("CAPH") for code in lines)
    rules = [row["code"] for row in two("--json", "--contrat", "REIMS", "regle", "lister").data]
    assert "RELIQUAT-CU-GRAND-REIMS" in rules
    assert len(rules) == len(two("--json", "--contrat", "SUITE", "regle", "lister").data)


def test_a_contract_is_closed_once_its_exercices_are(two: Typist) -> None:
    assert two("--contrat", "SUITE", "exercice", "ouvrir", "2026").code == 0
    refused = two("--json", "contrat", "clore", "SUITE", "--oui")
    assert refused.refusal["probleme"] == "Le contrat SUITE a un exercice ouvert : 2026."
    assert two("contrat", "clore", "CV193", "--le", "2024-06-30", "--oui").code == 0
    assert {row["contrat"]: row["etat"] for row in two("--json", "contrat", "lister").data}["CV193"] == "clos"
    assert two("--json", "contrat", "modifier", "SUITE", "--nom", "Quartiers 2030").data["nom"] == "Quartiers 2030"


def test_what_a_contract_begins_with_stands_on_any_day(two: Typist) -> None:
    """F50: its rules and its prolongation date nothing of what is typed without a day on it afterwards."""
    assert two("exercice", "ouvrir", 2016).code == 0
    assert two("porteur", "ajouter", "Caisse des écoles", "--type", "caisse_des_ecoles", "--code", "CDE").code == 0
    notified = ("enveloppe", "notifier", "CAPH-PDV", "2016", "1000", "--piece", "N1", "--le", "2016-02-01")
    assert two(*notified).code == 0
    asked = (
        "--intitule",
        "Jardin",
        "--cout",
        "10",
        *("--financement", "CAPH-PDV=5", "--financement", "PORTEUR-FONDS-PROPRES=5"),
    )
    assert two("action", "saisir", 2016, "--numero", "2016-001", "--porteur", "CDE", *asked).code == 0
    assert two("contrat", "creer", "AUTRE", "--epci", REIMS, "--du", "2024-01-01", "--au", "2030-12-31").code == 0
    shown = two("--json", "regle", "essayer", "2016-001", "--le", "2016-03-01")
    assert shown.code == 0, shown.err
    assert two("--json", "--contrat", "CV195", "regle", "lister", "--le", "2015-01-01").data


def test_what_is_advised_for_another_contract_is_typed_for_it(two: Typist) -> None:
    """A command copied from a screen or a refusal acts on the contract it was said of."""
    refused = two("--json", "--contrat", "SUITE", "exercice", "ouvrir", "2019")
    assert refused.refusal["remede"].endswith("cofiville --contrat SUITE exercice ouvrir 2024.")
    assert two("--contrat", "SUITE", "exercice", "ouvrir", "2024").code == 0
    assert "cofiville contrat montrer SUITE" in two("--contrat", "SUITE", *NEXT).err
    here = two("exercice", "ouvrir", "2031").err
    assert "--contrat" not in here


def test_an_act_without_a_day_counts_from_the_book_of_its_own_contract(two: Typist) -> None:
    """What another contract dated later says nothing of how far this one has come."""
    for contract, year in (("CV195", 2016), ("SUITE", 2026)):
        assert two("--contrat", contract, "exercice", "ouvrir", year).code == 0
        notified = ("ETAT-PDV-ACTIONS", year, 1000, "--piece", "N", "--le", f"{year}-02-01")
        assert two("--contrat", contract, "enveloppe", "notifier", *notified).code == 0
    assert (
        two("--contrat", "SUITE", "territoire", "modifier", "QN05920M", "--nom", "Nu", "--le", "2026-10-01").code == 0
    )
    for contract, reached in (("CV195", "2016-02-01"), ("SUITE", "2026-10-01")):
        added = ("Cité X", "--type", "hors", "--source", "COPIL")
        assert two("--contrat", contract, "territoire", "ajouter", *added).code == 0
        [*_, last] = two("--json", "--contrat", contract, "historique", "CITE-X").data
        assert last["le"] == reached


def test_a_contract_has_no_quartier_prioritaire_of_another_time(two: Typist) -> None:
    """II-3: those of 2015 stand in no contract of 2024, nor those of 2024 in one over before them."""
    for contract, code, problem, remedy in (
        ("SUITE", "DENAIN-CENTRE", "n'est pas un quartier prioritaire en vigueur depuis le 01/01/2024", "(QN…)"),
        ("SUITE", "QP059048", "n'est pas un quartier prioritaire en vigueur depuis le 01/01/2024", "(QN…)"),
        ("CV195", "QN05950M", "est sur les précédents", "contrat creer CODE --epci 200042190 --du 2024-01-01"),
    ):
        added = ("territoire", "ajouter", "Denain", "--code", code, "--source", "Décret", "--type")
        if contract == "CV195" or code != "DENAIN-CENTRE":
            refused = two("--json", "--contrat", contract, *added, "qpv").refusal
            assert problem in refused["probleme"]
            assert remedy in refused["remede"]
    kept = ("territoire", "ajouter", "Denain", "--code", "QP059048", "--source", "Décret", "--type")
    assert two("--contrat", "SUITE", *kept, "poche").code == 0
    assert two("--contrat", "CV195", *kept, "qpv").code == 0


def test_a_contract_copied_has_the_quartiers_of_its_own_days(cofiville: Typist) -> None:
    """II-3: those of 2015 are not copied into 2024, nor those of 2024 into 2015."""
    made = cofiville("--json", *NEXT, "--depuis", "CV195").data["territoires"]
    assert (len([code for code in made if code.startswith("QN059")]), "DENAIN-CENTRE" in made) == (13, False)
    assert cofiville("--json", "base", "controler").data["anomalies"] == []
    back = ("contrat", "creer", "AVANT", "--epci", REIMS, "--du", "2015-01-01", "--au", "2023-12-31")
    assert not [c for c in cofiville("--json", *back, "--depuis", "SUITE").data["territoires"] if c.startswith("QN")]
    later = ("--epci", CAPH, "--du", "2031-01-01", "--au", "2035-12-31", "--modele", "caph-2015-2020")
    refused = cofiville("--json", "contrat", "creer", "AUTRE", *later).refusal
    assert refused["remede"] == "Partez de la géographie nationale : --modele quartiers-2030."
