"""What undoing an act leaves beside the book, what is only supposed, and a right that a workbook does not have."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from tests.commands.past_lives import settle
from tests.conftest import Typist
from tests.exchange.test_conventions import workbook

COPIL = ("--piece", "COPIL", "--le", "2016-03-04", "--oui")


def status(cofiville: Typist, action: str) -> str:
    [found] = [each for each in cofiville("--json", "action", "lister", 2016).data if each["action"] == action]
    return str(found["statut"])


def undo(cofiville: Typist, entry: int, day: str = "2016-06-01") -> None:
    answer = cofiville("journal", "annuler", entry, "--motif", "erreur", "--le", day, "--oui")
    assert answer.code == 0, answer.err


def test_an_action_whose_only_grant_is_undone_is_where_it_was(cofiville: Typist) -> None:
    """F11: an act undone leaves no status that nothing proves any more."""
    settle(cofiville)
    grant = ("allocation", "accorder", "2016-002")
    assert cofiville(*grant, "CAPH-PDV", 2000, "--piece", "D2", "--le", "2016-03-05").code == 0
    assert cofiville(*grant, "DEPARTEMENT-DROIT-COMMUN", 500, "--piece", "D3", "--le", "2016-03-06").code == 0
    undo(cofiville, 6)
    assert status(cofiville, "2016-002") == "accordée"
    undo(cofiville, 7)
    assert status(cofiville, "2016-002") == "déposée"
    assert cofiville(*grant, "CAPH-PDV", 2000, "--piece", "D2", "--le", "2016-06-02").code == 0
    assert status(cofiville, "2016-002") == "accordée"
    assert cofiville("base", "controler").code == 0


def test_an_action_conventioned_then_undone_twice_is_where_it_was(cofiville: Typist) -> None:
    """F11: the signature first, then the grant it rests on."""
    settle(cofiville)
    undo(cofiville, 5)
    assert status(cofiville, "2016-001") == "accordée"
    undo(cofiville, 4)
    assert status(cofiville, "2016-001") == "déposée"


def test_an_action_said_granted_by_hand_stays_so(cofiville: Typist) -> None:
    """F11: only what a grant proved goes with it."""
    settle(cofiville)
    plan = ("--financement", "CAPH-PDV=5000", "--financement", "PORTEUR-FONDS-PROPRES=7000", "--qpv", 40)
    asked = ("--porteur", "CCAS", "--objectif", "5.1.2", "--cout", 12000, *plan, "--le", "2016-01-08")
    assert cofiville("action", "saisir", 2016, "--intitule", "A4", *asked).code == 0
    for step in ("recevable", "instruite", "arbitrée", "accordée"):
        moved = cofiville("action", "statut", "2016-004", step, "--motif", "Dit au COPIL", "--le", "2016-03-05")
        assert moved.code == 0, moved.err
    grant = ("allocation", "accorder", "2016-004", "CAPH-PDV", 2000, "--piece", "D2", "--le", "2016-03-05")
    assert cofiville(*grant).code == 0
    undo(cofiville, 6, "2016-03-05")
    assert status(cofiville, "2016-004") == "accordée"


def test_undoing_a_decrease_opens_no_more_than_the_ceiling(cofiville: Typist) -> None:
    """F10: 4 M€ less 1 M€, then 2 M€ of another year: the 1 M€ may not come back, since 6 M€ would stand for 5 M€."""
    lines = (
        *(("exercice", "ouvrir", year) for year in (2017, 2018)),
        ("enveloppe", "notifier", "FEDER-ITI", 2018, 4_000_000, "--piece", "P", "--le", "2018-02-01"),
        ("enveloppe", "modifier", "FEDER-ITI", 2018, -1_000_000, "--piece", "Q", "--le", "2018-03-01"),
        ("enveloppe", "notifier", "FEDER-ITI", 2017, 2_000_000, "--piece", "P", "--le", "2017-02-01"),
    )
    for line in lines:
        assert cofiville(*line).code == 0
    refused = cofiville("--json", "journal", "annuler", 2, "--motif", "erreur", "--le", "2018-04-01", "--oui")
    assert (refused.code, refused.refusal["erreur"]) == (1, "plafond_enveloppe")
    undo(cofiville, 3, "2018-04-01")
    undo(cofiville, 2, "2018-04-02")


def test_a_scenario_on_more_credits_than_there_are_is_validated_only_for_a_reason_that_is_kept(
    cofiville: Typist,
) -> None:
    """F02: credits that the exercice has not are for looking at, as rules that are not its own."""
    settle(cofiville)
    supposed = ("--enveloppe", "CAPH-PDV=60000")
    drawn = cofiville("allocation", "proposer", 2016, "--scenario", "S", *supposed, "--le", "2016-03-04")
    assert drawn.code == 0, drawn.err
    refused = cofiville("--json", "allocation", "valider", "S", *COPIL)
    assert (refused.code, refused.refusal["erreur"]) == (1, "scenario_autres_credits")
    done = cofiville("allocation", "valider", "S", *COPIL, "--malgre", "Le COPIL garde une réserve")
    assert done.code == 0, done.err
    kept = cofiville("--json", "convention", "derogations", 2016).data
    assert {row["motif"] for row in kept} == {"Le COPIL garde une réserve"}
    explained = cofiville("--json", "allocation", "expliquer", "2016-001")
    assert explained.code == 0, explained.err
    said = re.findall(r'"malgré les crédits disponibles de l\'exercice 2016 [^"]*: ([^":]*)"', explained.out)
    assert set(said) == {"Le COPIL garde une réserve"}


@pytest.mark.parametrize("supposed", [("--enveloppe", "CAPH-PDV=47000"), ("--baisse", "-10%")])
def test_a_scenario_on_the_credits_there_are_or_on_fewer_is_validated(
    cofiville: Typist, supposed: tuple[str, str]
) -> None:
    """F02: the committee may keep some for later; every grant then fits in what the exercice has."""
    settle(cofiville)
    assert cofiville("allocation", "proposer", 2016, "--scenario", "S", *supposed, "--le", "2016-03-04").code == 0
    assert cofiville("allocation", "valider", "S", *COPIL).code == 0


def test_a_workbook_of_conventions_says_which_right_is_missing(cofiville: Typist, tmp_path: Path) -> None:
    """F09: as the command that drafts one does; once, whatever the number of conventions."""
    plan = ("--financement", "ETAT-PDV-DRE=5000", "--financement", "PORTEUR-FONDS-PROPRES=5000")
    action = ("--porteur", "CCAS", "--objectif", "5.1.1", "--cout", 10000, "--qpv", 50, *plan)
    notified = ("enveloppe", "notifier", "ETAT-PDV-DRE", 2016, 90000, "--piece", "P", "--le", "2016-02-01")
    lines = (
        ("exercice", "ouvrir", 2016),
        notified,
        ("porteur", "ajouter", "CCAS de Denain", "--type", "ccas", "--code", "CCAS"),
        ("action", "saisir", 2016, "--intitule", "Un", *action),
        ("action", "saisir", 2016, "--intitule", "Deux", *action),
        *(
            ("allocation", "accorder", number, "ETAT-PDV-DRE", 4000, "--piece", "D", "--le", "2016-03-04")
            for number in ("2016-001", "2016-002")
        ),
    )
    for line in lines:
        answer = cofiville(*line)
        assert answer.code == 0, (line, answer.err)
    titles = ("N° convention", "Payeur", "N° action", "Ligne de crédit", "Montant", "Signée le", "Pièce")
    rows = [
        (f"C-{rank}", "CAPH", number, "ETAT-PDV-DRE", 4000, date(2016, 4, 29), "D")
        for rank, number in enumerate(("2016-001", "2016-002"), 1)
    ]
    file = workbook(tmp_path / "conventions.xlsx", Conventions=(titles, *rows))
    found = cofiville("--json", "excel", "importer", file, "--simuler").data["problemes"]
    assert [each["cellule"] for each in found if each["code"] == "droit_attendu"] == ["D2"]
    right = (
        "convention",
        "recevoir",
        "ETAT-PDV-DRE",
        2016,
        8000,
        "--numero",
        "DRE",
        "--piece",
        "Arrêté",
        "--le",
        "2016-04-01",
    )
    assert cofiville(*right).code == 0
    found = cofiville("--json", "excel", "importer", file).data["problemes"]
    assert [each["code"] for each in found if each["code"] == "droit_attendu"] == []


def test_a_closing_looked_at_from_a_past_day_accuses_no_entry_of_missing(cofiville: Typist) -> None:
    """F50: an act dated back is typed after a later one; the chain is that of the base as it stands."""
    assert cofiville("exercice", "ouvrir", 2018).code == 0
    for day in ("2018-06-01", "2018-03-01"):
        piece = ("--piece", f"P {day}", "--le", day)
        assert cofiville("enveloppe", "notifier", "CAPH-PDV", 2018, 1000, *piece).code == 0
    found = cofiville("--json", "cloture", "simuler", 2018, "--le", "2018-04-01").data
    assert [each["code"] for each in found["points"] if each["niveau"] == "bloquant"] == ["annee_non_finie"]
    assert [each["montant"] for each in found["restes"]] == ["1000.00"]
