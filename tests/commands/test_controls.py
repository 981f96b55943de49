"""Controls and what is missing, typed: every finding with its way out, facts of execution included; pages to print."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Answer, Lived, Typist


@pytest.fixture
def desk(cofiville: Typist, brought: Lived) -> Typist:
    """A base with an association, an open 2016 and an action that lacks much."""

    @brought
    def live() -> None:
        cofiville("exercice", "ouvrir", 2016)
        cofiville("porteur", "ajouter", "MJC <du> quartier", "--type", "association", "--code", "MJC")
        plan = ("--financement", "ETAT-PDV-ACTIONS=3000", "--financement", "PORTEUR-FONDS-PROPRES=1000")
        cofiville("appel", "ouvrir", 2016, "--le", "2015-11-16", "--cloture", "2016-01-15")
        named = ("--intitule", "Atelier", "--porteur", "MJC", "--cout", 4000, "--appel", "2016", "--le", "2016-01-08")
        assert cofiville("action", "saisir", 2016, *named, *plan).code == 0

    return cofiville


def test_controls_tell_everything_and_end_in_one_when_something_is_to_be_mended(desk: Typist) -> None:
    answer = desk("--json", "appel", "controler", 2016, "--le", "2016-02-01")
    assert answer.code == 1
    assert [(each["niveau"], each["code"]) for each in answer.data] == [
        ("erreur", "droit_commun_absent"),
        ("alerte", "public_non_reparti"),
        ("alerte", "siret_manquant"),
    ]
    assert all(each["remede"] for each in answer.data)
    assert desk("--json", "action", "controler", "2016-001", "--le", "2016-02-01").data == answer.data
    assert desk("--json", "appel", "controler", 2015).data == []
    assert "Rien à signaler." in desk("appel", "controler", 2015).out


def test_a_bilan_overdue_in_execution_is_told_of_its_porteur(desk: Typist) -> None:
    desk("exercice", "ouvrir", 2017)
    desk("enveloppe", "notifier", "CAPH-PDV", 2016, 5000, "--piece", "BP", "--le", "2016-02-01")
    plan = ("--financement", "CAPH-PDV=500", "--financement", "CAF-DROIT-COMMUN=500", "--qpv", 10)
    named = ("--porteur", "MJC", "--cout", 1000, "--le", "2016-01-08")
    desk("action", "saisir", 2016, "--intitule", "Jardin", *named, *plan)
    desk("action", "saisir", 2017, "--intitule", "Théâtre", *named, *plan)
    day = ("--piece", "Délibération", "--le", "2016-04-11")
    assert desk("allocation", "accorder", "2016-002", "CAPH-PDV", 500, *day).code == 0
    assert desk("convention", "saisir", "2016-002", "--payeur", "CAPH", "--le", "2016-04-12").code == 0
    assert desk("convention", "signer", "C2016-001", *day).code == 0
    for today, late in (("2017-06-30", False), ("2017-07-01", True)):
        found = {each["code"] for each in desk("--json", "appel", "controler", 2017, "--le", today).data}
        assert ("bilan_en_retard" in found) is late


def test_what_is_missing_is_told_before_the_appel_closes(desk: Typist) -> None:
    [row] = desk("--json", "action", "completer", "2016-001", "--le", "2016-01-10").data
    assert (row["avant_le"], row["jours"]) == ("2016-01-15", 5)
    lacks = {each["code"] for each in row["manque"]}
    assert {"objectif", "territoires", "public", "droit_commun", "porteur", "indicateurs"} <= lacks
    assert all(each["commande"].startswith("cofiville ") for each in row["manque"])
    assert "dans 5 jour(s)" in desk("action", "completer", "--toutes", 2016, "--le", "2016-01-10").out
    desk("avis", "saisir", "2016-001", "ETAT", "--avis", "complement", "--texte", "Budget détaillé")
    [row] = desk("--json", "action", "completer", "--toutes", 2016).data
    assert row["manque"][-1]["quoi"] == "le complément demandé par ETAT : Budget détaillé"
    assert desk("action", "completer").code == 2


@pytest.mark.parametrize("said", ["configured", "exported"])
def test_a_way_out_names_its_contract_where_commands_usually_act_on_another(
    desk: Typist, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On a screen, in JSON, CSV and files, on the error output, whether the other is configured or exported."""
    if said == "configured":
        (tmp_path / "cofiville.toml").write_text('contrat = "CV193"\n', encoding="utf-8")
    else:
        monkeypatch.setenv("COFIVILLE_CONTRAT", "CV193")

    def here(*words: object) -> Answer:
        return desk("--contrat", "CV195", *words)

    [row] = here("--json", "action", "completer", "2016-001").data
    assert all(each["commande"].startswith("cofiville --contrat CV195 ") for each in row["manque"])
    controlled = here("--json", "action", "controler", "2016-001").data
    remedies = [each["remede"] for each in controlled if "cofiville" in each["remede"]]
    assert remedies
    assert all("cofiville --contrat CV195 " in each for each in remedies)
    for way in (("--csv",), ()):
        shown = here(*way, "action", "controler", "2016-001").out
        assert shown.count("cofiville") == shown.count("cofiville --contrat CV195") > 0
    [way] = [each["commande"] for each in row["manque"] if each["code"] == "objectif"]
    assert desk(*way.replace("CODE", "5.1.2").split()[1:]).code == 0
    assert here("--json", "action", "montrer", "2016-001").data["objectif"] == "5.1.2"


@pytest.mark.parametrize("what", ["technique", "copil", "citoyen"])
def test_each_page_is_one_safe_file_that_prints(desk: Typist, tmp_path: Path, what: str) -> None:
    page = tmp_path / "page.html"
    assert desk("comite", "page", what, 2016, page).code == 0
    text = page.read_text(encoding="utf-8")
    assert "A4 landscape" in text
    assert "MJC &lt;du&gt; quartier" in text
    assert "http" not in text
    assert desk("comite", "page", "autre", 2016, page).code == 1
