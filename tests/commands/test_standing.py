"""Who comes second to do what is done is told whose act stands, and since when (F53)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Typist
from tests.execution.lives import EPCI, carry, open_years

ACTION = (
    *("--intitule", "Essai", "--porteur", "EX-A", "--objectif", "5.1.2", "--cout", "1000"),
    *("--numero", "2016-E", "--le", "2016-01-15"),
)
PLAN = ("--financement", "CAPH-PDV=400", "--financement", "PORTEUR-FONDS-PROPRES=600")
SIRET = "35600000000048"
FIRST: tuple[tuple[Any, ...], ...] = (
    ("exercice", "ouvrir", 2018),
    ("porteur", "ajouter", "Azur", "--code", "AZUR", "--type", "association"),
    ("appel", "ouvrir", 2016, "--le", "2015-11-16", "--cloture", "2016-12-31"),
    ("axe", "ajouter", "9", "Un axe"),
    ("dispositif", "ajouter", "cite-educative", "Cité éducative"),
    ("action", "saisir", 2016, *ACTION, *PLAN),
    ("allocation", "proposer", 2016, "--scenario", "ESSAI"),
    ("brouillon", "saisir", "enveloppe", "notifier", "CAPH-DRE", 2016, 100, "--piece", "N", "--le", "2016-05-02"),
    ("appel", "valider", "2016", "--le", "2016-03-04"),
    ("axe", "clore", "9", "--le", "2016-12-31", "--oui"),
    ("brouillon", "abandonner", 1),
    ("porteur", "modifier", "AZUR", "--siret", SIRET),
    ("compte", "ajouter", "verser", "65737", "--tiers", "ccas", "--source", "Courrier", "--du", "2016-01-01"),
    ("bilan", "proroger", "C2016-001", "--jusqu-au", "2017-09-30", "--motif", "Comptes", "--le", "2017-05-02"),
    ("enveloppe", "notifier", "CAPH-DRE", 2016, 100, "--piece", "N 7", "--le", "2016-05-02"),
    ("contrat", "creer", "CV-B", "--epci", "200042190", "--du", "2024-01-01", "--au", "2030-12-31"),
    ("contrat", "clore", "CV-B", "--le", "2030-12-31", "--oui"),
)
AGAIN = {
    "exercice ouvrir": FIRST[0],
    "porteur ajouter": FIRST[1],
    "appel ouvrir": FIRST[2],
    "axe ajouter": FIRST[3],
    "dispositif ajouter": FIRST[4],
    "action saisir": FIRST[5],
    "allocation proposer": FIRST[6],
    "appel valider": ("appel", "valider", "2016", "--le", "2016-03-11"),
    "axe clore": ("axe", "clore", "9", "--le", "2016-11-30", "--oui"),
    "brouillon abandonner": FIRST[10],
    "porteur modifier": ("porteur", "modifier", "EX-A", "--siret", SIRET),
    "compte ajouter": (*FIRST[12][:-1], "2017-01-01"),
    "compte modifier": ("compte", "modifier", "verser", "--tiers", "ccas", "--compte", "65738", "--le", "2016-01-01"),
    "bilan proroger": (*FIRST[13][:6], "2017-08-31", *FIRST[13][7:]),
    "enveloppe notifier": (*FIRST[14][:4], 200, *FIRST[14][5:]),
    "contrat creer": FIRST[15],
    "contrat clore": FIRST[16],
}


@pytest.fixture
def done_by_nadia(session: Session, cofiville: Typist) -> Typist:
    """A base where Nadia has done all this."""
    open_years(session, 2016, 2017)
    carry(session, "A", {EPCI: "12 000"})
    session.commit()
    for words in FIRST:
        answer = cofiville("--agent", "Nadia", *words)
        assert answer.code == 0, (words, answer.err)
    return cofiville


def test_who_comes_second_is_told_whose_act_stands_and_since_when(done_by_nadia: Typist) -> None:
    """F53"""
    today = f"{datetime.now().astimezone():%d/%m/%Y}"
    untold = []
    for name, words in AGAIN.items():
        answer = done_by_nadia("--agent", "Karim", *words)
        said = " ".join(answer.err.split())
        if answer.code != 1 or f"par Nadia, le {today} à " not in said:
            untold.append((name, answer.code, said))
    assert untold == []


def test_an_entry_that_stands_is_told_with_who_wrote_it_and_when(done_by_nadia: Typist) -> None:
    """F53"""
    payment = ("versement", "ordonner", "C2016-001", "--le", "2016-05-13")
    [ordered] = [done_by_nadia("--agent", "Nadia", "--json", *payment).data]
    undo = ("journal", "annuler", ordered["ecriture"], "--le", "2016-05-16", "--oui", "--motif")
    assert done_by_nadia("--agent", "Nadia", *undo, "Trop tôt").code == 0
    second = done_by_nadia("--agent", "Karim", *undo, "Doublon")
    said = " ".join(second.err.split())
    assert second.code == 1
    assert f"du 16/05/2016, par Nadia, le {datetime.now().astimezone():%d/%m/%Y} à " in said
    assert "Votre motif n'a pas été enregistré." in said


def test_what_is_there_since_the_contract_began_was_done_by_nobody_in_particular(done_by_nadia: Typist) -> None:
    said = done_by_nadia("axe", "ajouter", "5", "Encore").err
    assert "L'axe 5 existe déjà." in said
