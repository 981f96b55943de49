"""Nothing names one contract but data: code, Word templates and SQL hold for any EPCI and any period."""

from __future__ import annotations

import ast
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bases import ROOT
from tests.sources import trees

_NAMED = re.compile(r"CAPH|CAVM|Porte du Hainaut|CV19[35]|\b20(?:15|20)\b")
# What the program ships as data: models of contract, national geography, charts, packs of rules, the example year.
_DATA = (
    *("ledger/referential/modeles", "ledger/referential/geographie", "ledger/referential/seed"),
    *("ledger/rules/legal.toml", "ledger/rules/usages.toml", "ledger/exchange/reference", "ledger/commands/example"),
)
# An example of the help is typed on the example year, and played there by its own test.
_EXAMPLE = re.compile(r"^ *Exemple : cofiville .*?(?=\n *\n|\"\"\")", re.MULTILINE | re.DOTALL)
# Lines that name a year for what it is to everybody: the draft of JSON Schema, the QPV before those of 2024, the posts
# of the example year.
_EVERYBODYS = ("json-schema.org/draft/2020-12", "schema (2020-12)", "QPV of 2015", "prioritaires de 2015", "2020-2023")
# The bases of version 0.1 held two contracts, which what raises them knows by name.
_RAISING = (
    "migrations/from_0_1.py",
    "migrations/versions/0038_contracts.py",
    "migrations/versions/0039_counts_by_epci.py",
)
_FILES = sorted(
    path
    for folder in ("ledger", "migrations", "cli.py")
    for path in ([ROOT / folder] if folder.endswith(".py") else (ROOT / folder).rglob("*"))
    if path.suffix in {".py", ".sql", ".toml", ".json", ".docx", ".html", ".css", ".js", ".typ"}
    and not path.relative_to(ROOT).as_posix().startswith((*_DATA, *_RAISING))
)


def words_of(path: Path) -> str:
    """What the file says, the examples of its help apart; of a Word template, the text that is printed."""
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as archive:
            parts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")]
        return re.sub(r"<[^>]+>", " ", "\n".join(parts))
    return _EXAMPLE.sub("", path.read_text(encoding="utf-8"))


def test_no_code_no_template_and_no_sql_names_one_contract() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()[:90]}"
        for path in _FILES
        for line in words_of(path).splitlines()
        if _NAMED.search(line) and not any(words in line for words in _EVERYBODYS)
    ]
    assert found == []


def said(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The words of a module, but for the docstrings that no help page shows."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    shown = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and isinstance(node.body[0], ast.Expr)
        if any("command(" in ast.unparse(each) for each in node.decorator_list)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone - shown:
            yield node.lineno, node.value


def test_no_word_of_the_program_cites_a_paragraph_of_one_contract() -> None:
    """Rules cite theirs, and a model says those of its text; docstrings of the code may name them."""
    found = [
        f"{path.relative_to(ROOT)}:{line}: {words[:80]}"
        for path, tree in trees().items()
        if not path.relative_to(ROOT).as_posix().startswith(_DATA)
        for line, words in said(tree)
        if re.search(r"§ ?\d", _EXAMPLE.sub("", f"{words}\n\n"))
    ]
    assert found == []


@pytest.mark.parametrize("line", ["la CAPH paie", "CV195", "de 2015 à 2020", "La Porte du Hainaut"])
def test_the_search_finds_what_it_looks_for(line: str) -> None:
    assert _NAMED.search(line)
