"""Spoilt files: never a crash, never a hang, never a part written.

COFIVILLE_EPREUVES=completes tries 20 000 of them, COFIVILLE_GRAINE starts from another seed. Run whole on 2026-11-26:
20 000 from seed 2016 (workbooks of Excel and csv) found one crash, a whole number beyond 64 bits, mended after 17 943;
20 000 from seed 2017, OpenDocument among them, found none.
"""

from __future__ import annotations

import os
import random
import time
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError, Level
from ledger.exchange.annotating.annotate import annotate
from ledger.exchange.handlers.registry import WORKBOOK
from ledger.exchange.importing.handling import RowsOrigin
from ledger.exchange.importing.importer import import_file
from ledger.exchange.model import ImportedFile
from ledger.exchange.sheets import SHEETS
from ledger.exchange.workbook import read_workbook
from ledger.journal.exercices import open_exercice
from ledger.journal.model import Entry
from ledger.programming.actions.model import Action
from ledger.referential.model import Porteur
from ledger.storage.facts import FactsRead
from ledger.storage.session import context
from tests.exchange.fuzzing import sources, spoilt

COUNT = 20_000 if os.environ.get("COFIVILLE_EPREUVES") == "completes" else 120
SEED = int(os.environ.get("COFIVILLE_GRAINE", "2016"))
MOST_SECONDS = 40


def held(session: Session) -> list[int]:
    counts = (session.scalar(select(func.count()).select_from(each)) for each in (Action, Porteur, Entry, ImportedFile))
    return [count or 0 for count in counts]


@pytest.mark.long
def test_no_spoilt_file_crashes_hangs_or_is_half_written(session: Session, tmp_path: Path) -> None:
    open_exercice(session, 2016)
    files = sources(tmp_path)
    before = held(session)
    noted: list[bool] = []
    for number in range(COUNT):
        chance = random.Random(f"{SEED}-{number}")  # noqa: S311 — the same files for the same seed
        source = chance.choice(files)
        path = tmp_path / f"essai{source.suffix}"
        path.write_bytes(spoilt(source, chance))
        begun = time.monotonic()
        whole = session.begin_nested()
        try:
            reading = read_workbook(path, SHEETS)
            found = import_file(session, reading, WORKBOOK, RowsOrigin(path.name, date(2016, 3, 1)))
            errors = any(problem.level is Level.ERROR for problem in found.problems)
            assert found.written is False or not errors, number
            if not found.written:
                assert held(session) == before, number
            if number % 5 == 0:
                copy = reading.opened
                annotate(path, copy.content, copy.grids, found.problems, tmp_path / "annote.xlsx")
        except LedgerError as refused:
            noted.append(bool(refused.problem and refused.remedy))
        except Exception as crash:
            raise AssertionError(f"{SEED}-{number}: {source.name}") from crash
        finally:
            whole.rollback()
            session.expunge_all()
            context(session).forget(FactsRead)
        assert time.monotonic() - begun < MOST_SECONDS, number
    assert all(noted)
