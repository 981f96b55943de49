"""The criteria of innovation are named one by one (§5.1): typed, counted, shown, told in the workbook, remarked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.conftest import Lived, Typist
from tests.terminal.test_options import Terminal

WORDS = {
    "BESOIN": "Réponse à un besoin social mal satisfait",
    "EFFETS": "Génération d'autres effets positifs",
    "EXPERIMENTATION": "Expérimentation et prise de risque",
    "ACTEURS": "Implication, coopération des acteurs concernés",
}
PLAN = ("--financement", "ETAT-PDV-ACTIONS=3500", "--financement", "PORTEUR-FONDS-PROPRES=500")
HEALTH = ("--intitule", "Atelier santé", "--porteur", "CCAS", "--cout", 4000, *PLAN, "--le", "2016-01-08")
BOTH = ("--critere", "BESOIN", "--critere", "ACTEURS")


@pytest.fixture
def desk(cofiville: Typist, brought: Lived) -> Typist:
    """Type on a base that has a porteur and an open 2016."""

    @brought
    def live() -> None:
        assert cofiville("porteur", "ajouter", "CCAS de Denain", "--type", "ccas", "--code", "CCAS").code == 0
        assert cofiville("exercice", "ouvrir", 2016).code == 0

    return cofiville


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workbooks are written in a folder of the test."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Somebody who gives these answers."""
    return lambda *answers: monkeypatch.setattr("sys.stdin", Terminal("".join(f"{each}\n" for each in answers)))


def innovation(desk: Typist) -> tuple[int, list[str]]:
    """How many criteria action 2016-001 counts, and those it names."""
    assert desk("excel", "exporter", "programmation", 2016, "o.xlsx", "--sans-numero", "--remplacer").code == 0
    sheet = load_workbook("o.xlsx")["Programmation"]
    named = [each["critere"] for each in desk("--json", "action", "montrer", "2016-001").data["criteres"]]
    rows = sheet.iter_rows(values_only=True)
    titles = next(row for row in rows if "Critères d'innovation" in row)
    row = next(row for row in rows if "2016-001" in row)
    assert sorted(str(row[titles.index("Critères")] or "").split(";")) == sorted(named or [""])
    return int(row[titles.index("Critères d'innovation")] or 0), named


def test_the_rule_of_innovation_shows_its_criteria_with_the_words_of_the_text(desk: Typist) -> None:
    [version] = desk("--json", "regle", "montrer", "INNOVATION").data
    assert [(each["critere"], each["mots"]) for each in version["criteres"]] == list(WORDS.items())
    assert {each["paragraphe"] for each in version["criteres"]} == {"§5.1"}
    said = desk("regle", "montrer", "INNOVATION").out
    assert all(f"Critère {code} (§5.1) : « {words} »" in said for code, words in WORDS.items())
    [other] = desk("--json", "regle", "montrer", "TAUX-ETAT").data
    assert other["criteres"] == []


def test_a_rule_that_requires_fewer_still_shows_and_takes_the_same_criteria(desk: Typist) -> None:
    fewer = (
        "--chiffre",
        "taux=80 %",
        "--chiffre",
        "criteres=2",
        "--du",
        "2016-01-01",
        "--source",
        "COPIL du 4 janvier",
    )
    assert desk("regle", "remplacer", "INNOVATION", *fewer).code == 0
    versions = desk("--json", "regle", "montrer", "INNOVATION").data
    assert [len(each["criteres"]) for each in versions] == [4] * len(versions)
    assert desk("action", "saisir", 2016, *HEALTH, *BOTH).code == 0


def test_criteria_that_are_named_are_counted_and_shown(desk: Typist) -> None:
    assert desk("action", "saisir", 2016, *HEALTH, "--critere", "besoin", "--critere", "ACTEURS", *BOTH).code == 0
    assert innovation(desk) == (2, ["ACTEURS", "BESOIN"])
    said = " ".join(desk("action", "montrer", "2016-001").out.split())
    assert f"Critères d'innovation : ACTEURS ({WORDS['ACTEURS']}) ; BESOIN ({WORDS['BESOIN']})" in said
    told = desk("historique", "2016-001").out
    assert "critère d'innovation ACTEURS" in told
    assert desk("action", "modifier", "2016-001", "--intitule", "Atelier").code == 0
    assert innovation(desk) == (2, ["ACTEURS", "BESOIN"])
    assert desk("action", "modifier", "2016-001", "--critere", "EFFETS").code == 0
    assert innovation(desk) == (1, ["EFFETS"])
    assert desk("action", "modifier", "2016-001", "--innovation", 0).code == 0
    assert innovation(desk) == (0, [])


def test_a_number_alone_is_enough_as_before(desk: Typist) -> None:
    assert desk("action", "saisir", 2016, *HEALTH, "--innovation", 4).code == 0
    assert innovation(desk) == (4, [])
    assert desk("action", "modifier", "2016-001", *BOTH, "--innovation", 2).code == 0
    assert innovation(desk) == (2, ["ACTEURS", "BESOIN"])


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_number_that_contradicts_the_names_is_refused(desk: Typist, number: int) -> None:
    refused = desk("action", "saisir", 2016, *HEALTH, *BOTH, "--innovation", number)
    assert (refused.code, f"{number} comptés, mais 2 nommés (ACTEURS, BESOIN)" in refused.err) == (1, True)
    assert desk("action", "saisir", 2016, *HEALTH, *BOTH).code == 0
    assert desk("action", "modifier", "2016-001", "--innovation", 3).code == 1
    assert innovation(desk) == (2, ["ACTEURS", "BESOIN"])


def test_a_criterion_that_the_contract_does_not_give_is_refused_with_those_it_gives(desk: Typist) -> None:
    refused = desk("action", "saisir", 2016, *HEALTH, "--critere", "NOUVEAUTE")
    said = " ".join(refused.err.split())
    assert refused.code == 1
    assert all(f"{code} ({words})" in said for code, words in WORDS.items())


def test_a_contract_without_such_a_rule_has_no_criterion_to_name(desk: Typist) -> None:
    elsewhere = ("--contrat", "CV193")
    assert desk(*elsewhere, "exercice", "ouvrir", 2016).code == 0
    own = ("--intitule", "Atelier", "--porteur", "CCAS", "--cout", 40, "--financement", "PORTEUR-FONDS-PROPRES=40")
    refused = desk(*elsewhere, "action", "saisir", 2016, *own, "--critere", "BESOIN")
    assert (refused.code, "Aucune règle du contrat ne nomme de critère" in refused.err) == (1, True)
    assert desk(*elsewhere, "action", "saisir", 2016, *own, "--innovation", 2).code == 0


def test_a_contract_names_the_criteria_of_its_own_rule(desk: Typist) -> None:
    """In the rule's figures: taken, explained, shown to the committee, and the same once exported and imported."""
    figures = ("--chiffre", "taux=70 %", "--chiffre", "criteres=2")
    since = ("--du", "2016-01-01", "--source", "COPIL du 4 janvier", "--article", "point 3")
    names = ("--chiffre", "noms=Besoin local|Pouvoir d'agir|Sobriété")
    refused = desk("regle", "remplacer", "INNOVATION", *figures, *since, "--chiffre", "noms=Besoin local|besoin  local")
    assert (refused.code, "2 critères sont exigés, 1 ont un nom" in refused.err) == (1, True)
    assert desk("regle", "remplacer", "INNOVATION", *figures, *since, *names).code == 0
    assert "2 critères sur 3" in desk("regle", "lister", "--le", "2016-02-01").out
    shown = desk("--json", "regle", "montrer", "INNOVATION").data[-1]["criteres"]
    assert [(each["critere"], each["paragraphe"]) for each in shown] == [
        ("BESOIN-LOCAL", "point 3"),
        ("POUVOIR-D-AGIR", "point 3"),
        ("SOBRIETE", "point 3"),
    ]
    refused = desk("action", "saisir", 2016, *HEALTH, "--critere", "BESOIN")
    assert (refused.code, "BESOIN-LOCAL (Besoin local)" in refused.err) == (1, True)
    own = ("--critere", "sobriete", "--critere", "BESOIN-LOCAL")
    assert desk("action", "saisir", 2016, *HEALTH, *own).code == 0
    assert innovation(desk) == (2, ["BESOIN-LOCAL", "SOBRIETE"])
    assert desk("allocation", "proposer", 2016, "--scenario", "S").code == 0
    told = desk("allocation", "expliquer", "2016-001", "--scenario", "S").out
    assert "Critères d'innovation nommés : BESOIN-LOCAL ; SOBRIETE" in told
    seen, *_ = desk("--json", "comite", "lister", 2016).data
    assert seen["avis"] == "innovation : BESOIN-LOCAL, SOBRIETE"
    assert desk("excel", "exporter", "referentiel", 2016, "r.xlsx").code == 0
    assert desk("--json", "excel", "importer", "r.xlsx").data["ecrit"] is False
    assert desk("--json", "base", "controler").data["anomalies"] == []


def test_what_is_asked_above_the_ordinary_rate_on_criteria_not_named_is_told(desk: Typist) -> None:
    def remarks() -> list[str]:
        found = desk("--json", "action", "controler", "2016-001").data
        return [each["niveau"] for each in found if each["code"] == "criteres_non_nommes"]

    assert desk("action", "saisir", 2016, *HEALTH, "--innovation", 4).code == 0
    assert remarks() == ["information"]
    asked = ("--financement", "ETAT-PDV-ACTIONS=3200", "--financement", "PORTEUR-FONDS-PROPRES=800")
    assert desk("action", "modifier", "2016-001", *asked).code == 0
    assert remarks() == []
    assert desk("action", "modifier", "2016-001", *PLAN).code == 0
    assert remarks() == ["information"]
    assert desk("action", "modifier", "2016-001", *(w for code in WORDS for w in ("--critere", code))).code == 0
    assert remarks() == []


def rewritten(source: str, **cells: object) -> str:
    """Another workbook, where these cells of the first action say something else; titles with "_" for a blank."""
    workbook = load_workbook(source)
    sheet = workbook["Programmation"]
    heads = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value is not None}
    for title, value in cells.items():
        sheet.cell(heads["2016-001"].row, heads[title].column).value = value
    target = Path("changed.xlsx")
    workbook.save(target)
    return str(target)


def test_the_workbook_carries_the_criteria_both_ways(desk: Typist) -> None:
    assert desk("action", "saisir", 2016, *HEALTH, *BOTH).code == 0
    assert desk("excel", "exporter", "programmation", 2016, "a.xlsx", "--sans-numero").code == 0
    same = desk("excel", "importer", "a.xlsx")
    assert (same.code, "rien" in same.out.lower()) == (0, True), same.out
    count = "Critères d'innovation"
    assert desk("excel", "importer", rewritten("a.xlsx", **{count: None, "Critères": "effets ; BESOIN"})).code == 0
    assert innovation(desk) == (2, ["BESOIN", "EFFETS"])
    assert desk("excel", "exporter", "programmation", 2016, "b.xlsx", "--sans-numero").code == 0
    for cells in ({count: 3}, {"Critères": "BESOIN ; NOUVEAUTE"}):
        assert desk("excel", "importer", rewritten("b.xlsx", **cells)).code != 0
    assert innovation(desk) == (2, ["BESOIN", "EFFETS"])
    assert desk("excel", "importer", rewritten("b.xlsx", **{count: 4, "Critères": None})).code == 0
    assert innovation(desk) == (4, [])


@pytest.mark.one_engine
def test_the_dialogue_asks_which_criteria_are_met(desk: Typist, answering: Callable[..., None]) -> None:
    answering("", "40", "", "", "ETAT-PDV-ACTIONS", "3300", "", "?", "nouveaute", "besoin ; effets")
    typed = ("--intitule", "Atelier santé", "--porteur", "CCAS", "--cout", 4000, "--le", "2016-01-08")
    said = desk("action", "saisir", 2016, *typed)
    answers = [word for word in said.err.split("\n") if "BESOIN  Réponse à un besoin social mal satisfait" in word]
    assert (said.code, len(answers), "n'est pas un critère" in said.err) == (0, 1, True), said.err
    assert innovation(desk) == (2, ["BESOIN", "EFFETS"])


@pytest.mark.one_engine
def test_the_dialogue_asks_nothing_where_no_more_than_the_ordinary_rate_is_asked(
    desk: Typist, answering: Callable[..., None]
) -> None:
    answering("", "40", "", "", "ETAT-PDV-ACTIONS", "3200", "")
    typed = ("--intitule", "Atelier santé", "--porteur", "CCAS", "--cout", 4000, "--le", "2016-01-08")
    said = desk("action", "saisir", 2016, *typed)
    assert (said.code, "innovation" in said.err) == (0, False), said.err
