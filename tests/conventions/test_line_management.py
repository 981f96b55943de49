"""Who pays a line, on which budget and account, up to how much: said of the line from a day, and then followed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Typist
from tests.reports.documents import text

LINE = "ETAT-PDV-ACTIONS"
SAID = ("--source", "Délibération 4")
MANAGED = ("payeur", "recouvreur", "circuit", "budget", "comptes", "plafond")


def typed(typist: Typist, *words: object) -> Any:
    answer = typist("--json", *words)
    assert answer.code == 0, (words, answer.err)
    return answer.data


def managed(typist: Typist, year: int, line: str = LINE) -> dict[str, Any]:
    shown = typed(typist, "ligne", "montrer", line, "--le", f"{year}-12-31")
    return {name: shown[name] for name in MANAGED}


@pytest.fixture
def plie(in_2016: Typist) -> Typist:
    """A line of the État that passes by the budget annexe of the EPCI from 2016 on."""
    words = ("ligne", "modifier", LINE, "--payeur", "caph", "--budget", "PLIE", "--compte", "verser=65748", *SAID)
    assert in_2016(*words, "--compte", "recevoir=74718", "--plafond", "9000", "--le", "2016-01-01").code == 0
    return in_2016


def test_what_is_said_of_a_line_holds_from_its_day_and_the_former_until_the_day_before(plie: Typist) -> None:
    usual = {"payeur": "ETAT", "recouvreur": "ETAT", "circuit": "direct", "budget": "principal", "comptes": {}}
    assert managed(plie, 2015) == {**usual, "plafond": None}
    accounts = {"recevoir": "74718", "verser": "65748"}
    of_2016 = {"payeur": "CAPH", "recouvreur": "CAPH", "circuit": "budget", "budget": "PLIE", "comptes": accounts}
    assert managed(plie, 2016) == {**of_2016, "plafond": "9000.00"}
    changed = ("ligne", "modifier", LINE, "--compte", "verser=6574", "--source", "Délibération 9", "--le", "2017-01-01")
    assert typed(plie, *changed)["source"] == "§5.3.1 et §5.4.1"
    assert managed(plie, 2016)["comptes"] == accounts
    assert managed(plie, 2017) == {**of_2016, "comptes": {**accounts, "verser": "6574"}, "plafond": "9000.00"}
    rules = typed(plie, "ligne", "montrer", LINE, "--le", "2017-12-31")["regles"]
    assert {each["regle"]: each["source"] for each in rules} == {
        f"PASSAGE-{LINE}": "Délibération 4",
        f"COMPTE-{LINE}": "Délibération 9",
        f"PLAFOND-{LINE}": "Délibération 4",
    }
    listed = {row["code"]: row for row in typed(plie, "ligne", "lister", "--le", "2016-12-31")}
    assert (listed[LINE]["payeur"], listed["CAPH-PDV"]["payeur"], listed["REGION-DSDT"]["payeur"]) == (
        "CAPH",
        "CAPH",
        "REGION",
    )


def test_a_line_is_added_with_who_pays_it_its_budget_its_account_and_its_ceiling(cofiville: Typist) -> None:
    words = ("ligne", "ajouter", "FSE-PLIE", "EUROPE", "--libelle", "FSE du PLIE", "--source", "Avenant 2")
    more = ("--payeur", "CAPH", "--budget", "PLIE", "--compte", "recevoir=7477", "--plafond", "100000")
    added = typed(cofiville, *words, *more, "--du", "2016-01-01")
    assert (added["payeur"], added["budget"], added["comptes"]) == ("CAPH", "PLIE", {"recevoir": "7477"})
    assert (added["plafond"], added["source"]) == ("100000.00", "Avenant 2")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--payeur", "CAF", *SAID), "« CAF » ne peut pas payer la ligne ETAT-PDV-ACTIONS."),
        (("--budget", " ", *SAID), "Le nom du budget manque."),
        (("--compte", "payer=65748", *SAID), "« payer » n'est pas une opération comptable."),
        (("--compte", "verser=657A", *SAID), "« 657A » n'est pas un numéro de compte."),
        (("--compte", "65748", *SAID), "« 65748 » n'est pas compris."),
        (("--plafond", "9000"), "La source manque."),
    ],
)
def test_what_a_line_cannot_be_is_refused(cofiville: Typist, words: tuple[str, ...], said: str) -> None:
    refused = cofiville("--json", "ligne", "modifier", LINE, *words)
    assert refused.code in (1, 2)
    assert said in refused.err
    assert "remede" in refused.err or "Aide" in refused.err


def test_the_ceiling_of_a_line_is_a_refusal_when_more_is_notified(plie: Typist) -> None:
    """A ceiling of the contract is a sum that nobody may open beyond: it refuses, as any other overdraft."""
    notified = ("enveloppe", "notifier", LINE, 2016)
    assert plie(*notified, 9_000, "--piece", "N1", "--le", "2016-02-01").code == 0
    refused = plie("--json", *notified, "0,01", "--piece", "N2", "--le", "2016-02-02").refusal
    assert refused["erreur"] == "plafond_enveloppe"
    assert "ETAT-PDV-ACTIONS ne peut ouvrir que 9 000,00 € en tout" in " ".join(refused["probleme"].split())


def test_orders_titres_papers_and_entries_bear_the_account_and_the_budget_of_the_line(
    plie: Typist, tmp_path: Path
) -> None:
    """1 000 € to an association: M14 says 6574 and 74718, the line 65748 on the budget annexe PLIE."""
    typed(plie, "enveloppe", "notifier", LINE, 2016, 5_000, "--piece", "N1", "--le", "2016-02-01")
    typed(plie, "porteur", "ajouter", "Un club (exemple)", "--type", "association", "--code", "CLUB")
    plan = (
        "--cout",
        2000,
        "--financement",
        f"{LINE}=1000",
        "--financement",
        "PORTEUR-FONDS-PROPRES=1000",
        "--qpv",
        10,
        "--objectif",
        "5.1.2",
        "--le",
        "2016-02-02",
    )
    typed(plie, "action", "saisir", 2016, "--intitule", "Lecture", "--porteur", "CLUB", *plan)
    day = ("--le", "2016-03-01")
    typed(plie, "allocation", "accorder", "2016-001", LINE, 1000, "--piece", "D1", *day)
    typed(plie, "convention", "recevoir", LINE, 2016, 5000, "--numero", "E16", "--piece", "Arrêté", *day)
    typed(plie, "recette", "constater", "E16", 1000, "--reference", "P1", *day)
    typed(plie, "recette", "titrer", "E16", 1000, "--reference", "T1", *day)
    typed(plie, "convention", "saisir", "2016-001", *day)
    typed(plie, "convention", "signer", "C2016-001", "--piece", "Convention", *day)
    account = typed(plie, "convention", "montrer", "C2016-001")["compte"]
    assert (account["compte"], account["motif"].rpartition(" ; ")[2]) == ("65748", "budget annexe PLIE")
    mandat = typed(plie, "versement", "ordonner", "C2016-001", *day)["reference"]
    typed(plie, "document", "editer", "ordre", mandat, "--dossier", tmp_path)
    [path] = tmp_path.glob("*.docx")
    assert "65748 (budget annexe PLIE)" in text(path.read_bytes())
    labels = " ".join(each["libelle"] for each in typed(plie, "journal", "lister", 2016))
    assert "(compte 74718, budget annexe PLIE)" in labels


def test_what_a_line_s_rules_say_goes_out_with_the_referential_and_comes_back(plie: Typist, tmp_path: Path) -> None:
    path = tmp_path / "referentiel.xlsx"
    typed(plie, "excel", "exporter", "referentiel", 2016, path)
    back = typed(plie, "excel", "importer", path)
    assert all(each["nouvelles"] == each["modifiees"] == 0 for each in back["feuilles"])
