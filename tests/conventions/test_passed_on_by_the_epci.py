"""The DRE of the État passes by the EPCI from the millésime 2016 on, whatever comes first: draft or right (F09)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Lived, Typist

DRE = "ETAT-PDV-DRE"
RIGHT = ("convention", "recevoir", DRE, "2016")


def typed(typist: Typist, *words: str) -> Any:
    answer = typist("--json", *words)
    assert answer.code == 0, (words, answer.err)
    return answer.data


@pytest.fixture
def granted(cofiville: Typist, brought: Lived) -> Typist:
    """Two DRE actions of a CCAS, of 2015 and of 2016, each granted 1 500,50 € of 3 001 €."""

    @brought
    def live() -> None:
        typed(cofiville, "porteur", "ajouter", "CCAS de Roeulx", "--type", "ccas", "--code", "CCASR")
        for year in ("2015", "2016"):
            typed(cofiville, "exercice", "ouvrir", year)
            typed(
                cofiville, "enveloppe", "notifier", DRE, year, "50000", "--piece", f"N{year}", "--le", f"{year}-02-01"
            )
            plan = ("--financement", f"{DRE}=1500,50", "--financement", "PORTEUR-FONDS-PROPRES=1500,50")
            who = ("--porteur", "CCASR", "--objectif", "5.1.2", "--dispositif", "dre", "--cout", "3001", "--qpv", "30")
            day = ("--le", f"{year}-03-10")
            typed(cofiville, "action", "saisir", year, "--intitule", f"Parcours {year}", *who, *plan, *day)
            typed(cofiville, "allocation", "accorder", f"{year}-001", DRE, "1500,50", "--piece", f"D{year}", *day)

    return cofiville


def test_a_draft_made_before_the_right_passes_by_the_epci_and_says_what_it_waits_for(granted: Typist) -> None:
    """F09: the EPCI pays, the missing right is told at the draft and at the signature; the right comes after."""
    noted = granted("convention", "preparer", "2016", "--le", "2016-04-01").out
    assert "n'en a pas encore le droit" in noted
    shown = typed(granted, "convention", "montrer", "C2016-001")
    assert (shown["payeur"], shown["circuit"], shown["amont"]) == ("CAPH", "budget", [])
    signed = granted("convention", "signer", "C2016-001", "--piece", "Convention", "--le", "2016-04-20")
    assert "convention recevoir" in signed.out + signed.err
    typed(granted, *RIGHT, "1500,50", "--numero", "E16", "--piece", "Arrêté A", "--le", "2016-04-25")
    assert typed(granted, "convention", "montrer", "C2016-001")["amont"]
    typed(granted, "versement", "ordonner", "C2016-001", "--le", "2016-05-10")
    typed(granted, "versement", "payer", "C2016-001", "750,25", "--reference", "B1", "--le", "2016-05-12")
    state = typed(granted, "reversement", "etat", "2016")
    assert (state["droit_acquis"], state["reverse"], state["reverse_non_recu"]) == ("1500.50", "750.25", "750.25")


@pytest.mark.parametrize("way", [("--payeur", "ETAT"), ("--circuit", "direct")])
def test_no_draft_of_that_millesime_is_paid_by_the_etat(granted: Typist, way: tuple[str, str]) -> None:
    """F09: neither payer nor circuit typed sends the money round the EPCI, and the refusal names who pays."""
    refused = granted("convention", "saisir", "2016-001", *way, "--le", "2016-04-01")
    assert refused.code == 1
    assert "payés par CAPH" in " ".join(refused.err.split())


def test_a_second_arrete_and_an_avenant_under_the_one_file_are_asked_then_added(granted: Typist) -> None:
    """F09: 800 € then 650,50 € under one number, an avenant of + 50 €: one right of 1 500,50 €, nothing twice."""
    typed(granted, *RIGHT, "800", "--numero", "E16", "--piece", "Arrêté A", "--le", "2016-04-25")
    second = (*RIGHT, "650,50", "--numero", "E16", "--piece", "Arrêté B", "--le", "2016-06-25")
    asked = granted(*second)
    assert (asked.code, "--complement" in asked.err) == (1, True)
    for _ in range(2):
        typed(granted, *second, "--complement")
    change = ("convention", "avenant", "E16", "--montant", f"{DRE}=+50", "--piece", "Avenant", "--le", "2016-07-26")
    typed(granted, *change)
    assert typed(granted, "convention", "montrer", "E16")["accorde"] == "1500.50"
    assert typed(granted, "reversement", "etat", "2016")["droit_acquis"] == "1500.50"


def test_the_balance_of_2015_paid_in_2016_stays_the_etat_s_own(granted: Typist) -> None:
    """F09: the millésime decides, not the day of payment; no right is acquired on it and the EPCI orders nothing."""
    typed(granted, "convention", "saisir", "2015-001", "--le", "2015-04-01")
    typed(granted, "convention", "signer", "C2015-001", "--piece", "Convention", "--le", "2015-04-20")
    typed(granted, "versement", "payer", "C2015-001", "1000", "--reference", "V1", "--le", "2015-06-01")
    right = ("--numero", "E15", "--piece", "Arrêté", "--le", "2016-02-01")
    assert granted("convention", "recevoir", DRE, "2015", "500,50", *right).code == 1
    assert granted("versement", "ordonner", "C2015-001", "--le", "2016-02-01").code == 1
    typed(granted, "versement", "payer", "C2015-001", "500,50", "--reference", "V2", "--le", "2016-03-01")
    shown = typed(granted, "convention", "montrer", "C2015-001")
    assert (shown["payeur"], shown["circuit"], shown["verse"]) == ("ETAT", "direct", "1500.50")
    for year in ("2015", "2016"):
        state = typed(granted, "reversement", "etat", year)
        assert (state["droit_acquis"], state["recu"], state["reverse"]) == ("0.00", "0.00", "0.00")
    assert typed(granted, "base", "controler")["anomalies"] == []
