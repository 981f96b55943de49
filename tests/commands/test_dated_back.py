"""An act dated before what allows it is refused, with the day from which it is possible; nothing is written."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.commands.past_lives import LINES
from tests.conftest import Lived, Typist


@pytest.fixture
def signed(in_2016: Typist, brought: Lived) -> Typist:
    """Two actions granted 3 000 €; the convention of the first, signed in April, takes the second in October."""

    @brought
    def live() -> None:
        for words in (
            *(("enveloppe", "notifier", line, 2016, 50000, "--piece", "BP", "--le", "2016-02-01") for line in LINES),
            ("porteur", "ajouter", "Les Ateliers", "--type", "association", "--code", "ATELIERS"),
            *(
                (
                    *(
                        "action",
                        "saisir",
                        2016,
                        "--intitule",
                        f"A{rank}",
                        "--porteur",
                        "ATELIERS",
                        "--objectif",
                        "5.1.2",
                    ),
                    *("--cout", 12000, "--financement", "CAPH-PDV=4000", "--financement", "PORTEUR-FONDS-PROPRES=8000"),
                    *("--qpv", 40),
                )
                for rank in (1, 2)
            ),
            *(
                (
                    "allocation",
                    "accorder",
                    f"2016-00{rank}",
                    "CAPH-PDV",
                    3000,
                    "--piece",
                    f"D{rank}",
                    "--le",
                    "2016-03-30",
                )
                for rank in (1, 2)
            ),
            ("convention", "saisir", "2016-001", "--payeur", "CAPH", "--le", "2016-04-25"),
            ("convention", "signer", "C2016-001", "--piece", "D1", "--le", "2016-04-29"),
            (
                *("convention", "avenant", "C2016-001", "--montant", "CAPH-PDV=+3000", "--action", "2016-002"),
                *("--piece", "Avenant 1", "--le", "2016-10-01"),
            ),
            ("versement", "ordonner", "C2016-001", 2100, "--le", "2016-05-13"),
        ):
            done = in_2016(*words)
            assert done.code == 0, (words, done.err)

    return in_2016


def _refused(typist: Typist, *words: Any) -> dict[str, str]:
    before = typist("--json", "journal", "lister").out
    answer = typist("--json", *words)
    assert answer.code == 1, answer.out
    assert typist("--json", "journal", "lister").out == before
    return answer.refusal


def test_an_order_of_may_takes_only_what_was_committed_in_may(signed: Typist) -> None:
    """F51: the action that an avenant of October brings in has nothing to be paid before."""
    shown = signed("--json", "enveloppe", "montrer", "CAPH-PDV", 2016).data
    ordered = {each["action"]: each["montant"] for each in shown["detail"] if each["position"] == "ORDONNE"}
    assert ordered == {"2016-001": "2100.00"}


def test_an_order_before_the_avenant_that_allows_it_is_refused(signed: Typist) -> None:
    """F51."""
    _refused(signed, "versement", "ordonner", "C2016-001", "--le", "2016-09-01")
    assert signed("versement", "ordonner", "C2016-001", "--le", "2016-10-02").code == 0
    lines = signed("--json", "enveloppe", "lister", 2016, "--le", "2016-09-15").data
    assert not [line for line in lines for name, text in line.items() if str(text).startswith("-")]


@pytest.mark.parametrize(
    "words",
    [
        ("versement", "payer", "C2016-001", 2100, "--reference", "B1", "--le", "2016-05-12"),
        ("versement", "rejeter", "M-C2016-001-1", "--motif", "RIB", "--le", "2016-05-12"),
        ("convention", "avenant", "C2016-001", "--montant", "CAPH-PDV=+10", "--piece", "A2", "--le", "2016-09-30"),
        ("bilan", "saisir", "C2016-001", "--cout", 100, "--qpv", 40, "--piece", "CRF", "--le", "2016-04-28"),
        ("bilan", "proroger", "C2016-001", "--jusqu-au", "2017-09-30", "--motif", "M", "--le", "2016-04-28"),
        ("convention", "degager", "C2016-001", "--motif", "Fin", "--le", "2016-09-01", "--oui"),
        ("journal", "annuler", 9, "--motif", "Erreur", "--le", "2016-05-01", "--oui"),
        ("convention", "signer", "C2016-002", "--piece", "D2", "--le", "2016-03-29"),
    ],
    ids=lambda words: " ".join(map(str, words[:2])),
)
def test_no_act_precedes_what_allows_it(signed: Typist, words: tuple[Any, ...]) -> None:
    """F51: a payment before its order, a bilan before the signature, an act undone before it was done…"""
    assert (
        signed("allocation", "accorder", "2016-002", "CAPH-PDV", 500, "--piece", "D3", "--le", "2016-06-01").code == 0
    )
    assert signed("convention", "saisir", "2016-002", "--payeur", "CAPH", "--le", "2016-06-02").code == 0
    assert "annonce" not in _refused(signed, *words)["probleme"]
    assert signed("--json", "base", "controler").data["anomalies"] == []


def test_a_collection_before_its_titre_is_refused(signed: Typist) -> None:
    """F51."""
    for words in (
        ("versement", "payer", "C2016-001", 2100, "--reference", "B1", "--le", "2016-05-20"),
        ("bilan", "saisir", "C2016-001", "--action", "2016-001", "--cout", 4000, "--qpv", 40, "--piece", "CRF"),
    ):
        assert signed(*words, "--le", date(2016, 11, 2)).code == 0
    assert signed("recouvrement", "emettre", "C2016-001", "--reference", "T1", "--le", "2016-11-10").code == 0
    words = ("recouvrement", "encaisser", "T1", 10, "--reference", "E1", "--le", "2016-11-09")
    _refused(signed, *words)


def test_a_grant_before_its_notification_is_told_with_the_reason(in_2016: Typist, signed: Typist) -> None:
    """F51: the enveloppe is often notified after the first grants: these days are told, not refused."""
    said = signed(
        *("allocation", "accorder", "2016-001", "CAPH-PDV", 1000, "--piece", "D9", "--le", "2016-01-20"),
    )
    assert said.code == 0, said.err
    assert "datée d'avant la notification qui la couvre" in said.out
