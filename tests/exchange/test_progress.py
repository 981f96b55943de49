"""How far an import has come is told at every stage, to a person alone."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from ledger.exchange.handlers.registry import WORKBOOK
from ledger.exchange.importing.handling import RowsOrigin
from ledger.exchange.importing.importer import import_file
from ledger.exchange.sheets import SHEETS
from ledger.exchange.workbook import read_workbook
from ledger.journal.exercices import open_exercice
from tests.conftest import Typist
from tests.exchange.books import programme_book
from tests.terminal.test_progress import terminal


def test_every_stage_of_an_import_is_told_and_rows_are_counted_to_the_last(session: Session, tmp_path: Path) -> None:
    noted: list[tuple[str, int, int]] = []

    def tell(stage: str, done: int = 0, whole: int = 0, /) -> None:
        noted.append((stage, done, whole))

    open_exercice(session, 2016)
    reading = read_workbook(programme_book(tmp_path / "p.xlsx"), SHEETS, progress=tell)
    import_file(session, reading, WORKBOOK, RowsOrigin("p.xlsx", date(2016, 3, 1)), progress=tell)
    stages = list(dict.fromkeys(stage for stage, _, _ in noted))
    assert stages == [
        "Lecture du fichier",
        "Contrôle de « Porteurs »",
        "Contrôle de « Programmation »",
        "Contrôle de « Financements »",
        "Comparaison avec le livre",
        "Écriture",
        "Enregistrement",
    ]
    written = [(done, whole) for stage, done, whole in noted if stage == "Écriture"]
    assert written[-1] == (4, 4)
    assert all(0 < done <= whole for done, whole in written)


@pytest.mark.skipif(sys.platform == "win32", reason="no terminal of this kind there")
@pytest.mark.parametrize(("more", "shown"), [((), True), (("--json",), False)])
def test_the_bar_stands_on_a_terminal_and_never_in_what_scripts_read(
    cofiville: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], shown: bool
) -> None:
    cofiville("exercice", "ouvrir", 2016)
    path = programme_book(tmp_path / "p.xlsx")
    monkeypatch.setattr("ledger.terminal.progress._SECONDS", 0)
    sent = ""
    with terminal(monkeypatch) as screen:
        done = cofiville(*more, "excel", "importer", path, "--simuler")
        with suppress(BlockingIOError):
            sent = os.read(screen, 100_000).decode()
    assert done.code == 0
    assert any(stage in sent for stage in ("Lecture du fichier", "Écriture", "Enregistrement")) is shown
    assert shown or not sent
    assert "\x1b" not in done.out
