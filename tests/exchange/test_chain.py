"""One chain: a scenario is what the committee has before it, what it decides comes back, one act programmes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Typist
from tests.exchange.test_committees import LINES, Paper, programme_book

PIECE = ("--piece", "COPIL du 04/03/2016", "--le", "2016-03-04", "--oui")


@pytest.fixture
def proposed(cofiville: Typist, tmp_path: Path) -> Typist:
    """Type commands on a base whose scenario S halves two lines of two actions; nothing is decided yet."""
    cofiville("exercice", "ouvrir", 2016)
    assert cofiville("excel", "importer", programme_book(tmp_path / "programme.xlsx", 2)).code == 0
    for line, amount in zip(LINES, (4000, 3000, 2000), strict=True):
        words = ("--piece", "Notification", "--le", "2016-02-01")
        assert cofiville("enveloppe", "notifier", line, 2016, amount, *words).code == 0
    assert cofiville("allocation", "proposer", 2016, "--scenario", "S", "--le", "2016-03-01").code == 0
    return cofiville


def said(typist: Typist, what: str) -> list[tuple[str, str, str | None]]:
    return [(row["action"], row["ligne"], row[what]) for row in typist("--json", "comite", "lister", 2016).data]


HALVES = [
    (action, line, amount)
    for action in ("2016-001", "2016-002")
    for line, amount in zip(LINES, ("2000.00", "1500.00", "1000.00"), strict=True)
]


def poured(typist: Typist, path: Path) -> Paper:
    words = ("--scenario", "S", "--le", "2016-03-02")
    answer = typist("comite", "classeur", "copil", 2016, path, *words)
    assert answer.code == 0, answer.err
    return Paper(path, "COPIL")


def test_what_a_scenario_retains_is_what_is_proposed_everywhere(proposed: Typist, tmp_path: Path) -> None:
    paper = poured(proposed, tmp_path / "copil.xlsx")
    assert paper.cell("2016-002", "CAPH-PDV", "Proposé").value == 1500
    assert said(proposed, "propose") == HALVES
    page = tmp_path / "copil.html"
    assert proposed("comite", "page", "copil", 2016, page, "--scenario", "S").code == 0
    assert "1\u202f500,00" in page.read_text() or "1\u00a0500,00" in page.read_text()
    other = proposed("--json", "comite", "classeur", "copil", 2016, tmp_path / "x.xlsx", "--scenario", "T")
    assert other.code == 1


def test_validating_it_is_deciding_it_and_programming_finds_nothing_left(proposed: Typist, tmp_path: Path) -> None:
    poured(proposed, tmp_path / "copil.xlsx")
    validated = proposed("allocation", "valider", "S", *PIECE)
    assert validated.code == 0, validated.err
    assert said(proposed, "decide") == HALVES
    assert proposed("--json", "comite", "programmer", 2016, *PIECE).data["ecritures"] == []


def test_what_the_committee_decides_otherwise_is_what_is_programmed(proposed: Typist, tmp_path: Path) -> None:
    paper = poured(proposed, tmp_path / "copil.xlsx")
    paper.cell("2016-001", "CAPH-PDV", "Décidé").value = 1200
    for action in ("2016-001", "2016-002"):
        paper.cell(action, LINES[0], "Suite").value = "accordée"
    paper.workbook.save(paper.path)
    assert proposed("excel", "importer", paper.path, "--le", "2016-03-04").code == 0
    refused = proposed("--json", "allocation", "valider", "S", *PIECE)
    assert (refused.code, "2016-001." in refused.err, "2016-002" in refused.err) == (1, True, False)
    assert "cofiville comite programmer 2016" in refused.err
    assert len(proposed("--json", "comite", "programmer", 2016, *PIECE).data["ecritures"]) == 6
    granted = {row["action"]: row["accorde"] for row in proposed("--json", "action", "lister", 2016).data}
    assert granted == {"2016-001": "4200.00", "2016-002": "4500.00"}


def test_decided_as_proposed_the_scenario_may_still_be_validated(proposed: Typist, tmp_path: Path) -> None:
    poured(proposed, tmp_path / "copil.xlsx")
    for action in ("2016-001", "2016-002"):
        assert proposed("comite", "decider", action, "--suite", "accordée", "--le", "2016-03-04").code == 0
    assert proposed("allocation", "valider", "S", *PIECE).code == 0
    for entry in (4, 5, 6):
        words = ("--motif", "Vote annulé", "--le", "2016-03-05", "--oui")
        assert proposed("journal", "annuler", entry, *words).code == 0
    assert proposed("allocation", "proposer", 2016, "--scenario", "T", "--le", "2016-03-06").code == 0
    again = proposed("allocation", "valider", "T", "--piece", "COPIL du 07/03/2016", "--le", "2016-03-07", "--oui")
    assert again.code == 0, again.err
