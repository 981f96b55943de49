"""What commands declare becomes what Typer runs."""

from __future__ import annotations

import pytest

from ledger.terminal.dialogues import _FUNCTIONS, dialogue_of
from tests.commands.test_tree import LEAVES


@pytest.mark.parametrize("command", sorted(_FUNCTIONS))
def test_every_dialogue_is_that_of_a_command(command: str) -> None:
    assert tuple(command.split()) in LEAVES
    assert callable(dialogue_of(command))


def test_a_command_without_questions_has_no_dialogue() -> None:
    assert dialogue_of("enveloppe lister") is None
