"""Taking over a year under way from one workbook: opening entries, then ordinary work."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.conftest import Typist
from tests.exchange.books import takeover_book
from tests.exchange.test_conventions import workbook


def test_a_year_under_way_stands_after_one_workbook(cofiville: Typist, tmp_path: Path) -> None:
    path = takeover_book(tmp_path / "reprise.xlsx")
    assert cofiville("exercice", "ouvrir", 2016).code == 0
    answer = cofiville("--json", "reprise", path, "--le", "2016-03-04")
    assert answer.code == 0, answer.out
    states = {row["ligne"]: row for row in cofiville("--json", "enveloppe", "lister", 2016).data}
    figures = ("notifie", "disponible", "programme", "engage", "ordonne", "verse")
    assert [states["ETAT-PDV-ACTIONS"][name] for name in figures] == [
        "5000.00", "1000.00", "0.00", "2500.00", "0.00", "1500.00"
    ]  # fmt: skip
    assert [states["CAPH-PDV"][name] for name in figures] == [
        "3000.00", "0.00", "0.00", "2000.00", "0.00", "1000.00"
    ]  # fmt: skip
    entries = cofiville("--json", "journal", "lister", 2016).data
    assert sum(entry["piece"] == "Reprise — reprise.xlsx" for entry in entries) == 4
    assert cofiville("base", "controler").code == 0


def test_a_take_over_done_twice_changes_nothing(cofiville: Typist, tmp_path: Path) -> None:
    path = takeover_book(tmp_path / "reprise.xlsx")
    cofiville("exercice", "ouvrir", 2016)
    cofiville("reprise", path, "--le", "2016-03-04")
    answer = cofiville("--json", "reprise", path, "--le", "2016-06-30")
    assert answer.code == 0, answer.out
    assert answer.data["ecrit"] is False
    assert all(sheet["nouvelles"] == sheet["modifiees"] == 0 for sheet in answer.data["feuilles"])


def test_a_take_over_without_the_exercice_says_to_open_it(cofiville: Typist, tmp_path: Path) -> None:
    answer = cofiville("--json", "reprise", takeover_book(tmp_path / "reprise.xlsx"), "--le", "2016-03-04")
    assert answer.code == 1
    assert any("exercice ouvrir 2016" in problem["message"] for problem in answer.data["problemes"])


@pytest.mark.parametrize("command", [("reprise",), ("excel", "importer")])
@pytest.mark.parametrize("own_funds", [6000, 5999])
def test_a_right_not_acquired_yet_is_told_where_actions_and_conventions_come_together(
    cofiville: Typist, tmp_path: Path, command: tuple[str, ...], own_funds: int
) -> None:
    """F09: once for the line, as when the conventions come after the actions, be the actions refused with them."""
    titles = ("N° action", "Exercice", "Intitulé", "Porteur", "Objectif", "Coût total", "Coût éligible")
    numbers = ("2016-001", "2016-002")
    action = ("CCAS", "5.1.1", 10000, 10000, "communale", "action", "fonctionnement", date(2016, 1, 8))
    file = workbook(
        tmp_path / "neuf.xlsx",
        Porteurs=(("Code", "Nom", "Type"), ("CCAS", "CCAS de Denain", "CCAS")),
        Programmation=(
            (*titles, "Échelle", "Dispositif", "Nature", "Déposée le"),
            *((number, 2016, f"Action {number}", *action) for number in numbers),
        ),
        Financements=(
            ("N° action", "Ligne de crédit", "Montant demandé"),
            *((number, "ETAT-PDV-DRE", 4000) for number in numbers),
            *((number, "PORTEUR-FONDS-PROPRES", own_funds) for number in numbers),
        ),
        Conventions=(
            ("N° convention", "Payeur", "N° action", "Ligne de crédit", "Montant"),
            *((f"C-{number}", "CAPH", number, "ETAT-PDV-DRE", 4000) for number in numbers),
        ),
    )
    assert cofiville("exercice", "ouvrir", 2016).code == 0
    found = cofiville("--json", *command, file, "--simuler", "--le", "2016-03-04").data["problemes"]
    assert [(each["feuille"], each["cellule"]) for each in found if each["code"] == "droit_attendu"] == [
        ("Conventions", "D2")
    ]
