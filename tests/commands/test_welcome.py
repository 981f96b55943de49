"""`cofiville` alone, the week decided in a workbook, the last act taken back, the diagnostic."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.conftest import Lived, Typist
from tests.reports.dossiers import played


@pytest.fixture
def year(cofiville: Typist, base: str, brought: Lived) -> Typist:
    """Type command lines on a base where there is something to do."""

    @brought
    def live() -> None:
        played(base)

    return cofiville


def test_alone_without_a_base_it_says_where_it_would_be_and_how_to_begin(typed: Typist, tmp_path: Path) -> None:
    answer = typed("--base", tmp_path / "absente.db")
    assert answer.code == 0
    assert str(tmp_path / "absente.db") in answer.out
    assert "cofiville base creer" in answer.out
    assert typed("--json", "--base", tmp_path / "absente.db").data["existe"] is False


def test_alone_it_says_what_is_due_and_three_commands_that_do_it(year: Typist, base: str) -> None:
    said = year("--json").data
    assert said["exercices_ouverts"] == [2016]
    assert len(said["commandes"]) == 3
    due = {each["nature"]: each for each in said["a_faire"]}
    assert due["cloturer"]["en_retard"] == 1
    assert due["conventionner"]["nombre"] == 1
    text = year().out
    assert "À faire" in text
    assert all(command in text for command in said["commandes"])


def test_an_empty_year_still_suggests_three_commands(cofiville: Typist) -> None:
    assert len(cofiville("--json").data["commandes"]) == 3
    assert cofiville().code == 0


def test_a_command_typed_without_its_group_is_recognised(cofiville: Typist) -> None:
    answer = cofiville("conventoin")
    assert (answer.code, "« convention »" in answer.err) == (2, True)
    assert "« enveloppe notifier »" in cofiville("notifier").err


def filled(source: Path, target: Path, nature: str, **decided: Any) -> int:
    """Write what is decided on every row of this nature, each under its own reference; gives how many there are."""
    book = load_workbook(source)
    sheet = book.worksheets[0]
    head = next(row for row in sheet.iter_rows() if row[0].value == "Objet")
    columns = {str(cell.value): cell.column for cell in head}
    rows = [
        row[0].row
        for row in sheet.iter_rows(min_row=head[0].row + 1)
        if row[0].value and str(row[1].value).startswith(nature)
    ]
    for row in rows:
        for title, value in decided.items():
            own = f"{value} {row}" if title.startswith("Référence") else value
            sheet.cell(row, columns[title.replace("_", " ")]).value = own
    book.save(target)
    return len(rows)


def test_the_week_is_decided_in_its_workbook_and_read_back_as_acts(year: Typist, tmp_path: Path) -> None:
    blank, decided = tmp_path / "semaine.xlsx", tmp_path / "decidee.xlsx"
    assert year("rapport", "semaine", blank).code == 0
    count = filled(blank, decided, "Versements", Faire="oui", Le=date(2016, 12, 1), Référence_ou_pièce="B1")
    assert count
    simulated = year("--json", "rapport", "semaine", decided, "--relire", "--simuler").data
    before = len(year("--json", "journal", "lister").data)
    assert (len(simulated["actes"]), simulated["ecrit"], before) == (count, False, before)
    done = year("--json", "rapport", "semaine", decided, "--relire")
    assert (done.code, done.data["ecrit"], len(done.data["actes"])) == (0, True, count)
    assert len(year("--json", "journal", "lister").data) == before + count
    again = year("--json", "rapport", "semaine", decided, "--relire")
    assert again.code == 1
    assert "plus_a_faire" in {each["code"] for each in again.data["problemes"]}
    assert again.data["ecrit"] is False


def test_a_decision_that_lacks_something_leaves_every_other_one_unwritten(year: Typist, tmp_path: Path) -> None:
    blank, decided = tmp_path / "semaine.xlsx", tmp_path / "decidee.xlsx"
    year("rapport", "semaine", blank)
    filled(blank, decided, "Versements", Faire="oui", Le=date(2016, 12, 1), Référence_ou_pièce="B1")
    filled(decided, decided, "Montants accordés", Faire="oui")
    filled(decided, decided, "Exercices", Faire="oui")
    before = year("--json", "journal", "lister").data
    answer = year("--json", "rapport", "semaine", decided, "--relire")
    assert (answer.code, answer.data["ecrit"]) == (1, False)
    assert year("--json", "journal", "lister").data == before


def test_the_last_act_of_the_agent_is_proposed_with_its_effect(in_2016: Typist) -> None:
    line = ("enveloppe", "notifier", "CAPH-PDV", 2016, 100, "--piece", "BP", "--le", "2016-02-01")
    assert in_2016("--agent", "Claire", *line).code == 0
    other = ("enveloppe", "notifier", "ETAT-PDV-DRE", 2016, 50, "--piece", "Autre", "--le", "2016-02-02")
    assert in_2016("--agent", "Paul", *other).code == 0
    why = ("--motif", "Erreur", "--le", "2016-03-01")
    asked = in_2016("--agent", "Claire", "journal", "annuler", *why)
    assert asked.code == 2
    assert "« Notification" in asked.err
    assert "100,00\u00a0€ de DISPONIBLE CAPH-PDV 2016 vers NOTIFIE CAPH-PDV 2016" in asked.err
    done = in_2016("--json", "--agent", "Claire", "journal", "annuler", *why, "--oui")
    assert (done.code, done.data["annule"]) == (0, 1)
    nothing = in_2016("--json", "--agent", "Claire", "journal", "annuler", *why, "--oui")
    assert nothing.refusal["erreur"] == "introuvable"


def test_the_diagnostic_says_all_is_well_or_names_what_is_not(cofiville: Typist, typed: Typist, tmp_path: Path) -> None:
    sound = cofiville("--json", "diagnostic")
    assert (sound.code, sound.data["problemes"]) == (0, [])
    assert sound.data["base"]["gardes"] == "en place"
    absent = typed("--json", "--base", tmp_path / "absente.db", "diagnostic")
    assert absent.code == 1
    assert "n'existe pas" in absent.data["problemes"][0]
    (tmp_path / "cofiville.toml").write_text("agent = 12", encoding="utf-8")
    assert "entre guillemets" in typed("--json", "diagnostic").data["problemes"][0]
