"""A porteur takes another code or name, or ends: what it had stays known, nothing new goes to one that ended."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Answer, Lived, Typist

PLAN = ("--cout", 3000, "--financement", "CAPH-PDV=2000", "--financement", "PORTEUR-FONDS-PROPRES=1000")
MOTIVE = ("--motif", "AG du 12/06/2016")


@pytest.fixture
def asked(in_2016: Typist, brought: Lived) -> Typist:
    """Type a command line where two porteurs are known and one has asked for two actions."""

    @brought
    def live() -> None:
        done(in_2016("enveloppe", "notifier", "CAPH-PDV", 2016, 9000, "--piece", "BP", "--le", "2016-01-15"))
        for name in ("Ateliers", "Relais"):
            done(in_2016("porteur", "ajouter", name, "--type", "association"))
        for title in ("Un", "Deux"):
            words = ("--intitule", title, "--porteur", "ATELIERS", "--objectif", "5.1.2", "--qpv", 40)
            done(in_2016("action", "saisir", 2016, *words, *PLAN))
        done(in_2016("allocation", "accorder", "2016-001", "CAPH-PDV", 1500, "--piece", "D1", "--le", "2016-03-30"))
        done(in_2016("convention", "saisir", "2016-001", "--payeur", "CAPH", "--le", "2016-04-25"))

    return in_2016


def done(answer: Answer) -> Answer:
    assert answer.code == 0, answer.err
    return answer


def read(answer: Answer) -> Any:
    return json.loads(done(answer).out)


def test_a_porteur_takes_another_code_and_the_old_one_is_understood(asked: Typist) -> None:
    """F22: also on the screens of a day before, typed with either code."""
    before = done(asked("porteur", "montrer", "ATELIERS", "--le", "2016-05-31")).out
    assert read(asked("--json", "porteur", "recoder", "ATELIERS", "a12", "--motif", "Comptabilité")) == {
        "porteur": "A12",
        "ancien": "ATELIERS",
    }
    for code in ("ATELIERS", "A12"):
        shown = read(asked("--json", "porteur", "montrer", code))
        assert (shown["code"], [each["action"] for each in shown["actions"]]) == ("A12", ["2016-001", "2016-002"])
        assert done(asked("porteur", "montrer", code, "--le", "2016-05-31")).out == before
        assert {each["objet"] for each in read(asked("--json", "historique", "A12"))} == {"ATELIERS", "A12"}
    assert read(asked("--json", "convention", "lister"))[0]["beneficiaire"] == "A12"
    for taken in ("RELAIS", "ATELIERS"):
        assert f"Le code {taken} est déjà" in asked("porteur", "recoder", "A12", taken, "--motif", "Encore").err
    done(asked("base", "controler"))


def test_nothing_is_asked_for_nor_granted_to_a_porteur_that_ended(asked: Typist) -> None:
    """The way out is typed as it is printed: the successor carries the action, which is then granted."""
    ended = ("porteur", "dissoudre", "ATELIERS", "--successeur", "RELAIS", *MOTIVE, "--le", "2016-06-30")
    assert read(asked("--json", *ended)) == {"porteur": "ATELIERS", "dissous_le": "2016-06-30", "successeur": "RELAIS"}
    grant = ("allocation", "accorder", "2016-002", "CAPH-PDV", 1500, "--piece", "D2", "--le")
    refused = asked(*grant, "2016-07-01")
    assert "ATELIERS (Ateliers) est dissous depuis le 30/06/2016" in " ".join(refused.err.split())
    assert "cofiville action modifier 2016-002 --porteur RELAIS" in refused.err
    signed = asked("convention", "signer", "C2016-001", "--piece", "D1", "--le", "2016-07-01")
    assert "est dissous depuis le 30/06/2016" in " ".join(signed.err.split())
    done(asked("convention", "signer", "C2016-001", "--piece", "D1", "--le", "2016-06-30"))
    done(asked("exercice", "ouvrir", 2017))
    words = ("--intitule", "Trois", "--porteur", "ATELIERS", "--objectif", "5.1.2", "--qpv", 40)
    assert "est dissous" in asked("action", "saisir", 2017, *words, *PLAN).err
    done(asked("action", "modifier", "2016-002", "--porteur", "RELAIS"))
    done(asked(*grant, "2016-07-01"))
    shown = done(asked("porteur", "montrer", "ATELIERS")).out
    assert "Dissous depuis le 30/06/2016, son successeur est RELAIS." in shown
    assert "Dissous" not in done(asked("porteur", "montrer", "ATELIERS", "--le", "2016-06-29")).out


def test_an_end_that_was_none_is_taken_back(asked: Typist) -> None:
    done(asked("porteur", "dissoudre", "ATELIERS", *MOTIVE, "--le", "2016-06-30"))
    assert "est déjà dissous" in asked("porteur", "dissoudre", "ATELIERS", *MOTIVE).err
    done(asked("porteur", "dissoudre", "ATELIERS", "--annuler"))
    done(asked("allocation", "accorder", "2016-002", "CAPH-PDV", 1500, "--piece", "D2", "--le", "2016-07-01"))
    own = asked("porteur", "dissoudre", "ATELIERS", *MOTIVE, "--successeur", "ATELIERS")
    assert "ne se succède pas" in own.err
    assert "Le motif manque" in asked("porteur", "dissoudre", "ATELIERS").err


def test_a_new_name_counts_from_its_day_and_the_former_stays_known(asked: Typist) -> None:
    done(asked("porteur", "modifier", "ATELIERS", "--nom", "Les Fabriques", "--le", "2016-06-01"))
    names = {
        day: read(asked("--json", "porteur", "montrer", "ATELIERS", "--le", day))["nom"]
        for day in ("2016-05-31", "2016-06-01")
    }
    assert names == {"2016-05-31": "Ateliers", "2016-06-01": "Les Fabriques"}
    told = read(asked("--json", "historique", "ATELIERS"))
    assert ("Ateliers", "Les Fabriques") in {(each["avant"], each["apres"]) for each in told}
