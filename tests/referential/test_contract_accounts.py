"""A contract says accounts of its own budget, by exercice: they come before the shipped table."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from ledger.core.field import Value
from ledger.exchange.declaration import Table, Values
from ledger.exchange.sheets.framework import ACCOUNTS_SHEET
from ledger.exchange.workbook import write_workbook
from tests.acts import unsigned
from tests.conftest import Typist

SOURCE = ("--source", "Courrier du comptable, 12/01/2016")
ADDED = ("compte", "ajouter", "verser", "65737", "--tiers", "ccas", *SOURCE)


@pytest.fixture
def ordered(in_2016: Typist) -> Typist:
    """2016 with a subsidy of the EPCI to a CCAS, signed."""
    for words in (
        ("enveloppe", "notifier", "CAPH-PDV", 2016, 50000, "--piece", "N1", "--le", "2016-02-01"),
        ("porteur", "ajouter", "CCAS de Denain", "--type", "ccas", "--code", "CCAS"),
        (
            *("action", "saisir", 2016, "--intitule", "Accueil", "--porteur", "CCAS", "--objectif", "5.1.2"),
            *("--cout", 4000, "--financement", "CAPH-PDV=3000", "--financement", "PORTEUR-FONDS-PROPRES=1000"),
            *("--qpv", 40),
        ),
        ("allocation", "accorder", "2016-001", "CAPH-PDV", 3000, "--piece", "D1", "--le", "2016-03-04"),
        ("convention", "saisir", "2016-001", "--payeur", "CAPH", "--le", "2016-03-10"),
        ("convention", "signer", "C2016-001", "--piece", "D1", "--le", "2016-03-14"),
    ):
        done = in_2016(*words)
        assert done.code == 0, done.err
    return in_2016


def _retained(type_line: Typist, *words: Any) -> tuple[str, str]:
    rows = type_line("--json", "compte", "pourquoi", *words).data
    [kept] = [row for row in rows if row["retenu"]]
    return kept["compte"], kept["dit_par"]


def test_the_account_of_the_contract_is_that_of_conventions_and_mandats(ordered: Typist, tmp_path: Path) -> None:
    before = ordered("--json", "convention", "montrer", "C2016-001").data
    assert before["compte"]["compte"] == "657362"
    assert ordered(*ADDED).code == 0
    shown = ordered("--json", "convention", "montrer", "C2016-001").data
    assert shown["compte"]["compte"] == "65737"
    ordre = ordered("--json", "versement", "ordonner", "C2016-001", "--le", "2016-04-01").data["reference"]
    assert ordered("document", "editer", "ordre", ordre, "--dossier", tmp_path).code == 0
    assert "65737" in " ".join(each.text for each in Document(str(next(tmp_path.glob("*.docx")))).paragraphs)


def test_why_an_account_is_taken_is_said_from_the_nearest_to_the_farthest(cofiville: Typist) -> None:
    assert _retained(cofiville, "verser", 2016, "--tiers", "ccas") == ("657362", "table livrée (ccas)")
    assert cofiville(*ADDED).code == 0
    own = "compte du contrat depuis le 01/01/2015 (ccas)"
    assert _retained(cofiville, "verser", 2016, "--tiers", "ccas") == ("65737", own)
    line = (
        "ligne",
        "modifier",
        "CAPH-PDV",
        "--compte",
        "verser=6574",
        "--source",
        "Délibération",
        "--le",
        "2016-01-01",
    )
    assert cofiville(*line).code == 0
    rows = cofiville("--json", "compte", "pourquoi", "verser", 2016, "--tiers", "ccas", "--ligne", "CAPH-PDV").data
    assert [(row["compte"], row["dit_par"], row["retenu"]) for row in rows] == [
        ("6574", "règle COMPTE-CAPH-PDV", True),
        ("65737", own, False),
        ("657362", "table livrée (ccas)", False),
    ]
    said = cofiville("compte", "pourquoi", "verser", 2016, "--tiers", "ccas").out
    assert "Le budget 2016 suit la nomenclature M14" in said
    assert "à confirmer" in said


def test_a_type_of_body_or_of_financeur_answers_for_all_of_it(cofiville: Typist) -> None:
    for words in (
        ("porteur", "ajouter", "Maisons du Hainaut", "--type", "bailleur", "--statut", "esh", "--code", "MAISONS"),
        ("compte", "ajouter", "verser", "6745", "--tiers", "bailleur", *SOURCE),
        ("compte", "ajouter", "recevoir", "74748", "--tiers", "commune", *SOURCE),
    ):
        assert cofiville(*words).code == 0
    assert _retained(cofiville, "verser", 2016, "--tiers", "MAISONS")[0] == "6745"
    assert _retained(cofiville, "recevoir", 2016, "--ligne", "COMMUNE-PDV")[0] == "74748"


def test_an_account_changes_from_an_exercice_and_the_former_keeps_those_before(cofiville: Typist) -> None:
    assert cofiville(*ADDED).code == 0
    changed = ("compte", "modifier", "verser", "--tiers", "ccas", "--compte", "657363", "--le", "2018-01-01")
    assert cofiville(*changed).code == 0
    for year, account in ((2015, "65737"), (2017, "65737"), (2018, "657363"), (2020, "657363")):
        assert _retained(cofiville, "verser", year, "--tiers", "ccas")[0] == account
    assert cofiville("compte", "clore", "verser", "--tiers", "ccas", "--le", "2019-12-31", "--oui").code == 0
    assert _retained(cofiville, "verser", 2020, "--tiers", "ccas") == ("657362", "table livrée (ccas)")
    rows = cofiville("--json", "compte", "lister").data
    assert [(row["compte"], row["du"], row["au"]) for row in rows] == [
        ("65737", "2015-01-01", "2017-12-31"),
        ("657363", "2018-01-01", "2019-12-31"),
    ]
    [then] = cofiville("--json", "compte", "lister", "--le", "2017-12-31").data
    assert (then["compte"], then["au"]) == ("65737", None)


def test_an_account_follows_its_nomenclature_and_its_doubt_is_shown(cofiville: Typist) -> None:
    assert cofiville(*ADDED, "--a-confirmer").code == 0
    long = ("--nomenclature", "M57", "--variante", "developpee")
    found = cofiville("--json", "ligne", "compte", "verser", 2016, "--tiers", "ccas", *long).data
    assert found["compte"] == "657362"
    [row, _] = cofiville("--json", "compte", "pourquoi", "verser", 2016, "--tiers", "ccas").data
    assert row["a_confirmer"]
    assert cofiville("compte", "modifier", "verser", "--tiers", "ccas", "--confirme").code == 0
    [row] = cofiville("--json", "compte", "lister").data
    assert not row["a_confirmer"]


def test_an_account_that_mandats_are_charged_to_neither_changes_nor_ends_before_them(
    ordered: Typist, tmp_path: Path
) -> None:
    assert ordered(*ADDED).code == 0
    assert ordered("versement", "ordonner", "C2016-001", "--le", "2016-04-01").code == 0
    keyed = ("verser", "--tiers", "ccas")
    changed = ordered("--json", "compte", "modifier", *keyed, "--compte", "6574").refusal
    closed = ordered("--json", "compte", "clore", *keyed, "--le", "2015-12-31", "--oui").refusal
    for refused in (changed, closed):
        assert refused["erreur"] == "encore_utilise"
        assert "le mandat" in refused["probleme"]
    row: Values = {
        "operation": "verser",
        "party": "ccas",
        "nomenclature": "M14",
        "account": "6574",
        "source": "Lui",
        "starts_on": date(2015, 1, 1),
    }
    write_workbook(tmp_path / "comptes.xlsx", [Table(ACCOUNTS_SHEET, (row,))])
    done = ordered("--json", "excel", "importer", tmp_path / "comptes.xlsx")
    assert done.code == 1
    assert "ne peut pas devenir le 6574 : le mandat" in done.data["problemes"][0]["message"]
    assert ordered("compte", "modifier", *keyed, "--compte", "6574", "--le", "2017-01-01").code == 0


def test_accounts_come_by_workbook_and_go_back_the_same(cofiville: Typist, tmp_path: Path) -> None:
    assert cofiville("exercice", "ouvrir", 2016).code == 0
    assert cofiville(*ADDED).code == 0
    path = tmp_path / "referentiel.xlsx"
    assert cofiville("excel", "exporter", "referentiel", 2016, path, "--sans-numero").code == 0
    back = cofiville("--json", "excel", "importer", path).data
    assert all(each["nouvelles"] == each["modifiees"] == 0 for each in back["feuilles"])
    former: dict[str, Value] = {
        "operation": "verser",
        "party": "ccas",
        "nomenclature": "M14",
        "account": "65737",
        "source": "Lui",
        "starts_on": date(2015, 1, 1),
        "ends_on": date(2017, 12, 31),
    }
    former["party"] = "CCAS"
    following: Values = {**former, "account": "657363", "starts_on": date(2018, 1, 1), "ends_on": None}
    path = tmp_path / "comptes.xlsx"
    write_workbook(path, [Table(ACCOUNTS_SHEET, (following, former))])
    done = cofiville("--json", "excel", "importer", path)
    assert done.code == 0, done.out
    assert _retained(cofiville, "verser", 2017, "--tiers", "ccas")[0] == "65737"
    assert _retained(cofiville, "verser", 2018, "--tiers", "ccas")[0] == "657363"


@pytest.mark.parametrize(
    ("words", "code", "problem"),
    [
        (("donner", "65737"), "valeur_invalide", "« donner » n'est pas une opération comptable."),
        (("verser", "65737"), "valeur_invalide", "Le tiers manque."),
        (
            ("verser", "65737", "--tiers", "lune"),
            "valeur_invalide",
            "« lune » n'est ni un statut ni un type de porteur.",
        ),
        (
            ("recevoir", "7478", "--tiers", "lune"),
            "introuvable",
            "« LUNE » n'est ni un financeur, ni un type de financeur, ni une ligne du contrat.",
        ),
        (("rendre", "673", "--tiers", "ccas"), "valeur_invalide", "Le compte pour rendre est le même pour tous."),
        (("rendre", "6A"), "valeur_invalide", "« 6A » n'est pas un numéro de compte."),
        (
            ("rendre", "673", "--du", "2016-03-01"),
            "valeur_invalide",
            "Un compte vaut pour des exercices entiers, pas depuis le 01/03/2016.",
        ),
        (("rendre", "673", "--nomenclature", "M99"), "valeur_invalide", "« M99 » n'est pas une nomenclature."),
        (
            ("verser", "6574", "--tiers", "ccas", "--du", "2016-01-01"),
            "code_existant",
            "Le compte M14 pour verser (ccas) est déjà le 65737 depuis le 01/01/2015.",
        ),
    ],
)
def test_an_account_that_does_not_hold_together_is_refused_with_a_way_out(
    cofiville: Typist, words: tuple[str, ...], code: str, problem: str
) -> None:
    assert cofiville(*ADDED).code == 0
    refused = cofiville("--json", "compte", "ajouter", *words, *SOURCE).refusal
    assert (refused["erreur"], unsigned(refused["probleme"])) == (code, problem)
    assert refused["remede"]


def test_another_contract_has_its_own_accounts_and_a_copy_takes_them(cofiville: Typist) -> None:
    assert cofiville(*ADDED).code == 0
    new = ("contrat", "creer", "SUITE", "--epci", "200042190", "--du", "2024-01-01", "--au", "2030-12-31")
    assert cofiville(*new, "--depuis", "CV195").code == 0
    other = ("contrat", "creer", "NEUF", "--epci", "200042190", "--du", "2031-01-01", "--au", "2032-12-31")
    assert cofiville(*other).code == 0
    counted = {code: len(cofiville("--contrat", code, "--json", "compte", "lister").data) for code in ("SUITE", "NEUF")}
    assert counted == {"SUITE": 1, "NEUF": 0}


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("lune", 2016), "« lune » n'est pas une opération comptable."),
        (("verser", 2016), "Le tiers manque."),
        (("recevoir", 2016), "Le tiers manque."),
        (("recevoir", 2016, "--ligne", "LUNE"), "La ligne de crédits « LUNE » n'existe pas."),
    ],
)
def test_why_is_asked_of_an_operation_and_a_party_that_are_some(
    cofiville: Typist, words: tuple[Any, ...], problem: str
) -> None:
    assert cofiville("--json", "compte", "pourquoi", *words).refusal["probleme"] == problem
