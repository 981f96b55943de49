"""The menu holds every command of the program and composes the line a user would type."""

from __future__ import annotations

import io

import pytest
from typer.core import TyperGroup
from typer.main import get_command

import cli
from ledger.terminal.menu import STAGES, commands_listed, stage_names
from ledger.terminal.program import Root
from tests.commands.test_tree import LEAVES
from tests.conftest import Typist
from tests.terminal.test_options import Terminal


@pytest.fixture
def program() -> Root:
    """The whole program."""
    found = get_command(cli.app)
    assert isinstance(found, Root)
    return found


def test_every_command_of_the_program_is_in_the_menu_once(program: Root) -> None:
    with program.make_context("cofiville", [], resilient_parsing=True) as root:
        stages = range(len(stage_names(program)))
        words = [words for stage in stages for words, _ in commands_listed(root, stage)]
    assert sorted(words) == sorted(path for path in LEAVES if path != ("menu",))


def test_no_stage_names_what_does_not_exist_twice() -> None:
    named = [subject for subjects in STAGES.values() for subject in subjects]
    assert len(named) == len(set(named))


def answers(*lines: str) -> Terminal:
    """A terminal on which these lines were typed."""
    return Terminal("\n".join([*lines, ""]))


def number_of(program: Root, words: tuple[str, ...]) -> tuple[str, str]:
    """The numbers that lead to this command."""
    with program.make_context("cofiville", [], resilient_parsing=True) as root:
        for stage in range(len(stage_names(program))):
            found = [each for each, _ in commands_listed(root, stage)]
            if words in found:
                return str(stage + 1), str(found.index(words) + 1)
    raise AssertionError(words)


def test_an_act_is_done_by_numbers_and_answers(in_2016: Typist, program: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    stage, act = number_of(program, ("enveloppe", "notifier"))
    typed = (stage, "99", act, "?", "CAPH-PDV", "2016", "1 000,50", "Budget primitif", "o", "2016-02-01", "", "0", "0")
    monkeypatch.setattr("sys.stdin", answers(*typed))
    said = in_2016("menu")
    assert said.code == 0
    assert "Tapez un numéro de 0 à" in said.out
    assert (
        '→ cofiville enveloppe notifier CAPH-PDV 2016 "1 000,50" --piece "Budget primitif" --le 2016-02-01' in said.out
    )
    monkeypatch.setattr("sys.stdin", io.StringIO())
    (line,) = in_2016("--json", "enveloppe", "lister", 2016).data
    assert line["notifie"] == "1000.50"


def test_the_menu_offers_the_usual_exercice(in_2016: Typist, program: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    """A blank answer gives up on what is compulsory, but for the exercice that `configurer` settled."""
    assert in_2016("configurer", "--exercice", 2016).code == 0
    stage, act = number_of(program, ("enveloppe", "lister"))
    monkeypatch.setattr("sys.stdin", answers(stage, act, "", "n", "", "0", "0"))
    said = in_2016("menu")
    assert "L'exercice, par exemple 2016 [2016] : " in said.out
    assert "→ cofiville enveloppe lister 2016" in said.out


def test_a_refusal_is_shown_and_the_menu_goes_on(
    in_2016: Typist, program: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, act = number_of(program, ("exercice", "ouvrir"))
    monkeypatch.setattr("sys.stdin", answers(stage, act, "2016", "", act, "2017", "n", "0", "0"))
    said = in_2016("menu")
    assert (said.code, "existe déjà" in said.err, "Abandonné" in said.out) == (0, True, True)


def test_the_end_of_the_answers_closes_the_menu(in_2016: Typist, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", answers("1"))
    said = in_2016("menu")
    assert (said.code, said.out.endswith("À bientôt.\n")) == (0, True)


def test_only_groups_and_single_commands_are_subjects(program: Root) -> None:
    with program.make_context("cofiville", [], resilient_parsing=True) as root:
        groups = [
            name for name in program.list_commands(root) if isinstance(program.get_command(root, name), TyperGroup)
        ]
    assert groups
