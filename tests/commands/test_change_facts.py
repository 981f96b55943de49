"""What a contract has of its own is added, renamed from a day, and closed once nobody holds to it (M1, M26)."""

from __future__ import annotations

import pytest

from tests.conftest import Typist

DENAIN = ("financeur", "ajouter", "COMMUNE-DENAIN", "Ville de Denain", "--type", "commune", "--source", "§5.4.1")
LINE = ("ligne", "ajouter", "DENAIN-PDV", "COMMUNE-DENAIN", "--libelle", "Denain - PDV", "--source", "§5.4.1")


def test_a_commune_becomes_a_financeur_with_its_line_and_brings_credits(in_2016: Typist) -> None:
    added = in_2016("--json", *DENAIN, "--statut", "commune", "--du", "2016-01-01").data
    assert (added["code"], added["droit"], added["du"], added["au"]) == ("COMMUNE-DENAIN", "public", "2016-01-01", None)
    line = in_2016("--json", *LINE, "--territoires", "qpv|veille", "--du", "2016-01-01").data
    assert (line["territoires"], line["financeur"], line["nature"]) == (
        ["qpv", "veille"],
        "COMMUNE-DENAIN",
        "specifique",
    )
    notified = ("enveloppe", "notifier", "DENAIN-PDV", "2016", "1000", "--piece", "D1", "--le", "2016-02-01")
    assert in_2016(*notified).code == 0
    refused = in_2016("--json", "ligne", "clore", "DENAIN-PDV", "--le", "2016-12-31", "--oui")
    assert refused.refusal["probleme"].startswith("La ligne DENAIN-PDV ne peut pas prendre fin : il y reste")
    assert "DISPONIBLE, 2016" in refused.refusal["probleme"]
    assert "cofiville enveloppe lister 2016" in refused.refusal["remede"]


def test_a_closed_line_takes_no_credits_of_a_later_year(in_2016: Typist) -> None:
    assert in_2016(*DENAIN).code == 0
    refused = in_2016("--json", "financeur", "ajouter", *DENAIN[2:])
    assert refused.refusal["erreur"] == "code_existant"
    assert in_2016(*LINE).code == 0
    open_lines = in_2016("--json", "financeur", "clore", "COMMUNE-DENAIN", "--oui")
    assert open_lines.refusal["remede"] == "Clôturez-la d'abord : cofiville ligne clore DENAIN-PDV."
    closed = in_2016("--json", "ligne", "clore", "DENAIN-PDV", "--le", "2015-12-31", "--oui").data
    assert closed["au"] == "2015-12-31"
    late = in_2016(
        "--json", "enveloppe", "notifier", "DENAIN-PDV", "2016", "1000", "--piece", "D1", "--le", "2016-02-01"
    )
    assert late.refusal["probleme"] == ("La ligne DENAIN-PDV a pris fin le 31/12/2015 : rien ne s'y inscrit en 2016.")
    assert in_2016("financeur", "clore", "COMMUNE-DENAIN", "--le", "2015-12-31", "--oui").code == 0


def test_a_new_name_counts_from_its_day_and_the_former_one_stays_known(in_2016: Typist) -> None:
    """M26: "Région Nord-Pas-de-Calais" becomes "Hauts-de-France" on 1 January 2016."""
    words = ("financeur", "modifier", "REGION", "--nom", "Région Hauts-de-France", "--le", "2016-01-01")
    assert in_2016("--json", *words).data["nom"] == "Région Hauts-de-France"
    rows = {row["code"]: row["nom"] for row in in_2016("--json", "financeur", "lister").data}
    assert rows["REGION"] == "Région Hauts-de-France"
    before = in_2016("--json", "financeur", "lister", "--le", "2015-12-31").data
    assert {row["code"]: row["nom"] for row in before}["REGION"] == "Région Nord-Pas-de-Calais"


def test_a_territory_that_actions_serve_is_not_closed_before_their_year_ends(in_2016: Typist) -> None:
    added = in_2016(
        *("--json", "territoire", "ajouter", "Cité Chabaud", "--type", "veille", "--source", "Avenant"),
        *("--population", "CAPH=120", "--millesime", "2016"),
    ).data
    assert (added["code"], added["epci"], added["population"]) == ("CITE-CHABAUD", "CAPH", {"CAPH": 120})
    assert in_2016("porteur", "ajouter", "Ville de Denain", "--type", "commune", "--code", "DENAIN").code == 0
    saisie = ("action", "saisir", "2016", "--intitule", "Jardins", "--porteur", "DENAIN", "--cout", "900")
    served = ("--financement", "CAPH-PDV=900", "--veille", "10", "--territoire", "CITE-CHABAUD")
    typed = in_2016(*saisie, *served)
    assert typed.code == 0, typed.err
    refused = in_2016("--json", "territoire", "clore", "CITE-CHABAUD", "--le", "2016-06-30", "--oui")
    assert "l'action 2016-001 le sert" in refused.refusal["probleme"]
    assert in_2016("territoire", "clore", "CITE-CHABAUD", "--le", "2016-12-31", "--oui").code == 0
    assert in_2016("exercice", "ouvrir", "2017").code == 0
    again = in_2016("--json", *saisie[:2], "2017", *saisie[3:], *served)
    assert again.refusal["probleme"].startswith("Le territoire CITE-CHABAUD a pris fin le 31/12/2016")


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("9.1", "L'axe 9.1 laisserait un trou : 9 n'existe pas."),
        ("5.1.1", "L'axe 5.1.1 existe déjà."),
        ("5..1", "« 5..1 » n'est pas le code d'un axe."),
        ("\u0669", "« \u0669 » n'est pas le code d'un axe."),
    ],
)
def test_an_axis_that_has_no_place_in_the_tree_is_refused(cofiville: Typist, code: str, problem: str) -> None:
    assert cofiville("--json", "axe", "ajouter", code, "Libellé").refusal["probleme"] == problem


def test_axes_go_to_any_depth(cofiville: Typist) -> None:
    for code in ("9", "9.1", "9.1.1", "9.1.1.a"):
        assert cofiville("axe", "ajouter", code, f"Axe {code}").code == 0
    rows = {row["objectif"]: row for row in cofiville("--json", "axe", "lister").data}
    assert rows["9.1.1.a"]["chemin"] == ["9", "9.1", "9.1.1", "9.1.1.a"]
    assert (rows["9.1.1.a"]["axe"], rows["9.1.1.a"]["priorite"]) == ("9", "9.1")
    assert "9.1.1" not in rows
    assert cofiville("axe", "clore", "9.1.1.a", "--le", "2019-12-31", "--oui").code == 0


def test_an_axis_is_not_closed_while_others_hang_from_it_nor_added_under_one_that_is(cofiville: Typist) -> None:
    for code in ("9", "9.1"):
        assert cofiville("axe", "ajouter", code, f"Axe {code}").code == 0
    refused = cofiville("--json", "axe", "clore", "9", "--le", "2019-12-31", "--oui").refusal
    assert refused["probleme"] == "L'axe 9 ne peut pas prendre fin : 9.1 se range encore sous lui."
    assert refused["remede"] == "Clôturez-le d'abord : cofiville axe clore 9.1 --le 2019-12-31."
    for code in ("9.1", "9"):
        assert cofiville("axe", "clore", code, "--le", "2019-12-31", "--oui").code == 0
    late = cofiville("--json", "axe", "ajouter", "9.2", "Axe 9.2").refusal
    assert late["probleme"] == "L'axe 9 a pris fin le 31/12/2019 : rien ne s'ajoute sous lui."


@pytest.mark.parametrize(
    ("people", "problem"),
    [
        ("CAPH=1,caph=2", "L'EPCI CAPH est donné deux fois."),
        (f"CAPH={'9' * 25}", f"« CAPH={'9' * 25} » n'est pas une population."),
        (f"CAPH={'9' * 5000}", "n'est pas une population."),
    ],
)
def test_a_population_that_cannot_be_is_refused(cofiville: Typist, people: str, problem: str) -> None:
    answer = cofiville("--json", "territoire", "modifier", "DENAIN-CENTRE", "--population", people)
    assert (answer.code, problem in answer.refusal["probleme"]) == (1, True), answer.refusal


HUGE = (
    ("journal", "annuler", "9" * 19, "--motif", "Erreur", "--oui"),
    ("excel", "renvoyer", "9" * 25, "envoi.xlsx"),
    ("territoire", "modifier", "DENAIN-CENTRE", "--population", "CAPH=9", "--millesime", "9" * 25),
    ("base", "controler", "--sceau", f"{'9' * 5000}:{'a' * 12}"),
)


@pytest.mark.parametrize("words", HUGE)
def test_a_number_that_no_base_can_hold_is_refused_in_french(in_2016: Typist, words: tuple[str, ...]) -> None:
    answer = in_2016("--json", *words)
    assert answer.code in (1, 2)
    assert answer.refusal["remede"]


def test_a_quartier_vecu_whose_name_has_no_letter_is_refused(in_2016: Typist) -> None:
    refused = in_2016("--json", "territoire", "vecu", "2016", "!!!", "--source", "COPIL").refusal
    assert refused["probleme"] == "Le code «  » ne convient pas pour le quartier vécu."


@pytest.mark.parametrize("year", ["0", "1999", "2005", "2099", "20260"])
def test_a_population_of_a_year_that_has_none_is_refused(cofiville: Typist, year: str) -> None:
    counted = ("territoire", "modifier", "DENAIN-CENTRE", "--population", "CAPH=9", "--millesime", year)
    refused = cofiville("--json", *counted).refusal
    assert refused["probleme"] == f"« {year} » n'est pas l'année d'une population."
    assert refused["remede"].startswith("Donnez le millésime de la source, de 2006 à ")
    assert cofiville(*counted[:-1], "2013").code == 0
    alone = cofiville("--json", "territoire", "modifier", "DENAIN-CENTRE", "--millesime", "2013")
    assert alone.refusal["remede"] == "Donnez-la aussi : --population EPCI=NOMBRE."
