"""The pages for who comes next are true: links lead somewhere, what is named exists, decisions follow one another."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from tests.bases import ROOT

ARCHITECTURE = ROOT / "ARCHITECTURE.md"
# The page on migrations is played by tests/storage/test_howto_migration.py, and names what that test makes.
HOWTO = [page for page in sorted((ROOT / "docs" / "howto").glob("*.md")) if page.stem != "migration"]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
PAGES = [ROOT / "README.md", ARCHITECTURE, *sorted((ROOT / "docs").rglob("*.md")), ROOT / "benchmarks" / "README.md"]
NAMING = [ARCHITECTURE, *HOWTO]
MOST_LINES = 200
_FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_SPAN = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"[\w.-]+(/[\w.-]+)*/?")
_ENDS = (".py", ".md", ".toml", ".txt", ".json", ".sql", ".docx", ".xlsx", "/")
_NAME = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)*")
_DEFINED_IN = re.compile(r"`([A-Za-z][\w.]*)`\s+(?:in|of)\s+`([\w./-]+\.py)`")


def prose(page: Path) -> str:
    """The page without its blocks of code."""
    return _FENCED.sub("", page.read_text(encoding="utf-8"))


def spans(page: Path) -> list[str]:
    """The words that the page sets as code, outside blocks."""
    return _SPAN.findall(prose(page))


def named(page: Path) -> Iterator[str]:
    """The names of Python that the page gives: with an underscore, a dot, capitals, or all in capitals."""
    for span in spans(page):
        word = span.removesuffix("()")
        whole = _NAME.fullmatch(word) is not None and not word.endswith(_ENDS)
        if whole and ("_" in word or "." in word or re.search(r"[a-z][A-Z]|^[A-Z]{4}", word)):
            yield word


@cache
def defined(path: Path) -> frozenset[str]:
    """What a module defines: functions, classes, their members as Class.member, and what is assigned in either."""

    def members(body: list[ast.stmt], prefix: str) -> Iterator[str]:
        for node in body:
            match node:
                case ast.FunctionDef() | ast.ClassDef():
                    yield prefix + node.name
                    if isinstance(node, ast.ClassDef):
                        yield from members(node.body, f"{prefix}{node.name}.")
                case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                    yield prefix + name

    return frozenset(members(ast.parse(path.read_text(encoding="utf-8")).body, ""))


@cache
def every_name() -> frozenset[str]:
    """What the program and its tests define anywhere, members with and without their class, and their modules."""
    modules = [path for folder in ("ledger", "tests") for path in (ROOT / folder).rglob("*.py")]
    names = {name for path in modules for name in defined(path)}
    return frozenset({*names, *(name.rpartition(".")[2] for name in names), *(path.stem for path in modules)})


def anchors(page: Path) -> set[str]:
    """The anchors of the titles of a page, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_inside_the_repository_leads_somewhere(page: Path) -> None:
    wrong = []
    for link in _LINK.findall(prose(page)):
        target, _, anchor = link.partition("#")
        if "://" in link or link.startswith("mailto:"):
            continue
        found = (page.parent / target).resolve() if target else page
        if not found.exists() or (anchor and anchor not in anchors(found)):
            wrong.append(link)
    assert wrong == []


@pytest.mark.parametrize("page", NAMING, ids=lambda page: page.name)
def test_every_file_named_exists(page: Path) -> None:
    """A path stands from the top of the repository; a file named alone is somewhere in it."""
    paths = [span for span in spans(page) if _PATH.fullmatch(span) and span.endswith(_ENDS)]
    folders = [ROOT / name for name in ("ledger", "tests", "templates_xlsx", "docs")]
    single = {path.name for folder in folders for path in folder.rglob("*.*")}
    assert [path for path in paths if not (ROOT / path).exists() and path not in single] == []


@pytest.mark.parametrize("page", NAMING, ids=lambda page: page.name)
def test_every_function_class_and_test_named_exists(page: Path) -> None:
    known = every_name()
    assert [name for name in named(page) if name not in known] == []


@pytest.mark.parametrize("page", NAMING, ids=lambda page: page.name)
def test_a_name_is_in_the_file_that_the_page_says(page: Path) -> None:
    """An answer is only as good as the file it sends to."""
    places = _DEFINED_IN.findall(prose(page))
    assert [f"{name} in {path}" for name, path in places if name not in defined(ROOT / path)] == []


def test_the_architecture_is_one_short_page_that_answers_twelve_questions() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    assert len(re.findall(r"^\| … ", text, re.MULTILINE)) == 12


def test_the_picture_of_the_layers_has_every_layer_in_its_order() -> None:
    from tests.test_house_rules import ROOMS

    picture = ARCHITECTURE.read_text(encoding="utf-8").split("```text")[1].split("```")[0]
    assert re.findall(r"^  (\w+)/", picture, re.MULTILINE) == list(ROOMS)


def test_the_decisions_are_numbered_in_one_row_and_listed() -> None:
    numbers = [page.name[:4] for page in DECISIONS]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
    listed = re.findall(
        r"^\| \[(\d{4})\]\((.+?)\) \| (\S+) \| (.+) \|$",
        (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert listed == [(page.name[:4], page.name, day_of(page), title_of(page)) for page in DECISIONS]


def title_of(page: Path) -> str:
    """The title of a decision, without its number."""
    return page.read_text(encoding="utf-8").splitlines()[0].partition(". ")[2]


def day_of(page: Path) -> str:
    """The day of a decision; "" where it gives none."""
    found = re.search(r"^Date: (\S+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else ""


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.name)
def test_a_decision_has_its_number_its_day_and_its_three_parts(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {page.name[:4]}. ")
    assert date(2026, 11, 1) <= date.fromisoformat(day_of(page))
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Decision", "Why", "Rejected"]
    assert all(part.strip() for part in re.split(r"^## .+$", text, flags=re.MULTILINE))
