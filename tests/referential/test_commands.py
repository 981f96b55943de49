"""The lists of common facts, and porteurs typed."""

from __future__ import annotations

from tests.conftest import Typist


def test_territories_come_with_their_inhabitants_by_agglomeration(cofiville: Typist) -> None:
    rows = {row["code"]: row for row in cofiville("--json", "territoire", "lister").data}
    assert rows["RIVES-DE-L-ESCAUT"] == {
        "code": "RIVES-DE-L-ESCAUT",
        "nom": "Rives de l'Escaut",
        "type": "qpv",
        "epci": "CAVM",
        "population": {"CAPH": 655, "CAVM": 10595},
        "source": "Contrat de ville CAPH 2015-2020 §3.2.1",
        "du": None,
        "au": None,
    }
    assert rows["VEILLE-ROEULX"]["population"] == {}
    assert len(rows) == 28


def test_objectives_come_with_their_axis_and_priority(cofiville: Typist) -> None:
    rows = cofiville("--json", "axe", "lister").data
    assert len(rows) == 50
    assert {"axe", "priorite", "objectif", "libelle"} <= rows[0].keys()
    assert (rows[0]["axe"], rows[0]["priorite"], rows[0]["objectif"]) == ("1", "1.1", "1.1.1")


def test_lines_and_financeurs_are_listed_for_people_too(cofiville: Typist) -> None:
    assert len(cofiville("--json", "ligne", "lister").data) == 27
    assert "ETAT-PDV-DRE" in cofiville("ligne", "lister").out
    assert "Communauté d'agglomération de La Porte du Hainaut" in cofiville("financeur", "lister").out


def test_an_account_is_given_with_the_chart_it_was_read_in(cofiville: Typist) -> None:
    words = ("ligne", "compte", "verser", 2018, "--tiers", "ccas", "--nomenclature", "M14", "--variante", "SUP3500")
    assert cofiville(*words).out == "657362 : CCAS (plan M14 SUP3500 2016 ; Plan de comptes M14).\n"
    assert cofiville("--json", *words).data == {
        "compte": "657362",
        "libelle": "CCAS",
        "plan": "M14 SUP3500 2016",
        "source": "Plan de comptes M14",
    }


def test_a_porteur_is_added_corrected_and_shown(cofiville: Typist) -> None:
    added = cofiville("--json", "porteur", "ajouter", "CCAS d'Escaudain", "--type", "ccas").data
    assert (added["code"], added["siret"]) == ("CCAS-D-ESCAUDAIN", None)
    assert cofiville("porteur", "modifier", "CCAS-D-ESCAUDAIN", "--siret", "26590205600018").code == 0
    shown = cofiville("--json", "porteur", "montrer", "ccas-d-escaudain").data
    assert (shown["nom"], shown["siret"], shown["conventions"]) == ("CCAS d'Escaudain", "26590205600018", [])


def test_a_destroyed_siret_is_refused_and_nobody_is_added(cofiville: Typist) -> None:
    refused = cofiville("--json", "porteur", "ajouter", "X", "--type", "association", "--siret", "8,03E+13")
    assert refused.code == 1
    assert "abîmé par un tableur" in refused.refusal["probleme"]
    assert cofiville("--json", "porteur", "lister").data == []
