"""The guide is true from its first to its last line."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import ledger
from ledger.core.errors import LedgerError
from tests.guide import GUIDE, refusal_pages, refusals, replayed

TEXT = GUIDE.read_text(encoding="utf-8")
AGAIN = "run: make guide"


@pytest.mark.sqlite
def test_every_command_of_the_guide_gives_the_screen_it_shows() -> None:
    assert replayed(TEXT) == TEXT, AGAIN


def every_error() -> set[type[LedgerError]]:
    """Every class of refusal of the program."""
    for module in pkgutil.walk_packages(ledger.__path__, "ledger."):
        importlib.import_module(module.name)
    found, known = [LedgerError], set()
    while found:
        each = found.pop()
        known.add(each)
        found += [child for child in each.__subclasses__() if child.__module__.startswith("ledger.")]
    return known - {LedgerError}


def test_every_code_of_refusal_is_in_the_guide_and_no_other() -> None:
    noted = re.findall(r"^### `(\w+)`$", TEXT, re.MULTILINE)
    codes = {each.code for each in every_error() if "code" in vars(each)}
    assert sorted(set(noted)) == sorted(codes), AGAIN
    assert len(noted) == len(set(noted))


def test_every_refusal_of_the_guide_is_the_one_that_the_source_says() -> None:
    assert refusal_pages(refusals()) in TEXT, AGAIN


def test_every_refusal_says_its_problem_and_a_way_out() -> None:
    for code, sentences in refusals().items():
        for sentence in sentences:
            problem, arrow, remedy = sentence.partition(" → ")
            assert all((problem.strip(), arrow, remedy.strip())), code


def test_no_line_of_the_guide_is_written_twice_by_mistake() -> None:
    titles = re.findall(r"^## .+$", TEXT, re.MULTILINE)
    assert len(titles) == len(set(titles))
