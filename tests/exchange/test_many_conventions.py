"""Conventions entered many at a time are those of one at a time: the same kinds, entries, stages and statuses."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.queries import conventions
from ledger.conventions.stages import stages_of
from ledger.exchange.handlers import conventions as handler
from ledger.exchange.handlers.registry import WORKBOOK
from ledger.exchange.importing.handling import RowsOrigin
from ledger.exchange.importing.importer import ImportResult, import_file
from ledger.exchange.sheets import SHEETS
from ledger.exchange.workbook import read_workbook
from ledger.journal.audit import audit_book
from ledger.journal.model import Entry
from ledger.programming.queries import find_action, status_history
from tests.conventions.support import add_action, add_porteur, grant, open_year
from tests.exchange.test_conventions import CONVENTIONS, workbook

SIGNED_ON = date(2016, 4, 29)
ROWS = (
    ("C-1", "2016-001", 10_000, SIGNED_ON),
    ("C-2", "2016-002", 9_000, None),
    ("C-3", "2016-003", 14_000, date(2016, 5, 2)),
    ("C-4", "2016-004", 10_000, SIGNED_ON),
    ("C-5", "2016-005", 12_000, date(2016, 5, 2)),
)


@pytest.fixture
def granted(session: Session) -> Session:
    """Two bodies, three actions of the first and two of the second: both end above 23 000 € together."""
    open_year(session)
    for index, (_, action, amount, _) in enumerate(ROWS):
        porteur = add_porteur(session, "UN") if index == 0 else add_porteur(session, "DEUX") if index == 3 else ""
        add_action(session, action, porteur=porteur or ("UN" if index < 3 else "DEUX"), cost="60 000")
        grant(session, action, str(amount))
    return session


def _import(session: Session, path: Path, rows: tuple[tuple[Any, ...], ...]) -> ImportResult:
    lines = [
        (number, "CAPH", action, "CAPH-PDV", amount, signed, "Délibération" if signed else None, None)
        for number, action, amount, signed in rows
    ]
    file = workbook(path, Conventions=(CONVENTIONS, *lines))
    return import_file(session, read_workbook(file, SHEETS), WORKBOOK, RowsOrigin(file.name, date(2016, 12, 1)))


def _seen(session: Session) -> list[object]:
    made = conventions(session, 2016)
    actions = [find_action(session, row[1]) for row in ROWS]
    return [
        [(each.number, each.kind, each.state, each.signed_on, each.amount) for each in made],
        [[(stage.stage, stage.reached_on) for stage in stages_of(session, each)] for each in made],
        [[(move.status, move.on) for move in status_history(session, each)] for each in actions],
        [(e.reference, e.effect_on, e.piece) for e in session.scalars(select(Entry).order_by(Entry.sequence))],
    ]


@pytest.mark.parametrize("together", [1, 2, 500])
def test_however_many_are_entered_together_the_book_is_the_same(
    granted: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    step = granted.begin_nested()
    for row in ROWS:
        assert _import(granted, tmp_path / "un.xlsx", (row,)).written
    apart = _seen(granted)
    step.rollback()
    granted.expire_all()
    monkeypatch.setattr(handler, "_MOST_PER_BATCH", together)
    found = _import(granted, tmp_path / "tous.xlsx", ROWS)
    assert found.written, found.problems
    granted.expire_all()
    assert _seen(granted) == apart
    assert {number: kind for number, kind, *_ in apart[0]} == {  # type: ignore[attr-defined]
        "C-1": "notification",
        "C-2": "convention",
        "C-3": "convention",
        "C-4": "notification",
        "C-5": "notification",
    }
    assert audit_book(granted) == []


def test_one_that_cannot_be_drafted_is_named_and_none_is_written(granted: Session, tmp_path: Path) -> None:
    rows = (*ROWS[:2], ("C-3", "2016-003", 14_001, SIGNED_ON), *ROWS[3:])
    found = _import(granted, tmp_path / "faux.xlsx", rows)
    errors = [each.message for each in found.problems if "plus que" in each.message]
    assert (found.written, len(errors)) == (False, 1)
    assert conventions(granted, 2016) == []
