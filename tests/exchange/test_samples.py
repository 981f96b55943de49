"""Real files of others are opened without a crash; nothing of them is kept here."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.exchange.opening.open_file import open_file
from ledger.exchange.sheets import SHEETS
from ledger.exchange.workbook import read_workbook

NAMES = (
    "scdl/reel-aube.xlsx",
    "scdl/reel-nievre-2016.csv",
    "scdl/reel-poitiers-2017.csv",
    "helios/mandats.ods",
    "etat/SuiviActions_test.xls",
    "etat/SuiviDossiers_test.xls",
    "dauphin/plan_de_financement.csv",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_real_file_is_opened_and_named_as_unknown(shared_samples: Path, name: str) -> None:
    opened = open_file(shared_samples / name)
    assert any(any(row) for grid in opened.grids for row in grid.rows)
    reading = read_workbook(shared_samples / name, SHEETS)
    assert reading.problems
