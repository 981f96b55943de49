"""Commands give outcomes: they print nothing, ask nothing, and declare what they answer."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from ledger.terminal.schema import json_schema
from tests.bases import ROOT
from tests.commands.test_tree import LEAVES, TREE
from tests.conftest import Typist

COMMANDS = ROOT / "ledger" / "commands"
PRINTING = frozenset({"say", "show_parts", "table", "print", "render"})
ASKING = frozenset({"ask", "agreed"})
VERSION_0_1 = json.loads((ROOT / "tests" / "golden" / "version_0_1.json").read_text(encoding="utf-8"))
ANSWERING_NO_JSON = frozenset({("menu",)})


def _calls(path: Path) -> Iterator[str]:
    """The calls of a module that print, ask or end the program."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in PRINTING | ASKING or called.endswith("Exit"):
                yield f"{path.relative_to(ROOT)}:{node.lineno} calls {called}"
        elif isinstance(node, ast.Raise) and node.exc is not None and ast.unparse(node.exc).endswith("Exit"):
            yield f"{path.relative_to(ROOT)}:{node.lineno} ends the program"


def test_no_command_prints_asks_or_ends_the_program() -> None:
    assert [call for path in sorted(COMMANDS.rglob("*.py")) for call in _calls(path)] == []


def test_every_command_declares_what_it_answers() -> None:
    silent = [
        " ".join(path) for path, command in LEAVES.items() if command.answer is None and path not in ANSWERING_NO_JSON
    ]
    assert silent == []


@pytest.mark.parametrize("path", [path for path, command in LEAVES.items() if command.answer is not None], ids=" ".join)
def test_the_schema_of_an_answer_is_a_schema_and_names_each_key_once(path: tuple[str, ...]) -> None:
    answer: Any = LEAVES[path].answer
    jsonschema.Draft202012Validator.check_schema(json_schema(answer, " ".join(path)))
    for each in (answer, *answer.otherwise):
        names = [field.name for field in each.fields if field.scripted]
        assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "line",
    [
        ("--json-schema", "enveloppe", "lister"),
        ("--json-schema", "enveloppe lister"),
        ("enveloppe", "lister", "--json-schema"),
        ("--json", "--json-schema", "enveloppe", "lister"),
    ],
    ids=" ".join,
)
def test_the_schema_of_a_command_is_typed_in_any_way(typed: Typist, line: tuple[str, ...]) -> None:
    noted = typed(*line)
    assert noted.code == 0, noted.err
    answer: Any = TREE["enveloppe", "lister"].answer
    assert noted.data == json_schema(answer, "cofiville enveloppe lister")


def test_the_program_alone_has_a_schema(typed: Typist, tmp_path: Path) -> None:
    schema = typed("--json-schema").data
    assert set(schema["properties"]) >= {"base", "existe", "commandes"}
    jsonschema.Draft202012Validator(schema).validate(typed("--base", tmp_path / "absente.db", "--json").data)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (("enveloppe", "notifer"), "« enveloppe notifer » n'est pas une commande."),
        (("enveloppe notifer",), "« enveloppe notifer » n'est pas une commande."),
        (("zzz",), "« zzz » n'est pas une commande."),
        (("enveloppe", "lister", "encore"), "« enveloppe lister encore » n'est pas une commande."),
        (("enveloppe",), "« enveloppe » ne répond pas en JSON."),
        (("menu",), "« menu » ne répond pas en JSON."),
    ],
    ids=str,
)
def test_what_is_no_command_has_no_schema_and_says_so(typed: Typist, line: tuple[str, ...], problem: str) -> None:
    refused = typed("--json-schema", *line)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith(f"{problem}\n→ ")
    in_json = typed("--json", "--json-schema", *line)
    assert (in_json.code, in_json.refusal["erreur"], in_json.refusal["probleme"]) == (2, "usage", problem)


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe closed by its reader is said otherwise there")
@pytest.mark.parametrize("line", ["--json-schema enveloppe lister", "--json-schema exercice ouvrir", "--help"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_gone_is_no_traceback(line: str, unbuffered: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ran = subprocess.run(
            [sys.executable, "cli.py", *line.split()],
            cwd=ROOT,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        )
    finally:
        os.close(writer)
    assert (ran.returncode, ran.stderr) == (1, "")


@pytest.mark.parametrize("name", sorted(VERSION_0_1), ids=str)
def test_what_version_0_1_answered_is_valid_for_ever(name: str) -> None:
    """The first rows of what each command answered, on its example, in version 0.1."""
    answer: Any = LEAVES[tuple(name.split())].answer
    jsonschema.Draft202012Validator(json_schema(answer, name)).validate(VERSION_0_1[name])
