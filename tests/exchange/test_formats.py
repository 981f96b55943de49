"""The same facts in every format: nothing that a reader would lose about a cell is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ledger.exchange.opening.grid import Mark
from ledger.exchange.opening.open_file import open_file
from tests.exchange.books import HEADER, ROW, book
from tests.exchange.office import needs_office, saved_as


def odd_book(path: Path) -> Path:
    def touch(workbook: Any) -> None:
        sheet = workbook["Enveloppes"]
        sheet["D2"], sheet["D3"], sheet["D8"] = "=500+500", "=1/0", "#REF!"
        sheet["A5"] = '="ETAT"&"-PDV-DRE"'
        sheet.row_dimensions[4].hidden = True
        sheet.column_dimensions["E"].hidden = True
        sheet.merge_cells("A6:A7")
        workbook.create_sheet("Cachée").sheet_state = "hidden"

    return book(path, {"Enveloppes": [HEADER, *[ROW] * 7]}, touch)


@needs_office
@pytest.mark.long
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_formulas_errors_hidden_and_merged_cells_are_told_in_every_format(tmp_path: Path, kind: str) -> None:
    path = saved_as(odd_book(tmp_path / "a.xlsx"), kind, tmp_path / "office")
    sheet, hidden = open_file(path).grids
    marks = {place: mark for place, mark in sheet.marks.items() if place != (7, 1)}
    assert marks == {(1, 3): Mark.FORMULA, (2, 3): Mark.ERROR, (4, 0): Mark.FORMULA, (7, 3): Mark.ERROR}
    assert sheet.rows[1][3] == 1000
    assert sheet.merges == ((5, 0, 6, 0),)
    assert (sheet.hidden_rows, sheet.hidden_columns) == (frozenset({3}), frozenset({4}))
    assert (hidden.name, hidden.hidden) == ("Cachée", True)


def test_a_formula_that_was_never_calculated_is_told_from_one_that_was(tmp_path: Path) -> None:
    sheet = open_file(odd_book(tmp_path / "a.xlsx")).grids[0]
    assert (sheet.marks[1, 3], sheet.marks[7, 3]) == (Mark.NO_VALUE, Mark.ERROR)


def test_a_workbook_is_told_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"Enveloppes": [HEADER, ROW]})
    renamed = path.rename(tmp_path / "a.xls")
    assert open_file(renamed).grids[0].rows[1][0] == "ETAT-PDV-DRE"
