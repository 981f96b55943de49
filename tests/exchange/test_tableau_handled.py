"""The wide sheet as people handle it: sorted, filtered, its groups renamed or taken away; nothing is read elsewhere."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Typist
from tests.exchange.test_tableau import Wide, decided, imported, told, wide
from tests.exchange.test_tableau import programmed as programmed

STATE, CAF = "Politique de la ville - actions", "Droit commun de la Caf"


def sort_rows(paper: Wide) -> None:
    """The rows in the reverse order of their number."""
    rows = [cell.row for cell in paper.sheet["A"] if str(cell.value).startswith("2016-")]
    for at in range(1, paper.sheet.max_column + 1):
        values = [paper.sheet.cell(row, at).value for row in rows]
        for row, value in zip(rows, reversed(values), strict=True):
            paper.sheet.cell(row, at).value = value


def test_a_group_renamed_is_never_taken_for_another_and_rows_may_be_sorted(programmed: Typist, tmp_path: Path) -> None:
    paper = wide(programmed, tmp_path / "t.xlsx")
    sort_rows(paper)
    paper.sheet.auto_filter.ref = f"A{paper.head}:AH{paper.sheet.max_row}"
    paper.sheet.column_dimensions["D"].hidden = True
    found = imported(programmed, paper.save())
    assert (found.code, found.data["ecrit"], told(found, "erreur")) == (0, False, [])
    paper.cell("2016-001", "Décidé", CAF).value = 900
    heading = next(cell for cell in paper.sheet[paper.head - 1] if CAF in str(cell.value))
    heading.value = "Caf du Nord, subventions"
    for merged in paper.sheet.merged_cells.ranges.copy():
        paper.sheet.unmerge_cells(str(merged))
    paper.sheet.delete_cols(paper.column("Demandé", STATE), 4)
    refused = imported(programmed, paper.save())
    assert (refused.code, {code for code, _ in told(refused, "erreur")}) == (1, {"titre_ambigu"})
    assert decided(programmed) == {}
