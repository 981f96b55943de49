"""A financeur lowers or freezes credits that are granted already: announced, covered, then done; undone, as before."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Lived, Typist

STATE, EPCI, OWN = "ETAT-PDV-ACTIONS", "CAPH-PDV", "PORTEUR-FONDS-PROPRES"
CUT = "Courrier du 03/10/2016"


@pytest.fixture
def granted(in_2016: Typist, brought: Lived) -> Typist:
    """Four grants of 4 000 by the State: signed and half paid, signed, drafted, programmed alone; the EPCI's beside."""

    @brought
    def live() -> None:
        for line in (STATE, EPCI):
            in_2016("enveloppe", "notifier", line, 2016, 20000, "--piece", "B", "--le", "2016-01-15")
        in_2016("porteur", "ajouter", "Ateliers", "--type", "association", "--code", "ATELIERS")
        asked = (f"{STATE}=5000", f"{EPCI}=5000", f"{OWN}=10000")
        plan = [word for each in asked for word in ("--financement", each)]
        for rank in range(1, 5):
            action, number, day = f"2016-00{rank}", f"C-{rank}", f"2016-04-2{rank}"
            words = ("--intitule", f"Atelier {rank}", "--porteur", "ATELIERS", "--cout", 20000, "--qpv", 40)
            in_2016("action", "saisir", 2016, *words, *plan, "--le", "2016-01-20")
            in_2016("allocation", "accorder", action, STATE, 4000, "--piece", f"D{rank}", "--le", f"2016-03-0{rank}")
            if rank < 4:
                terms = ("--echeance", "50@signature", "--echeance", "solde@bilan", "--le", "2016-04-01")
                in_2016("convention", "saisir", action, "--numero", number, *terms)
            if rank < 3:
                in_2016("convention", "signer", number, "--piece", f"S{rank}", "--le", day)
        in_2016("allocation", "accorder", "2016-001", EPCI, 3000, "--piece", "D5", "--le", "2016-03-05")
        in_2016("versement", "payer", "C-1", 2000, "--reference", "B1", "--le", "2016-05-20")

    return in_2016


def asked(cofiville: Typist, *words: Any) -> Any:
    answer = cofiville("--json", *words)
    assert answer.code == 0, answer.err
    return answer.data


def refusal(cofiville: Typist, *words: Any) -> str:
    return str(cofiville("--json", *words).refusal["erreur"])


def announced(cofiville: Typist) -> list[tuple[str, str, str]]:
    rows = asked(cofiville, "enveloppe", "annonces", 2016)
    return [(each["montant"], each["couvert"], each["a_trouver"]) for each in rows]


def figures(cofiville: Typist, line: str, *when: str) -> tuple[str, str]:
    found = asked(cofiville, "enveloppe", "montrer", line, 2016, *when)
    return found["notifie"], found["programmable"]


def undo(cofiville: Typist, number: int) -> None:
    asked(cofiville, "journal", "annuler", number, "--motif", "Annoncé à tort", "--le", "2016-10-14", "--oui")


def test_a_lowering_below_what_is_granted_is_announced_covered_and_done(granted: Typist) -> None:
    """F30: the disponible first, then what is not signed, then avenants; nothing of what is paid; undone, as before."""
    change = ("enveloppe", "modifier", STATE, 2016, "-13000", "--piece", CUT)
    refused = granted("--json", *change, "--le", "2016-10-03").refusal
    assert f"cofiville enveloppe annoncer {STATE} 2016 13000.00 --piece PIECE" in refused["remede"]
    first = asked(granted, "enveloppe", "annoncer", STATE, 2016, 13000, "--piece", CUT, "--le", "2016-10-03")
    assert announced(granted) == [("13000.00", "4000.00", "9000.00")]
    assert figures(granted, STATE) == ("20000.00", "0.00")
    more = ("allocation", "accorder", "2016-004", STATE, 500, "--piece", "D9", "--le", "2016-10-04")
    assert refusal(granted, *more) == "credits_annonces"
    rows = asked(granted, "enveloppe", "couvrir", STATE, 2016)["attributions"]
    assert [(each["action"], each["convention"], each["libre"], each["propose"]) for each in rows] == [
        ("2016-004", None, "4000.00", "4000.00"),
        ("2016-003", "C-3", "4000.00", "4000.00"),
        ("2016-002", "C-2", "4000.00", "1000.00"),
        ("2016-001", "C-1", "2000.00", "0.00"),
    ]
    prepare = ("enveloppe", "preparer", STATE, 2016, "--piece", "Baisse", "--le", "2016-10-10")
    assert len(asked(granted, *prepare)) == 2
    tasks = [each["commande"] for each in asked(granted, "rapport", "semaine", "--le", "2016-10-10")]
    assert f"cofiville enveloppe couvrir {STATE} 2016" in tasks
    asked(granted, "convention", "annuler", "C-3", "--oui", "--le", "2016-10-10")
    assert len(asked(granted, *prepare)) == 1
    asked(granted, "brouillon", "valider", "--oui")
    assert announced(granted) == [("13000.00", "13000.00", "0.00")]
    states = {each["action"]: each["statut"] for each in asked(granted, "action", "lister", 2016)}
    assert states["2016-004"] == states["2016-003"] == "déposée"
    other = (*change[:4], "-12000", *change[5:], "--le", "2016-10-12")
    assert refusal(granted, *other) == "annonce_refusee"
    done = asked(granted, *change, "--le", "2016-10-12")["ecriture"]
    assert (announced(granted), figures(granted, STATE)) == ([], ("7000.00", "0.00"))
    undo(granted, done)
    assert announced(granted) == [("13000.00", "13000.00", "0.00")]
    undo(granted, first["ecriture"])
    assert (announced(granted), figures(granted, STATE)) == ([], ("20000.00", "13000.00"))
    assert figures(granted, STATE, "--le", "2016-10-05") == ("20000.00", "0.00")
    assert asked(granted, "base", "controler")["anomalies"] == []


def test_a_freeze_keeps_credits_until_it_is_lifted(granted: Typist) -> None:
    """F30: frozen credits stay notified and serve nothing; the closing knows them; each act may be undone."""
    on = ("--le", "2016-10-03")
    assert refusal(granted, "enveloppe", "geler", EPCI, 2016, 20001, "--piece", "G", *on) == "annonce_refusee"
    freeze = asked(granted, "enveloppe", "geler", EPCI, 2016, 1000, "--piece", "G", *on)["ecriture"]
    assert figures(granted, EPCI) == ("20000.00", "16000.00")
    transfer = ("enveloppe", "virer", EPCI, "CAPH-DRE", 2016, "16000,01", "--piece", "V", *on)
    assert refusal(granted, *transfer) == "credits_annonces"
    assert refusal(granted, "enveloppe", "degeler", EPCI, 2016, 1001, "--piece", "L", *on) == "annonce_refusee"
    thaw = asked(granted, "enveloppe", "degeler", EPCI, 2016, 400, "--piece", "L", *on)["ecriture"]
    assert announced(granted) == [("600.00", "600.00", "0.00")]
    points = granted("--json", "cloture", "verifier", 2016, "--le", "2017-01-31").data["points"]
    assert [each["montant"] for each in points if each["code"] == "gel_en_cours"] == ["600.00"]
    undoing = ("journal", "annuler", freeze, "--motif", "x", "--le", "2016-10-14", "--oui")
    assert f"cofiville journal annuler {thaw}" in granted("--json", *undoing).refusal["remede"]
    undo(granted, thaw)
    undo(granted, freeze)
    assert (announced(granted), figures(granted, EPCI)) == ([], ("20000.00", "17000.00"))
