"""The guide written again from the program: its screens replayed, its refusals drawn from the error classes.

python -m tests.guide (make guide).
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from contextvars import copy_context
from io import StringIO

from typer.main import get_command

import cli
from tests.bases import ROOT

GUIDE = ROOT / "docs" / "guide.md"
_BLOCK = re.compile(r"(?<=```console\n)(.*?)(?=^```)", re.DOTALL | re.MULTILINE)
_REFUSALS = re.compile(r"(?<=<!-- refus -->\n).*?(?=<!-- fin des refus -->)", re.DOTALL)
_PASSING = re.compile(r"\b[0-9a-f]{64}\b|(?<=version )\d{4}\b")
_BASE_CLASSES = frozenset({"LedgerError"})


@contextmanager
def in_a_folder() -> Iterator[None]:
    """A folder of its own, without any setting of the user's."""
    kept = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        for name in [name for name in os.environ if name.startswith("COFIVILLE_")]:
            del os.environ[name]
        os.environ |= {"COFIVILLE_BASE": "cofiville.db", "COFIVILLE_CONFIGURATION": "cofiville.toml"}
        try:
            yield
        finally:
            os.environ.clear()
            os.environ |= kept


def screen(line: str) -> tuple[int, str]:
    """What this command line shows, refusals included, seals and versions left out, and its exit code."""
    code, said = typed(line)
    shown = "\n".join(each.rstrip() for each in _PASSING.sub("…", said).splitlines())
    return code, shown.strip("\n")


def typed(line: str) -> tuple[int, str]:
    """What this command line writes, refusals included, and its exit code."""
    out = StringIO()
    code = 0
    with redirect_stdout(out), redirect_stderr(out):
        try:
            copy_context().run(get_command(cli.app).main, shlex.split(line)[1:], "cofiville")
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
    return code, out.getvalue()


def replayed(text: str) -> str:
    """The guide with the screens that its commands show, run one after the other.

    raises: AssertionError for a command that is refused.
    """

    def block(found: re.Match[str]) -> str:
        shown = []
        for line in found[1].splitlines():
            if line.startswith("$ "):
                code, said = screen(line[2:])
                assert code == 0, f"{line}\n{said}"
                shown.append(f"{line}\n{said}\n" if said else f"{line}\n")
        return "\n".join(shown)

    with in_a_folder():
        return _BLOCK.sub(block, text)


def refusals() -> dict[str, list[str]]:
    """By code, the sentences of the refusals of that code, as the source writes them; none for a code never said."""
    codes: dict[str, str] = {}
    said: dict[str, list[str]] = {}
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "ledger").rglob("*.py"))]
    parents: dict[str, str] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                parents[node.name] = next((base.id for base in node.bases if isinstance(base, ast.Name)), "")
                if code := _code_of(node):
                    codes[node.name] = code
    errors = {name for name in codes if name not in _BASE_CLASSES and _descends(name, parents)}
    for name in errors:
        said.setdefault(codes[name], [])
    for tree in trees:
        for name, sentence in _sentences(tree, errors):
            if sentence not in said[codes[name]]:
                said[codes[name]].append(sentence)
    return dict(sorted(said.items()))


def _descends(name: str, parents: dict[str, str]) -> bool:
    while name in parents and name not in _BASE_CLASSES:
        name = parents[name]
    return name in _BASE_CLASSES


def _code_of(node: ast.ClassDef) -> str:
    for each in node.body:
        if isinstance(each, ast.Assign) and [t.id for t in each.targets if isinstance(t, ast.Name)] == ["code"]:
            return str(ast.literal_eval(each.value))
    return ""


def _sentences(tree: ast.Module, errors: set[str]) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in errors:
            yield from ((node.func.id, text) for text in _sentence(node))
        if isinstance(node, ast.ClassDef) and node.name in errors:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Call) and ast.unparse(inner.func) == "super().__init__":
                    yield from ((node.name, text) for text in _sentence(inner))


def _sentence(call: ast.Call) -> Iterator[str]:
    if len(call.args) >= 2:
        problem, remedy = (_words(argument) for argument in call.args[:2])
        if re.search(r"\w{3}", problem) and re.search(r"\w{3}", remedy):
            yield f"{problem} → {remedy}"


def _words(node: ast.expr) -> str:
    """The text of a string as the source writes it, what is computed left as an ellipsis."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_words(part) for part in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _words(left) + _words(right)
    return "…"


def refusal_pages(found: dict[str, list[str]]) -> str:
    """The section of refusals."""
    pages = []
    for code, sentences in found.items():
        lines = [f"* {' '.join(sentence.split())}" for sentence in sentences] or [
            "* Le message dit lui-même la sortie."
        ]
        pages.append("\n".join([f"### `{code}`", "", *lines, ""]))
    return "\n" + "\n".join(pages) + "\n"


def written_again(text: str) -> str:
    """The guide as it must be."""
    return _REFUSALS.sub(lambda _: refusal_pages(refusals()), replayed(text))


def main() -> None:
    """Write the guide again."""
    GUIDE.write_text(written_again(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{GUIDE}\n")


if __name__ == "__main__":
    main()
