"""What the program answers, kept as it was: every help page, every `--json`, every workbook of the example year.

python -m tests.snapshots writes them again, or those named after it (action_montrer); what changed
is then read in the difference, line by line.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from typer.main import get_command

import cli
from tests.bases import ROOT
from tests.commands.examples import BEFORE, ELSEWHERE, at_its_moment
from tests.commands.moments import END, play_example
from tests.commands.test_tree import LEAVES, TREE
from tests.guide import in_a_folder, typed

FOLDER = ROOT / "tests" / "golden" / "instantanes"
# What is of this day or of this machine: instants, days from 2024 on, seals, revisions, sizes, delays.
_PASSING = re.compile(
    r"\b20(?:2[4-9]|3\d)-\d\d-\d\d(?:[T ][\d:.+-]+(?:Z|\+\d\d:\d\d)?)?"
    r"|\b\d\d/\d\d/20(?:2[4-9]|3\d)(?: \d\d:\d\d(?::\d\d)?)?"
    r"|\b[0-9a-f]{64}\b|\b[0-9a-f]{12}\b|(?<=version )\d{4}\b"
    r"|(?<=\"revision\": \")\d{4}|(?<=\"avant\": \")\d{4}(?=\")|/tmp/\S+?(?=[\"\s])"
)
_DAYS = {"jours", "retard", "jours_de_retard"}
_YEARS = 1000
_LONG = 20
# These say what the machine is, or draw by chance.
OF_THE_MACHINE = frozenset({"diagnostic", "base creer", "configurer"})


def help_pages() -> str:
    """Every help page, one below the other."""
    program = get_command(cli.app)
    pages = []
    for path, command in TREE.items():
        context = program.make_context(" ".join(("cofiville", *path)), [], resilient_parsing=True)
        pages.append(f"=== {' '.join(('cofiville', *path))}\n\n{command.get_help(context)}\n")
    return "\n".join("\n".join(line.rstrip() for line in page.splitlines()) + "\n" for page in pages)


def answer(path: tuple[str, ...], moments: dict[str, Path], work: Path) -> str:
    """What the example of this command answers under --json, a line each value; "" where it is no JSON."""
    with at_its_moment(path, moments, work) as line:
        words = shlex.split(line)
        code, said = typed(shlex.join([words[0], "--json", *words[1:]]))
    assert code == 0, f"{line}\n{said}"
    last = said.strip().splitlines()[-1:] or [""]
    try:
        document = json.loads(last[0])
    except ValueError:
        return ""
    shown = _shortened(_until_today(json.loads(_PASSING.sub("…", json.dumps(document)))))
    return json.dumps(shown, ensure_ascii=False, indent=1) + "\n"


def _until_today(value: Any) -> Any:
    """The document without the days counted from the example year to the day it is read: 0 instead of thousands."""
    if isinstance(value, dict):
        counted = {key for key in _DAYS & value.keys() if isinstance(value[key], int) and abs(value[key]) > _YEARS}
        return {key: 0 if key in counted else _until_today(each) for key, each in value.items()}
    return [_until_today(each) for each in value] if isinstance(value, list) else value


def _shortened(value: Any) -> Any:
    """The document with the first rows of its long lists, and how many and which the others are."""
    if isinstance(value, dict):
        return {key: _shortened(each) for key, each in value.items()}
    if isinstance(value, list) and len(value) > _LONG:
        rest = json.dumps(value[_LONG:], ensure_ascii=False, sort_keys=True)
        more = {"lignes": len(value) - _LONG, "empreinte": hashlib.sha256(rest.encode()).hexdigest()}
        return [*map(_shortened, value[:_LONG]), more]
    return [_shortened(each) for each in value] if isinstance(value, list) else value


def workbook_text(path: Path) -> str:
    """A workbook as lines: each tab with its filled cells, values and formulas as written."""
    book = load_workbook(path)
    lines = []
    for sheet in book.worksheets:
        lines.append(f"=== {sheet.title}")
        for row in sheet.iter_rows():
            cells = [f"{cell.coordinate}={cell.value}" for cell in row if cell.value is not None]
            if cells:
                lines.append(" | ".join(cells))
    return _PASSING.sub("…", "\n".join(lines)) + "\n"


def workbooks(moments: dict[str, Path]) -> Iterator[tuple[str, str]]:
    """The name and text of every workbook of the example year, and of the empty ones the program gives."""
    for folder in (moments[END], ROOT / "templates_xlsx"):
        for path in sorted(folder.rglob("*.xlsx")):
            yield path.stem, workbook_text(path)


SPOKEN = [path for path in LEAVES if " ".join(path) not in ELSEWHERE and " ".join(path) not in OF_THE_MACHINE]


def main(names: Sequence[str]) -> None:
    """Write the snapshots of these names again, every one where none is named; what says the same stays as it is."""
    written = {FOLDER / "aide.txt": help_pages()}
    with tempfile.TemporaryDirectory() as folder:
        with in_a_folder():
            del os.environ["COFIVILLE_BASE"]
            moments = play_example(Path(folder), tuple(BEFORE)).moments
        for path in SPOKEN:
            name = "_".join(path)
            if names and name not in names:
                continue
            with tempfile.TemporaryDirectory() as work:
                said = answer(path, moments, Path(work))
            if said:
                written[FOLDER / "json" / f"{name}.json"] = said
        for name, text in workbooks(moments):
            if not names or name in names:
                written[FOLDER / "classeurs" / f"{name}.txt"] = text
    if not names:
        for gone in {*FOLDER.glob("*/*.*")} - {*written}:
            gone.unlink()
    for file, text in written.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        if not _says(file, text):
            file.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{FOLDER}\n")


def _says(file: Path, text: str) -> bool:
    """Whether the file says this already; the order of an object's keys says nothing."""
    if not file.exists():
        return False
    kept = file.read_text(encoding="utf-8")
    return kept == text or (file.suffix == ".json" and json.loads(kept) == json.loads(text))


if __name__ == "__main__":
    main(sys.argv[1:])
