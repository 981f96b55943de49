"""Exercices, enveloppes and the journal, typed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.bases import ROOT, clean_environment
from tests.conftest import Typist

NOTIFY = ("enveloppe", "notifier", "ETAT-PDV-DRE", 2016, "175 000,00", "--piece", "Arrêté 12", "--le", "15/02/2016")

REFUSED = {
    "an amount with two points": ("enveloppe notifier ETAT-PDV-DRE 2016 12.5.3 --piece A", "valeur_invalide"),
    "a negative amount": ("enveloppe notifier ETAT-PDV-DRE 2016 -5 --piece A", "valeur_invalide"),
    "an ambiguous amount": ("enveloppe notifier ETAT-PDV-DRE 2016 1.234,56 --piece A", "valeur_invalide"),
    "a year in letters": ("enveloppe lister deux-mille", "valeur_invalide"),
    "a year out of range": ("exercice ouvrir 1789", "valeur_invalide"),
    "a day that does not exist": ("enveloppe lister 2016 --le 2016-02-30", "valeur_invalide"),
    "an unknown line": ("enveloppe notifier RIEN 2016 5 --piece A", "introuvable"),
    "an exercice that is not open": (
        "enveloppe notifier ETAT-PDV-DRE 2016 5 --piece A --le 2017-01-01",
        "exercice_ferme",
    ),
    # F21: seen nowhere, found by no audit.
    "credits of a year outside the contract": (
        "enveloppe notifier ETAT-PDV-DRE 2071 5 --piece A --le 2016-02-01",
        "hors_contrat",
    ),
    "credits opened in advance outside the contract": (
        "enveloppe avancer ETAT-PDV-DRE 2024 5 --piece A --le 2016-02-01",
        "hors_contrat",
    ),
    "an exercice opened twice": ("exercice ouvrir 2016", "exercice_existant"),
    "an entry that does not exist": ("journal annuler 99 --motif x --oui", "introuvable"),
    "a contract that is not there": ("--contrat CV999 exercice lister", "introuvable"),
    "a change of nothing": ("enveloppe modifier ETAT-PDV-DRE 2016 0 --piece A", "valeur_invalide"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused_with_a_problem_and_a_remedy(in_2016: Typist, case: str) -> None:
    line, code = REFUSED[case]
    answer = in_2016("--json", *line.split())
    assert (answer.code, answer.refusal["erreur"], answer.out) == (1, code, "")
    assert answer.refusal["probleme"].endswith(".")
    assert answer.refusal["remede"]
    assert in_2016("--json", "journal", "lister").data == []


def test_a_notification_opens_credits_once(in_2016: Typist) -> None:
    first, again = in_2016("--json", *NOTIFY), in_2016("--json", *NOTIFY)
    expected = {"ligne": "ETAT-PDV-DRE", "exercice": 2016, "ecriture": 1, "avance_reprise": "0.00"}
    assert first.data == {**expected, "deja_enregistre": False}
    assert again.data == {**expected, "deja_enregistre": True}


@pytest.mark.parametrize("words", ["-500,50", "-500.50", "\u2212500,50", "-500,50 €"])
def test_a_negative_change_needs_no_double_hyphen(in_2016: Typist, words: str) -> None:
    in_2016(*NOTIFY)
    line = ("enveloppe", "modifier", "etat-pdv-dre", 2016, words, "--piece", "A31", "--le", "2016-06-01")
    assert in_2016(*line).code == 0
    [row] = in_2016("--json", "enveloppe", "lister", 2016).data
    assert (row["ligne"], row["nature"], row["notifie"], row["disponible"]) == (
        "ETAT-PDV-DRE",
        "specifique",
        "174499.50",
        "174499.50",
    )


def test_a_fall_beyond_what_is_available_is_refused(in_2016: Typist) -> None:
    in_2016(*NOTIFY)
    line = ("enveloppe", "modifier", "ETAT-PDV-DRE", 2016, "-175000,01", "--piece", "A31", "--le", "2016-06-01")
    answer = in_2016(*line)
    assert answer.code == 1
    assert "\n→ " in answer.err


def test_enveloppes_are_shown_as_they_stood_on_a_day(in_2016: Typist) -> None:
    in_2016(*NOTIFY)
    assert in_2016("--json", "enveloppe", "lister", 2016, "--le", "14/02/2016").data == []
    [row] = in_2016("--json", "enveloppe", "lister", 2016, "--le", "2016-02-15").data
    figures = ("disponible", "programme", "engage", "ordonne", "verse", "a_recouvrer", "annule", "reporte", "rendu")
    assert row["notifie"] == "175000.00"
    assert [row[figure] for figure in figures] == ["175000.00", *["0.00"] * 8]


def test_a_line_is_shown_account_by_account(in_2016: Typist) -> None:
    in_2016(*NOTIFY)
    data = in_2016("--json", "enveloppe", "montrer", "ETAT-PDV-DRE", 2016).data
    assert {detail["position"]: detail["montant"] for detail in data["detail"]} == {
        "NOTIFIE": "175000.00",
        "DISPONIBLE": "175000.00",
    }


def test_the_journal_shows_each_entry_with_its_lines(in_2016: Typist) -> None:
    in_2016("--agent", "Anne", *NOTIFY)
    [entry] = in_2016("--json", "journal", "lister", 2016).data
    assert entry["agent"] == "Anne"
    assert entry["commande"] == "enveloppe notifier"
    assert (entry["ecriture"], entry["effet"], entry["piece"]) == (1, "2016-02-15", "Arrêté 12")
    assert entry["lignes"] == [
        {"compte": "DISPONIBLE ETAT-PDV-DRE 2016", "debit": "175000.00", "credit": "0.00"},
        {"compte": "NOTIFIE ETAT-PDV-DRE 2016", "debit": "0.00", "credit": "175000.00"},
    ]
    assert in_2016("--json", "journal", "lister", 2017).data == []
    read = in_2016("journal", "lister", 2016).out
    assert "disponible ETAT-PDV-DRE 2016" in read
    assert "DISPONIBLE" not in read


def test_the_balance_adds_up_on_any_day(in_2016: Typist) -> None:
    in_2016(*NOTIFY)
    rows = in_2016("--json", "journal", "balance").data
    assert rows == in_2016("--json", "journal", "balance", "--le", "2016-12-31").data
    assert [row["solde"] for row in rows] == ["175000.00", "-175000.00"]
    assert in_2016("--json", "journal", "balance", "--le", "2016-01-01").data == []


def test_a_reversal_asks_first_and_writes_the_inverse_entry(in_2016: Typist) -> None:
    in_2016(*NOTIFY)
    line = ("journal", "annuler", 1, "--motif", "Saisi deux fois", "--le", "2016-03-01")
    asked = in_2016(*line)
    assert asked.code == 2
    assert "de DISPONIBLE ETAT-PDV-DRE 2016 vers NOTIFIE ETAT-PDV-DRE 2016" in asked.err
    assert in_2016("--json", *line, "--oui").data == {"ecriture": 2, "annule": 1}
    assert in_2016("--json", "enveloppe", "lister", 2016).data == []


def test_exercices_are_opened_and_listed(cofiville: Typist) -> None:
    assert cofiville("--json", "exercice", "ouvrir", 2017).data == {"exercice": 2017, "etat": "ouvert"}
    [row] = cofiville("--json", "exercice", "lister").data
    assert (row["exercice"], row["etat"], row["clos_le"]) == (2017, "ouvert", None)
    assert cofiville("--json", "--contrat", "cv193", "exercice", "lister").data == []


def test_a_table_in_a_file_is_plain_and_never_cut(in_2016: Typist) -> None:
    in_2016(*NOTIFY)
    out = in_2016("enveloppe", "lister", 2016).out
    assert "\x1b" not in out
    assert "175\u00a0000,00\u00a0€" in out
    assert "…" not in out


def test_the_audit_runs_in_a_process_of_its_own(base: str) -> None:
    """Where nothing but the command has been imported."""
    words = [sys.executable, str(ROOT / "cli.py"), "--base", base, "base", "controler"]
    ran = subprocess.run(words, capture_output=True, text=True, env=clean_environment(), check=False)
    assert (ran.returncode, "Aucune anomalie" in ran.stdout) == (0, True), ran.stderr
