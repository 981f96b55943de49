"""The committees' workbook: sent out with live totals, filled in, read back whole or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from ledger.core.money import Money, parse_money, total
from ledger.exchange.declaration import Table, Values
from ledger.exchange.sheets.programming import FUNDINGS, PROGRAMMING
from ledger.exchange.sheets.referential import PORTEURS
from ledger.exchange.writing.writer import write_workbook
from tests.conftest import Typist

LINES = ("ETAT-PDV-ACTIONS", "CAPH-PDV", "CAF-DROIT-COMMUN")
OFFICE = shutil.which("soffice")


def programme_book(path: Path, count: int) -> Path:
    """A programme of this many actions, each asking three lines and its own funds."""
    numbers = [f"2016-{rank:03d}" for rank in range(1, count + 1)]
    porteurs: list[Values] = [
        {"code": f"EX-{rank}", "name": f"Association {rank} (exemple)", "kind": "association", "to_confirm": False}
        for rank in range(10)
    ]
    actions: list[Values] = [
        {
            "number": number,
            "year": 2016,
            "porteur": f"EX-{rank % 10}",
            "title": f"Atelier du quartier numéro {rank}",
            "objective": "5.1.2",
            "scale": "communale",
            "dispositif": "action",
            "nature": "fonctionnement",
            "innovation_criteria": 0,
            "cost_total": Money(10_000_00),
            "cost_eligible": Money(10_000_00),
            "headcount_qpv": 50,
            "territories": ("DENAIN-CENTRE",),
            "example": True,
        }
        for rank, number in enumerate(numbers)
    ]
    asked = zip((*LINES, "PORTEUR-FONDS-PROPRES"), (4_000_00, 3_000_00, 1_000_00, 2_000_00), strict=True)
    plans: list[Values] = [
        {"action": number, "line": line, "amount_requested": Money(cents), "shared": False, "status": "demande"}
        for line, cents in asked
        for number in numbers
    ]
    tables = [Table(PORTEURS, tuple(porteurs)), Table(PROGRAMMING, tuple(actions)), Table(FUNDINGS, tuple(plans))]
    write_workbook(path, tables)
    return path


class Paper:
    """A committee's sheet opened to be filled in."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.workbook = path, load_workbook(path)
        self.sheet: Worksheet = self.workbook[name]
        self.head = next(row[0].row for row in self.sheet.iter_rows() if row[0].value == "N° action")
        self.columns = {cell.value: cell.column for cell in self.sheet[self.head]}

    def cell(self, action: str, line: str, title: str) -> Any:
        for row in range(self.head + 1, self.sheet.max_row + 1):
            if (self.sheet.cell(row, 1).value, self.sheet.cell(row, self.columns["Ligne de crédit"]).value) == (
                action,
                line,
            ):
                return self.sheet.cell(row, self.columns[title])
        raise AssertionError((action, line))

    def save(self) -> Path:
        self.workbook.save(self.path)
        return self.path


@pytest.fixture
def programmed(cofiville: Typist, tmp_path: Path) -> Callable[[int], Typist]:
    """A base with that many actions, imported from their workbook, and enveloppes."""

    def make(count: int) -> Typist:
        cofiville("exercice", "ouvrir", 2016)
        assert cofiville("excel", "importer", programme_book(tmp_path / "programme.xlsx", count)).code == 0
        for line, amount in zip(LINES, (3500, 2500, 1000), strict=True):
            words = ("--piece", "Notification", "--le", "2016-02-01")
            assert cofiville("enveloppe", "notifier", line, 2016, amount * count, *words).code == 0
        return cofiville

    return make


def papers(cofiville: Typist, path: Path, committee: str) -> Paper:
    assert cofiville("comite", "classeur", committee, 2016, path).code == 0
    return Paper(path, {"technique": "Comité technique", "copil": "COPIL"}[committee])


def imported(cofiville: Typist, path: Path, on: str) -> Any:
    return cofiville("--json", "excel", "importer", path, "--le", on)


def errors(answer: Any) -> list[str]:
    return [each["cellule"] for each in answer.data["problemes"] if each["niveau"] == "erreur"]


def test_proposals_then_decisions_come_back_from_their_workbooks(
    programmed: Callable[[int], Typist], tmp_path: Path
) -> None:
    cofiville = programmed(3)
    paper = papers(cofiville, tmp_path / "technique.xlsx", "technique")
    for action in ("2016-001", "2016-002"):
        paper.cell(action, "ETAT-PDV-ACTIONS", "Proposé").value = 3500
        paper.cell(action, "CAPH-PDV", "Proposé").value = 2500
    paper.cell("2016-003", "CAPH-PDV", "Suite").value = "ajournée"
    paper.cell("2016-003", "CAPH-PDV", "Motif").value = "Dossier incomplet"
    assert imported(cofiville, paper.save(), "2016-02-26").data["ecrit"] is True
    assert imported(cofiville, paper.path, "2016-02-26").data["ecrit"] is False

    paper = papers(cofiville, tmp_path / "copil.xlsx", "copil")
    assert paper.cell("2016-001", "ETAT-PDV-ACTIONS", "Proposé").value == 3500
    paper.cell("2016-001", "CAF-DROIT-COMMUN", "Suite").value = "accordée"
    paper.cell("2016-001", "CAPH-PDV", "Décidé").value = 2000
    paper.cell("2016-002", "ETAT-PDV-ACTIONS", "Suite").value = "refusée"
    paper.cell("2016-002", "ETAT-PDV-ACTIONS", "Motif").value = "Hors objectifs"
    assert imported(cofiville, paper.save(), "2016-03-04").data["ecrit"] is True
    again = imported(cofiville, paper.path, "2016-03-09").data
    assert (again["ecrit"], again["feuilles"][0]["identiques"]) == (False, 9)
    rows = cofiville("--json", "comite", "lister", 2016).data
    decided = {(row["action"], row["ligne"]): row["decide"] for row in rows if row["decide"]}
    assert decided == {("2016-001", "ETAT-PDV-ACTIONS"): "3500.00", ("2016-001", "CAPH-PDV"): "2000.00"}
    statuses = {row["action"]: row["statut"] for row in cofiville("--json", "action", "lister", 2016).data}
    assert statuses == {"2016-001": "arbitrée", "2016-002": "refusée", "2016-003": "instruite"}


def test_with_one_wrong_row_nothing_is_kept_and_every_problem_is_told(
    programmed: Callable[[int], Typist], tmp_path: Path
) -> None:
    cofiville = programmed(4)
    paper = papers(cofiville, tmp_path / "copil.xlsx", "copil")
    paper.cell("2016-001", "CAPH-PDV", "Décidé").value = 2000
    beyond = paper.cell("2016-002", "CAPH-PDV", "Décidé")
    beyond.value = 99_999
    paper.cell("2016-003", "CAPH-PDV", "Suite").value = "refusée"
    paper.cell("2016-004", "ETAT-PDV-ACTIONS", "Suite").value = "ajournée"
    paper.cell("2016-004", "CAPH-PDV", "Suite").value = "accordée"
    answer = imported(cofiville, paper.save(), "2016-03-04")
    assert (answer.code, answer.data["ecrit"]) == (1, False)
    found = [int("".join(filter(str.isdigit, cell))) for cell in errors(answer)]
    assert {paper.sheet.cell(row, 1).value for row in found} == {"2016-002", "2016-003", "2016-004"}
    assert beyond.row in found
    assert all(row["decide"] is None for row in cofiville("--json", "comite", "lister", 2016).data)


def test_what_is_decided_beyond_an_enveloppe_is_told(programmed: Callable[[int], Typist], tmp_path: Path) -> None:
    cofiville = programmed(2)
    paper = papers(cofiville, tmp_path / "copil.xlsx", "copil")
    for action in ("2016-001", "2016-002"):
        paper.cell(action, "CAPH-PDV", "Décidé").value = 3000
    answer = imported(cofiville, paper.save(), "2016-03-04")
    [alert] = [each for each in answer.data["problemes"] if each["code"] == "enveloppe_depassee"]
    assert (answer.code, "1\u00a0000,00\u00a0€" in alert["message"]) == (0, True)
    refused = cofiville("--json", "comite", "programmer", 2016, "--piece", "COPIL", "--le", "2016-03-04", "--oui")
    assert (refused.code, [each["ligne"] for each in refused.data["refus"]]) == (1, ["CAPH-PDV"])


def test_the_citizens_summary_holds_no_personal_datum(programmed: Callable[[int], Typist], tmp_path: Path) -> None:
    cofiville = programmed(1)
    cofiville("porteur", "ajouter", "Jeanne Dupont", "--type", "autre", "--code", "JD", "--siret", "80212345500015")
    plan = ("--financement", "CAPH-PDV=500")
    named = ("--intitule", "Jardin", "--porteur", "JD", "--cout", 500, "--le", "2016-01-08")
    assert cofiville("action", "saisir", 2016, *named, *plan).code == 0
    path = tmp_path / "citoyen.xlsx"
    assert cofiville("comite", "classeur", "citoyen", 2016, path).code == 0
    words = {str(cell.value) for row in load_workbook(path)["Conseil citoyen"].iter_rows() for cell in row}
    assert not any("Dupont" in word or "80212345500015" in word for word in words)
    assert {"Jardin", "porteur individuel", "Association 0 (exemple)"} <= words


@pytest.mark.long
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice n'est pas installé : le classeur n'est pas rouvert avec lui")
def test_a_year_of_150_actions_is_decided_in_libreoffice_and_read_back(
    programmed: Callable[[int], Typist], tmp_path: Path
) -> None:
    cofiville, count = programmed(150), 150
    paper = papers(cofiville, tmp_path / "copil.xlsx", "copil")
    for rank in range(1, count + 1):
        action = f"2016-{rank:03d}"
        if rank % 10:
            for line, amount in zip(LINES, (3500, 2500, 1000), strict=True):
                paper.cell(action, line, "Décidé").value = amount
        else:
            paper.cell(action, "CAPH-PDV", "Suite").value = "refusée"
            paper.cell(action, "CAPH-PDV", "Motif").value = "Hors objectifs"
    saved = resaved(paper.save(), tmp_path / "retour")
    live = load_workbook(saved, data_only=True)["Par ligne"]
    shown = {row[0].value: [cell.value for cell in row] for row in live.iter_rows() if row[0].value in LINES}
    assert [shown[line][6] for line in LINES] == [3500 * 135, 2500 * 135, 1000 * 135]
    assert [shown[line][8] for line in LINES] == [3500 * 15, 2500 * 15, 1000 * 15]
    answer = imported(cofiville, saved, "2016-03-04")
    assert (answer.code, answer.data["ecrit"]) == (0, True)
    assert imported(cofiville, saved, "2016-03-05").data["ecrit"] is False
    words = ("--piece", "COPIL du 04/03/2016", "--le", "2016-03-04", "--oui")
    assert len(cofiville("--json", "comite", "programmer", 2016, *words).data["ecritures"]) == 3 * 135
    rows = cofiville("--json", "action", "lister", 2016).data
    assert total(parse_money(row["accorde"]) for row in rows) == Money(7000_00 * 135)
    assert sum(row["statut"] == "refusée" for row in rows) == 15


def resaved(path: Path, folder: Path) -> Path:
    """The workbook opened and saved by LibreOffice, formulas computed again."""
    folder.mkdir()
    profile = f"-env:UserInstallation={(folder / 'profil').as_uri()}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180, env={**os.environ, "HOME": str(folder)})
    return folder / path.name
