"""Round trips: what is exported and comes back, through a real office program too, changes nothing."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.exchange.declaration import Table, Values
from ledger.exchange.export.programming import convention_tables, programming_tables
from ledger.exchange.export.subjects import referential_tables
from ledger.exchange.handlers.registry import WORKBOOK
from ledger.exchange.importing.handling import RowsOrigin
from ledger.exchange.importing.importer import ImportResult, import_file
from ledger.exchange.sheets import SHEETS
from ledger.exchange.sheets.programming import FUNDINGS, PROGRAMMING
from ledger.exchange.sheets.referential import ENVELOPPES, PORTEURS
from ledger.exchange.vocabulary import State
from ledger.exchange.workbook import read_workbook
from ledger.exchange.writing.lists import seed_lists
from ledger.exchange.writing.writer import write_workbook
from ledger.journal.exercices import open_exercice
from ledger.storage.delivered_files import replacing
from ledger.storage.facts import FactsRead
from ledger.storage.session import context
from tests.conftest import Typist
from tests.exchange.books import takeover_book
from tests.exchange.office import needs_office, saved_as

LINES = ("ETAT-PDV-ACTIONS", "CAPH-PDV", "REGION-DSDT", "PORTEUR-FONDS-PROPRES")
TERRITORIES = ("DENAIN-CENTRE", "SABATIER", "ARENBERG")
# Letters that a wrong encoding leaves behind are told at import: a year that holds some is not unchanged.
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp"), exclude_characters="\ufffdÃ"),
    min_size=1,
    max_size=60,
)
TITLES = WORDS.map(lambda text: " ".join(text.split())).filter(lambda text: text.strip("'’ \u200b"))
CENTS = st.integers(0, 10**11)


@st.composite
def actions(draw: Any, number: int) -> tuple[Values, list[Values]]:
    """An action and its balanced plan."""
    name = f"2016-{number:03}"
    lines = draw(st.lists(st.sampled_from(LINES), min_size=1, max_size=3, unique=True))
    plan: list[Values] = [
        {
            "action": name,
            "line": line,
            "amount_requested": Money(draw(CENTS)),
            "observation": draw(st.just("") | TITLES),
        }
        for line in lines
    ]
    cost = sum(row["amount_requested"].cents for row in plan if isinstance(row["amount_requested"], Money))
    counts = st.none() | st.integers(1, 5000)
    action: Values = {
        "number": name,
        "year": 2016,
        "porteur": f"P-{draw(st.integers(1, 3))}",
        "title": draw(TITLES),
        "objective": draw(st.sampled_from(["5.1.2", "1.2.1", ""])) or None,
        "scale": draw(st.sampled_from(["communale", "communautaire", "arrondissement"])),
        "dispositif": draw(st.sampled_from(["action", "ovv", "fipd"])),
        "nature": "fonctionnement",
        "innovation_criteria": draw(st.integers(0, 4)),
        "cost_total": Money(cost),
        "cost_eligible": Money(draw(st.integers(0, cost))),
        "headcount_qpv": draw(counts),
        "headcount_veille": draw(counts),
        "territories": tuple(sorted(draw(st.sets(st.sampled_from(TERRITORIES), max_size=3)))),
        "no_droit_commun_reason": draw(st.just("") | TITLES),
        "example": draw(st.booleans()),
    }
    return action, plan


@st.composite
def books(draw: Any) -> dict[str, tuple[Values, ...]]:
    """Porteurs, credits, actions and plans of a year, at random."""
    pairs = [draw(actions(number)) for number in range(1, draw(st.integers(2, 5)))]
    porteurs: list[Values] = [
        {"code": f"P-{n}", "name": draw(TITLES), "kind": draw(st.sampled_from(["association", "ccas", "autre"]))}
        for n in range(1, 4)
    ]
    opened: list[Values] = [
        {
            "line": line,
            "year": 2016,
            "movement": "notification",
            "amount": Money(draw(st.integers(1, 10**11))),
            "piece": f"Arrêté {line}",
            "on": date(2016, 1, 1) + timedelta(draw(st.integers(0, 300))),
        }
        for line in LINES[:2]
    ]
    return {
        PORTEURS.name: tuple(porteurs),
        ENVELOPPES.name: tuple(opened),
        PROGRAMMING.name: tuple(action for action, _ in pairs),
        FUNDINGS.name: tuple(row for _, plan in pairs for row in plan),
    }


def imported(session: Session, path: Path) -> ImportResult:
    return import_file(session, read_workbook(path, SHEETS), WORKBOOK, RowsOrigin(path.name, date(2016, 3, 1)))


def unchanged(found: ImportResult) -> bool:
    rows = [row for sheet in found.sheets for row in sheet.rows]
    noted = [problem for problem in found.problems if str(problem.level) != "information"]
    return bool(rows) and not noted and all(row.state is State.SAME for row in rows)


@pytest.mark.long
@given(content=books())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_year_exported_then_imported_changes_nothing(
    session: Session, tmp_path: Path, content: Mapping[str, tuple[Values, ...]]
) -> None:
    path = tmp_path / "a.xlsx"
    whole = session.begin_nested()
    open_exercice(session, 2016)
    entered = [Table(sheet, content[sheet.name]) for sheet in (PORTEURS, ENVELOPPES, PROGRAMMING, FUNDINGS)]
    with replacing(True):
        write_workbook(path, entered)
    first = imported(session, path)
    assert first.written, first.problems
    assert unchanged(imported(session, path))
    for tables in (
        programming_tables(session, 2016),
        referential_tables(session, 2016),
        convention_tables(session, 2016),
    ):
        with replacing(True):
            write_workbook(path, tables, seed_lists())
        if any(table.rows for table in tables if not table.sheet.computed):
            assert unchanged(imported(session, path))
    whole.rollback()
    session.expunge_all()
    context(session).forget(FactsRead)


@needs_office
@pytest.mark.long
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_an_export_saved_by_an_office_program_comes_back_unchanged(
    cofiville: Typist, tmp_path: Path, kind: str
) -> None:
    cofiville("exercice", "ouvrir", 2016)
    assert cofiville("reprise", takeover_book(tmp_path / "r.xlsx"), "--le", "2016-03-04").code == 0
    for subject in ("programmation", "conventions", "referentiel"):
        path = tmp_path / f"{subject}.xlsx"
        assert cofiville("excel", "exporter", subject, 2016, path, "--le", "2016-12-31").code == 0
        back = saved_as(path, kind, tmp_path / "office")
        answer = cofiville("--json", "excel", "importer", back, "--annoter", tmp_path / f"{subject}-annote.xlsx")
        assert (answer.code, answer.data["ecrit"]) == (0, False), answer.out
        assert [sheet for sheet in answer.data["feuilles"] if sheet["nouvelles"] or sheet["modifiees"]] == []
        assert [each for each in answer.data["problemes"] if each["niveau"] != "information"] == []


@needs_office
@pytest.mark.long
def test_lists_formulas_totals_and_marks_live_on_in_an_office_program(cofiville: Typist, tmp_path: Path) -> None:
    cofiville("exercice", "ouvrir", 2016)
    assert cofiville("reprise", takeover_book(tmp_path / "r.xlsx"), "--le", "2016-03-04").code == 0
    path = tmp_path / "p.xlsx"
    assert cofiville("excel", "exporter", "programmation", 2016, path).code == 0
    with zipfile.ZipFile(saved_as(path, "xlsx", tmp_path / "office")) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    [actions] = [xml for xml in sheets if "SUMIF(" in xml]
    assert "<dataValidation " in actions
    assert "<conditionalFormatting " in actions
    totals = re.findall(r"<f[^>]*>SUBTOTAL\(109,[^<]*</f><v>([^<]*)</v>", actions)
    assert "10000" in totals
