"""Every command is documented in French, with an example that could be typed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command

import cli

# Words of the first contract alone: its EPCI, its dispositifs, its scales, its kinds of post.
_OF_ONE_CONTRACT = re.compile(
    r"\b(?:CAPH|CAVM|Hainaut|DRE|MOUS|OVV|mous|ovv|fipd|communautaire|arrondissement)\b", re.I
)
_ENGLISH = re.compile(r"\b(Usage|Options:|Arguments:|Commands|Show this|required|default|env var|Error|Try)\b|<\w+>")


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    if isinstance(command, TyperGroup):
        for name in command.list_commands(_context(command, path)):
            yield from _commands(command.get_command(_context(command, path), name), (*path, name))


def _context(command: Any, path: tuple[str, ...]) -> Any:
    return command.make_context(" ".join(("cofiville", *path)), [], resilient_parsing=True)


TREE = dict(_commands(get_command(cli.app)))
LEAVES = {path: command for path, command in TREE.items() if not isinstance(command, TyperGroup)}


@pytest.mark.parametrize("path", TREE, ids=" ".join)
def test_every_help_page_is_french(path: tuple[str, ...]) -> None:
    page = TREE[path].get_help(_context(TREE[path], path))
    assert page.startswith("Utilisation : cofiville")
    assert not _ENGLISH.search(page)


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_ends_its_help_with_an_example_that_can_be_typed(path: tuple[str, ...]) -> None:
    text, found, example = LEAVES[path].help.rpartition("Exemple : cofiville ")
    assert found, "no example"
    assert text.strip().split("\n\n")[0].endswith("."), "the help is not a sentence"
    words = shlex.split(example)
    program = get_command(cli.app)
    with program.make_context("cofiville", [*words]) as context:
        words = [*context._protected_args, *context.args]
    assert tuple(words[: len(path)]) == path
    LEAVES[path].make_context("cofiville", words[len(path) :])


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_option_says_what_it_is(path: tuple[str, ...]) -> None:
    silent = [p.name for p in LEAVES[path].params if not p.hidden and not (p.help or "").endswith((".", "…", ")"))]
    assert not silent


@pytest.mark.parametrize("path", TREE, ids=" ".join)
def test_no_help_explains_itself_by_words_of_one_contract_alone(path: tuple[str, ...]) -> None:
    """An example may: it says whose it is. The lists of a contract are named by the command that shows them."""
    page = " ".join(TREE[path].get_help(_context(TREE[path], path)).split())
    for example in re.findall(r"Exemple : (.*?)(?= Arguments : | Options : |$)", page):
        page = page.replace(example, "")
    commands = {word for each in TREE for word in each}
    assert [word for word in _OF_ONE_CONTRACT.findall(page) if word not in commands] == []


def test_a_group_has_one_line_in_the_help_of_the_program_after_the_commands_of_a_year() -> None:
    page = TREE[()].get_help(_context(TREE[()], ()))
    assert [words for words, _ in cli.USUAL if tuple(words.split()) not in LEAVES] == []
    assert 20 <= len(cli.USUAL) <= 27
    assert page.index(f"\n  {cli.USUAL[0][0]} ") < page.index(f"\n  {cli.USUAL[-1][0]} ") < page.index("\nAvancé")
    assert [subject.name for subject in cli.SUBJECTS if f"\n  {subject.name} " not in page] == []
