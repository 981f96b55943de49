"""What the program answers stays what it was: every help page, every `--json`, every workbook of the example year."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.snapshots import FOLDER, SPOKEN, answer, help_pages, workbooks

pytestmark = [pytest.mark.sqlite, pytest.mark.xdist_group("moments")]


def test_every_help_page_says_what_it_said() -> None:
    assert help_pages() == (FOLDER / "aide.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SPOKEN, ids=" ".join)
def test_every_command_answers_the_json_it_answered(
    path: tuple[str, ...], moments: dict[str, Path], tmp_path: Path
) -> None:
    kept = FOLDER / "json" / f"{'_'.join(path)}.json"
    assert answer(path, moments, tmp_path) == (kept.read_text(encoding="utf-8") if kept.exists() else "")


def test_every_workbook_of_the_example_year_holds_what_it_held(moments: dict[str, Path]) -> None:
    kept = {path.stem: path.read_text(encoding="utf-8") for path in (FOLDER / "classeurs").iterdir()}
    assert dict(workbooks(moments)) == kept
