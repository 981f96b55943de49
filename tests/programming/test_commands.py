"""Actions and appels typed: by options, or by answering for what is missing."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from tests.conftest import Lived, Typist

PLAN = ("--financement", "ETAT-PDV-ACTIONS=3000", "--financement", "PORTEUR-FONDS-PROPRES=1 000,00")
HEALTH = ("--intitule", "Atelier santé", "--porteur", "CCAS", "--cout", "4000", *PLAN, "--le", "2016-01-08")


class Terminal(io.StringIO):
    """Somebody who answers."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def desk(cofiville: Typist, brought: Lived) -> Typist:
    """Type a command line on a base that has one porteur and an open 2016."""

    @brought
    def live() -> None:
        assert cofiville("porteur", "ajouter", "CCAS de Denain", "--type", "ccas", "--code", "CCAS").code == 0
        assert cofiville("exercice", "ouvrir", 2016).code == 0

    return cofiville


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    return lambda *answers: monkeypatch.setattr("sys.stdin", Terminal("".join(f"{each}\n" for each in answers)))


def test_an_action_is_typed_listed_and_shown(desk: Typist) -> None:
    assert desk("action", "saisir", 2016, *HEALTH, "--objectif", "5.1.2", "--qpv", 40, "--veille", 10).code == 0
    listed = desk("--json", "action", "lister", 2016).data
    expected = {
        "action": "2016-001",
        "intitule": "Atelier santé",
        "porteur": "CCAS",
        "objectif": "5.1.2",
        "cout": "4000.00",
        "demande": "3000.00",
        "accorde": "0.00",
        "statut": "déposée",
    }
    assert [{name: row[name] for name in expected} for row in listed] == [expected]
    shown = desk("--json", "action", "montrer", "2016-001").data
    assert [(each["type"], each["effectif"], each["cout"]) for each in shown["public"]] == [
        ("qpv", 40, "3200.00"),
        ("veille", 10, "800.00"),
    ]
    assert [(each["le"], each["statut"]) for each in shown["historique"]] == [("2016-01-08", "déposée")]
    assert "Plan de financement" in desk("action", "montrer", "2016-001").out


def test_what_is_missing_is_asked_until_it_can_be_read(desk: Typist, answering: Callable[..., None]) -> None:
    needed = ("", "Atelier", "PERSONNE", "ccas", "12.5.3", "4000")
    public, plan = ("", "40", "dix", "10", ""), ("etat-pdv-actions", "5000", "3000", "")
    answering(*needed, *public, *plan)
    typed = desk("action", "saisir", 2016)
    assert typed.code == 0
    for said in ("« PERSONNE » n'existe pas", "« 12.5.3 »", "« dix »", "dépasse ce qui reste"):
        assert said in typed.err
    shown = desk("--json", "action", "montrer", "2016-001").data["financements"]
    asked = {each["ligne"]: each["demande"] for each in shown}
    assert asked == {"ETAT-PDV-ACTIONS": "3000.00", "PORTEUR-FONDS-PROPRES": "1000.00"}


def test_only_what_is_missing_is_asked(desk: Typist, answering: Callable[..., None]) -> None:
    answering("Atelier")
    typed = desk("action", "saisir", 2016, *HEALTH[2:], "--objectif", "5.1.2", "--qpv", 3)
    assert (typed.code, typed.err) == (0, "Intitulé : ")


def test_an_interrupted_dialogue_writes_nothing(desk: Typist, answering: Callable[..., None]) -> None:
    answering("Atelier", "CCAS", "4000")
    stopped = desk("action", "saisir", 2016)
    assert (stopped.code, "rien n'a été écrit" in stopped.err) == (1, True)
    assert desk("--json", "action", "lister", 2016).data == []


@pytest.mark.parametrize("missing", ["--intitule", "--porteur", "--cout"])
def test_without_a_terminal_what_is_missing_is_a_wrong_usage(
    desk: Typist, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    index = HEALTH.index(missing)
    refused = desk("action", "saisir", 2016, *HEALTH[:index], *HEALTH[index + 2 :])
    assert (refused.code, f"Il manque l'option {missing}." in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--financement", "ETAT-PDV-ACTIONS"), 1, "« ETAT-PDV-ACTIONS » n'est pas une ligne de plan"),
        (("--financement", "CAPH-PDV=1:double"), 1, "n'est pas une ligne de plan"),
        (("--financement", "CAPH-PDV=1"), 1, "n'est pas équilibré"),
        (("--territoire", "ATLANTIDE"), 1, "« ATLANTIDE » n'existe pas"),
        (("--qpv", "-4"), 2, "ne convient pas"),
        (("--innovation", "5"), 2, "ne convient pas"),
    ],
)
def test_a_bad_action_is_refused_and_nothing_is_written(
    desk: Typist, words: tuple[str, ...], code: int, said: str
) -> None:
    refused = desk("action", "saisir", 2016, *HEALTH, *words)
    assert (refused.code, said in refused.err) == (code, True)
    assert desk("--json", "action", "lister", 2016).data == []


def test_a_correction_keeps_what_is_not_typed(desk: Typist) -> None:
    desk("action", "saisir", 2016, *HEALTH, "--eligible", "3500", "--territoire", "SABATIER")
    assert desk("action", "modifier", "2016-001", "--intitule", "Autre").code == 0
    shown = desk("--json", "action", "montrer", "2016-001").data
    assert (shown["intitule"], shown["cout_eligible"], shown["territoires"]) == ("Autre", "3500.00", ["SABATIER"])
    longer = ("--cout", "5000", "--financement", "CAPH-PDV=5000")
    assert desk("action", "modifier", "2016-001", *longer).code == 0
    shown = desk("--json", "action", "montrer", "2016-001").data
    assert (shown["cout"], shown["cout_eligible"]) == ("5000.00", "3500.00")


def test_the_state_of_an_appel_compares_what_is_asked_with_what_is_notified(desk: Typist) -> None:
    assert desk("appel", "ouvrir", 2016, "--le", "2015-11-16", "--cloture", "15/01/2016").code == 0
    for cost in (3000, 2000):
        plan = ("--financement", f"ETAT-PDV-ACTIONS={cost}", "--financement", "CAPH-PDV=500")
        named = ("--intitule", "Atelier", "--porteur", "CCAS", "--cout", cost + 500, "--appel", "2016")
        assert desk("action", "saisir", 2016, *named, *plan, "--le", "2016-01-08").code == 0
    assert desk("action", "saisir", 2016, *HEALTH).code == 0
    desk("enveloppe", "notifier", "ETAT-PDV-ACTIONS", 2016, 7500, "--piece", "Préfet", "--le", "2016-02-15")
    names = ("ligne", "demandes", "demande", "notifie", "depassement")
    state = desk("--json", "appel", "etat", 2016).data
    assert [tuple(row[name] for name in names) for row in state["lignes"]] == [
        ("CAPH-PDV", 2, "1000.00", None, None),
        ("ETAT-PDV-ACTIONS", 3, "8000.00", "7500.00", "500.00"),
    ]
    assert state["statuts"] == [{"statut": "déposée", "actions": 3, "cout": "10000.00", "demande": "9000.00"}]
    assert [(row["axe"], row["demande"], row["taux"]) for row in state["axes"]] == [("", "9000.00", "16/15")]
    assert [(row["territoire"], row["demandes"]) for row in state["territoires"]] == [("", 3)]
    assert len(desk("--json", "appel", "etat", 2016, "--appel", "2016").data["lignes"]) == 2
    assert "Demandes 2016 par territoire" in desk("appel", "etat", 2016).out
    assert desk("--json", "appel", "lister").data == [
        {
            "appel": "2016",
            "exercice": 2016,
            "type": "annuel",
            "lance_le": "2015-11-16",
            "clos_le": "2016-01-15",
            "valide_le": None,
            "axes": [],
            "lignes": [],
            "calendrier": [],
        }
    ]
