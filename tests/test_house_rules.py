"""The house keeps its order: imports go one way, things stay small, no float decides, only commands commit."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bases import ROOT
from tests.sources import MODULES, trees

ROOMS = (
    "core",
    "storage",
    "journal",
    "referential",
    "rules",
    "programming",
    "allocation",
    "conventions",
    "execution",
    "closing",
    "reports",
    "exchange",
    "commands",
    "terminal",
    "page",
)
pytestmark = pytest.mark.xdist_group("sources")
MODULE_LINES, FUNCTION_LINES = 400, 50
RIDDLES = {"alone", "both", "fates", "freeing", "gathering", "hold", "house", "leave", "paper"}
RIDDLES |= {"past", "placed", "reach", "room", "survey", "take", "tally", "together", "told"}
HEAVY = {
    "sqlalchemy",
    "alembic",
    "pydantic",
    "openpyxl",
    "xlsxwriter",
    "python_calamine",
    "rich",
    "stdnum",
    "docx",
    "starlette",
    "jinja2",
    "uvicorn",
}

_APART = """
import importlib, json, os, sys
from sqlalchemy.orm import configure_mappers
for room, modules in json.loads(sys.argv[1]).items():
    child = os.fork()
    if not child:
        for module in modules:
            importlib.import_module(module)
        configure_mappers()
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(room)
"""


def room(path: Path) -> str:
    return path.relative_to(ROOT / "ledger").parts[0]


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def public() -> Iterator[tuple[Path, ast.FunctionDef | ast.ClassDef]]:
    """The functions and classes that other modules may use."""
    for path, tree in trees().items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                yield path, node


def words(name: str) -> list[str]:
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower().split("_")


def shown(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def imported(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, node.module or "."


def nodes(*rooms: str) -> Iterator[tuple[Path, ast.AST]]:
    for path, tree in trees().items():
        if room(path) in rooms:
            yield from ((path, node) for node in ast.walk(tree))


def test_the_rooms_are_those_of_the_house() -> None:
    found = {path.name for path in (ROOT / "ledger").iterdir() if path.is_dir() and list(path.glob("*.py"))}
    assert found == set(ROOMS)


def test_a_room_imports_only_the_rooms_above_it() -> None:
    wrong = []
    for path, tree in trees().items():
        for node, name in imported(tree):
            if path.parent.name == "ledger" or not name.startswith("ledger."):
                continue
            other = name.split(".")[1]
            if ROOMS.index(other) > ROOMS.index(room(path)):
                wrong.append(f"{shown(path, node)} imports {other}")
    assert wrong == []


def test_imports_name_their_room() -> None:
    relative = [
        shown(path, node)
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_core_needs_only_the_standard_library() -> None:
    wrong = [
        f"{shown(path, node)} imports {name}"
        for path, tree in trees().items()
        if room(path) == "core"
        for node, name in imported(tree)
        if name.split(".")[0] not in {*sys.stdlib_module_names, "ledger"}
    ]
    assert wrong == []


def test_the_groups_load_heavy_libraries_only_where_they_use_them() -> None:
    script = (
        "import sys, importlib, cli\n"
        "for subject in cli.SUBJECTS: importlib.import_module(f'ledger.{subject.room}.{subject.module}')\n"
        f"print(sorted({HEAVY} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert ran.stdout.strip() == "[]"


def test_modules_and_functions_stay_small() -> None:
    wrong = []
    for path, tree in trees().items():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > MODULE_LINES:
            wrong.append(f"{path.relative_to(ROOT)} has {lines} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.end_lineno is not None:
                length = node.end_lineno - node.lineno + 1
                if length > FUNCTION_LINES:
                    wrong.append(f"{shown(path, node)} {node.name} has {length} lines")
    assert wrong == []


def test_no_float_decides() -> None:
    """Workbooks alone know floats: their cells hold nothing else."""
    wrong = []
    for path, node in nodes(*(name for name in ROOMS if name not in {"exchange", "commands", "terminal"})):
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        if literal or (isinstance(node, ast.Name) and node.id == "float"):
            wrong.append(shown(path, node))
    assert wrong == []


def test_only_commands_commit() -> None:
    """Ending a savepoint is no commit: the session and its connection alone end a transaction."""
    wrong = [
        shown(path, node)
        for path, node in nodes(*(name for name in ROOMS if name != "commands"))
        if isinstance(node, ast.Attribute) and re.search(r"(session|connection|engine)\.commit$", ast.unparse(node))
    ]
    assert wrong == []


def test_no_clock_outside_the_commands_but_for_the_instant_of_record() -> None:
    wrong = [
        shown(path, node)
        for path, node in nodes(*(name for name in ROOMS if name not in {"commands", "terminal"}))
        if isinstance(node, ast.Attribute) and node.attr in {"today", "utcnow"}
    ]
    assert wrong == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_the_tables_of_a_room_need_only_rooms_it_imports() -> None:
    """Each room's in a process that has loaded no other."""
    of_rooms: dict[str, list[str]] = defaultdict(list)
    for path in MODULES:
        if "model" in (path.stem, path.parent.name) and path.stem != "__init__":
            of_rooms[room(path)].append(dotted(path))
    ran = subprocess.run(
        [sys.executable, "-c", _APART, json.dumps(of_rooms)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert len(of_rooms) > 8


def test_tables_stand_in_modules_called_model() -> None:
    """But for those of storage, which the history of every table needs before any of them."""
    wrong = [
        shown(path, node)
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == "__tablename__" for each in node.body)
        and not {path.stem, path.parent.name} & {"model", "history_model", "act_model"}
    ]
    assert wrong == []


def test_public_names_are_unique() -> None:
    """A function or a class of everybody's is defined once, so that its name is enough to find it."""
    where = defaultdict(list)
    for path, node in public():
        where[node.name].append(shown(path, node))
    assert {name: places for name, places in where.items() if len(places) > 1} == {}


def test_names_are_words_of_the_trade() -> None:
    wrong = [shown(path, node) for path, node in public() if RIDDLES & set(words(node.name))]
    wrong += [str(path.relative_to(ROOT)) for path in MODULES if RIDDLES & set(words(path.stem))]
    assert wrong == []


def test_the_migrations_are_numbered_in_one_row() -> None:
    """From the baseline of version 0.2 on."""
    numbers = [path.name[:4] for path in sorted((ROOT / "migrations" / "versions").glob("*.py"))]
    assert numbers == [f"{number:04}" for number in range(35, 35 + len(numbers))]


def test_migrations_import_nothing_of_the_package() -> None:
    for path in (ROOT / "migrations").rglob("*.py"):
        names = [name for _, name in imported(ast.parse(path.read_text(encoding="utf-8")))]
        assert not [name for name in names if name.startswith("ledger")], path.name


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_versions_and_hashes_and_nothing_else(name: str) -> None:
    """No address, no path, no index: it installs from wherever pip is told to look."""
    requirement = re.compile(r"[a-z0-9-]+==[0-9][0-9a-z.]*( ; [a-zA-Z0-9_ '.()=!<>]+)? \\")
    fingerprint = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not (requirement.fullmatch(line) or fingerprint.fullmatch(line))] == []


def test_the_development_lock_pins_what_the_other_pins() -> None:
    def pins(name: str) -> set[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return set(re.findall(r"^([a-z0-9-]+==\S+)", text, re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")
