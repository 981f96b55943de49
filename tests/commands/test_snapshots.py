"""What the program answers stays what it was: every help page, every `--json`, every workbook of the example year."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from ledger.terminal.schema import json_schema
from tests.commands.test_tree import TREE
from tests.snapshots import FOLDER, SPOKEN, answer, help_pages, workbooks

pytestmark = [pytest.mark.sqlite, pytest.mark.xdist_group("moments")]


def test_every_help_page_says_what_it_said() -> None:
    assert help_pages() == (FOLDER / "aide.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SPOKEN, ids=" ".join)
def test_every_command_answers_the_json_it_answered(
    path: tuple[str, ...], moments: dict[str, Path], tmp_path: Path
) -> None:
    kept = FOLDER / "json" / f"{'_'.join(path)}.json"
    found = answer(path, moments, tmp_path)
    if not kept.exists():
        assert found == ""
        return
    document = json.loads(found)
    assert document == json.loads(kept.read_text(encoding="utf-8"))
    command: Any = TREE[path]
    if command.answer is not None:
        schema = json_schema(command.answer, " ".join(path))
        jsonschema.Draft202012Validator(schema).validate(_whole_rows(document))


def _whole_rows(document: Any) -> Any:
    """The document without what stands for the end of its long lists, its seals and days put out of sight made good."""
    if isinstance(document, dict):
        return {key: _whole_rows(each) for key, each in document.items()}
    if isinstance(document, list):
        return [_whole_rows(each) for each in document if not (isinstance(each, dict) and "empreinte" in each)]
    return document


def test_every_workbook_of_the_example_year_holds_what_it_held(moments: dict[str, Path]) -> None:
    kept = {path.stem: path.read_text(encoding="utf-8") for path in (FOLDER / "classeurs").iterdir()}
    assert dict(workbooks(moments)) == kept
