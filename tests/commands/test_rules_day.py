"""The exercice of the money decides which rules hold, whoever asks and whenever the paper is typed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Lived, Typist

ACTION = ("--intitule", "Réussite éducative", "--porteur", "CCAS", "--objectif", "5.1.2", "--dispositif", "dre")
PLAN = ("--cout", "10000", "--financement", "ETAT-PDV-DRE=5000", "--financement", "PORTEUR-FONDS-PROPRES=5000")
PUBLIC = ("--qpv", 50, "--veille", 50, "--sans-droit-commun", "Aucun service ne suit", "--le", "2017-01-10")
GRANT = ("allocation", "accorder", "2017-001", "ETAT-PDV-DRE", "--piece", "COPIL", "--le")
DRAFT = ("convention", "saisir", "2017-001", "--numero", "CX", "--le")
DAYS = ("2017-10-20", "2018-01-10", "2018-06-01")
# What each rule would say from 2018 on: nothing of it may bear on the money of 2017.
CHANGED_IN_2018 = (
    ("TAUX-DRE-QPV", "taux=40 %"),
    ("PARTAGE-MANQUE", "ordre=droit_commun_preserve"),
    ("FONGIBILITE", "fongible=non"),
    ("ECHEANCIER-DRE", "parts=10 %|10 %"),
    ("CHARGES-STRUCTURE", "comptes=60|61"),
    ("QUARTIER-VECU", "part=9/10"),
    ("PILIER-AXE-5", "pilier=emploi"),
    ("ORDRE", "classes=specifique|droit_commun"),
)


def typed_all(typist: Typist, *lines: tuple[str | int, ...]) -> None:
    for line in lines:
        answer = typist(*line)
        assert answer.code == 0, (line, answer.err)


@pytest.fixture
def asked(cofiville: Typist, brought: Lived) -> Typist:
    """A DRE action of 2017 that asks 5 000 € of 10 000 €, half QPV half veille; 2018 is open too."""

    @brought
    def live() -> None:
        typed_all(
            cofiville,
            ("exercice", "ouvrir", 2017),
            ("exercice", "ouvrir", 2018),
            ("enveloppe", "notifier", "ETAT-PDV-DRE", 2017, 100000, "--piece", "Arrêté", "--le", "2017-02-01"),
            ("porteur", "ajouter", "CCAS de Denain", "--type", "ccas", "--code", "CCAS"),
            ("action", "saisir", 2017, *ACTION, *PLAN, *PUBLIC),
        )

    return cofiville


@pytest.fixture
def granted(asked: Typist, brought: Lived) -> Typist:
    """The same, granted 5 000 € in October 2017, the right acquired."""

    @brought
    def live() -> None:
        right = ("convention", "recevoir", "ETAT-PDV-DRE", 2017, 5000, "--numero", "ETAT-2017", "--piece", "Arrêté 2")
        typed_all(asked, (*GRANT, "2017-10-10", "5000"), (*right, "--le", "2017-10-12"))

    return asked


def replace_in_2018(typist: Typist) -> None:
    for code, figures in CHANGED_IN_2018:
        words = (code, "--chiffre", figures, "--du", "2018-01-01", "--source", "Délibération")
        typed_all(typist, ("regle", "remplacer", *words))


def settled(typist: Typist, day: str) -> Any:
    """The convention drafted, signed and half paid on this day, its bilan as planned."""
    typed_all(
        typist,
        (*DRAFT, day),
        ("convention", "signer", "CX", "--piece", "Convention", "--le", day),
        ("versement", "ordonner", "CX", "--le", day),
    )
    drafted = typist("--json", "convention", "montrer", "CX").data
    typed_all(
        typist,
        ("versement", "payer", "CX", drafted["ordonne"], "--reference", "B1", "--le", day),
        (
            *("bilan", "saisir", "CX", "--cout", "10000", "--qpv", 50, "--veille", 50),
            *("--piece", "Compte rendu", "--le", "2018-06-30"),
        ),
    )
    ended = typist("--json", "convention", "montrer", "CX").data
    return ended["ordonne"], ended["accorde"], ended["justifie"], ended["a_recouvrer"]


@pytest.mark.parametrize("day", DAYS)
def test_a_paper_typed_months_later_is_worth_what_was_granted(granted: Typist, day: str) -> None:
    """F01: 5 000 €, exercice 2017 included, though in 2018 veille is served no more."""
    assert settled(granted, day) == ("2500.00", "5000.00", "5000.00", "0.00")


@pytest.mark.parametrize("day", DAYS)
def test_rules_changed_from_2018_on_say_nothing_of_the_money_of_2017(granted: Typist, day: str) -> None:
    """F01: rates, sharing, instalments of 2018 leave a grant of 2017 as it is, in October, January and June."""
    replace_in_2018(granted)
    assert settled(granted, day) == ("2500.00", "5000.00", "5000.00", "0.00")


@pytest.mark.parametrize("day", ["2017-09-04", *DAYS])
def test_a_rule_changed_within_the_year_leaves_what_was_decided_before_it(asked: Typist, day: str) -> None:
    """F01: the grant of March follows the rates of March, whenever its convention is drafted."""
    right = ("convention", "recevoir", "ETAT-PDV-DRE", 2017, 5000, "--numero", "ETAT-2017", "--piece", "Arrêté 2")
    typed_all(asked, (*GRANT, "2017-03-06", "5000"), (*right, "--le", "2017-03-12"))
    for code, rate in (("TAUX-DRE-QPV", "40 %"), ("TAUX-DRE-VEILLE", "10 %")):
        words = (code, "--chiffre", f"taux={rate}", "--du", "2017-07-01", "--source", "Délibération")
        typed_all(asked, ("regle", "remplacer", *words))
    assert settled(asked, day)[2] == "5000.00"


@pytest.mark.parametrize("day", DAYS)
def test_a_line_added_by_an_avenant_follows_the_exercice_of_its_money(granted: Typist, day: str) -> None:
    """F01: a second DRE action of 2017 that enters the convention in 2018 keeps its veille slice."""
    second = ("--intitule", "Veille seule", "--porteur", "CCAS", "--dispositif", "dre", "--cout", "1000", "--veille", 9)
    plan = ("--financement", "ETAT-PDV-DRE=500", "--financement", "PORTEUR-FONDS-PROPRES=500")
    typed_all(
        granted,
        ("action", "saisir", 2017, *second, *plan, "--sans-droit-commun", "Aucun", "--le", "2017-01-10"),
        (*DRAFT, "2017-10-15", "--fin", "2018-12-31"),
        ("convention", "signer", "CX", "--piece", "Convention", "--le", "2017-10-16"),
        (
            *("convention", "avenant", "CX", "--action", "2017-002", "--montant", "ETAT-PDV-DRE=+500"),
            *("--piece", "Avenant 1", "--le", day),
        ),
        (
            *("bilan", "saisir", "CX", "--action", "2017-002", "--cout", "1000", "--veille", 9),
            *("--piece", "Compte rendu", "--le", "2018-06-30"),
        ),
    )
    assert granted("--json", "convention", "montrer", "CX").data["justifie"] == "500.00"


@pytest.mark.parametrize("day", ["2017-02-20", *DAYS, "2026-11-29"])
def test_controls_of_a_year_find_the_same_whenever_they_are_run(asked: Typist, day: str) -> None:
    """F01: no veille served in 2017 is told to be closed by a control run later."""
    for words in (("appel", "controler", 2017), ("action", "controler", "2017-001")):
        found = asked("--json", *words, "--le", day).data
        assert [row for row in found if "territoire" in row["code"]] == []
    assert asked("--json", "regle", "controler", 2017, "--le", day).data == []
    [judged] = [row for row in asked("--json", "regle", "essayer", "2017-001", "--le", day).data if row["ligne"] != ""]
    assert (judged["possible"], judged["verdict"]) == ("5000.00", "respectee")


def test_a_scenario_drawn_under_the_rules_of_another_year_is_for_looking_at(asked: Typist) -> None:
    """F02: validated with a motive alone, kept and listed with the rules put aside."""
    plan = ("--cout", "333,33", "--financement", "ETAT-PDV-DRE=333,33")
    words = ("--intitule", "Veille", "--porteur", "CCAS", "--dispositif", "dre", "--veille", 9, *plan)
    typed_all(
        asked,
        ("enveloppe", "notifier", "ETAT-PDV-DRE", 2018, 100000, "--piece", "P", "--le", "2018-02-01"),
        ("action", "saisir", 2018, *words, "--sans-droit-commun", "Aucun", "--le", "2018-01-10"),
    )
    drawn = ("allocation", "proposer", 2018, "--scenario", "B", "--le", "2018-03-05", "--regles-du", "2017-12-31")
    assert asked("--json", *drawn).data["accorde"] == "166.66"
    validate = ("allocation", "valider", "B", "--piece", "COPIL", "--le", "2018-03-05")
    refused = asked("--json", *validate)
    assert (refused.code, refused.refusal["erreur"]) == (1, "scenario_autres_regles")
    assert "TAUX-DRE-VEILLE, TERR-ETAT-PDV-DRE" in refused.refusal["probleme"]
    assert "--malgre MOTIF" in refused.refusal["remede"]
    assert asked("--json", "allocation", "montrer", "B").data[0]["accorde"] == "166.66"
    why = ("--malgre", "Prolongation demandée au préfet")
    typed_all(asked, (*validate, *why), (*validate, *why), validate)
    kept = asked("--json", "convention", "derogations", 2018).data
    assert [each["code"] for each in kept] == ["TAUX-DRE-VEILLE", "TERR-ETAT-PDV-DRE"]
    assert {(each["montant"], each["motif"], each["ligne"]) for each in kept} == {("166.66", why[1], "ETAT-PDV-DRE")}
    assert kept[0]["regle"] == "la règle TAUX-DRE-VEILLE de l'exercice 2018 au 05/03/2018"
    assert asked("--json", "base", "controler").data["anomalies"] == []


def test_a_scenario_whose_rules_were_replaced_since_asks_for_a_motive_too(asked: Typist) -> None:
    """F02: corrected since, or changed between the proposal and the day of the committee."""
    typed_all(asked, ("allocation", "proposer", 2017, "--scenario", "A", "--le", "2017-03-05"))
    words = ("TAUX-DRE-QPV", "--chiffre", "taux=60 %", "--du", "2017-04-01", "--source", "Délibération")
    typed_all(asked, ("regle", "remplacer", *words))
    validate = ("allocation", "valider", "A", "--piece", "COPIL", "--le")
    assert asked("--json", *validate, "2017-05-02").refusal["erreur"] == "scenario_autres_regles"
    typed_all(asked, (*validate, "2017-03-06"))


def test_a_scenario_keeps_what_its_rules_say_not_when_they_were_written(asked: Typist) -> None:
    """F02: the same rules asked of another day, or written again alike, put nothing aside."""
    again = ("allocation", "proposer", 2017, "--scenario", "A", "--le", "2017-03-05", "--regles-du", "2016-02-01")
    words = ("TAUX-DRE-QPV", "--chiffre", "taux=60 %", "--du", "2019-01-01", "--source", "Délibération")
    typed_all(
        asked,
        again,
        ("regle", "remplacer", *words),
        ("allocation", "valider", "A", "--piece", "COPIL", "--le", "2017-03-06"),
    )
    assert asked("--json", "convention", "derogations", 2017).data == []
