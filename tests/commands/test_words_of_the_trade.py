"""Words of the trade that are typed for a command, and bear its name in the book."""

from __future__ import annotations

from typing import Any

from typer.main import get_command

import cli
from ledger.terminal.french import ALSO_TYPED
from tests.commands.test_tree import LEAVES
from tests.conftest import Typist


def test_each_other_word_leads_to_a_command_that_says_it() -> None:
    program: Any = get_command(cli.app)
    for (subject, word), name in ALSO_TYPED.items():
        assert f"Se tape aussi : {subject} {word}." in (LEAVES[subject, name].help or "")
        found, command, _ = program.get_command(None, subject).resolve_command(None, [word])
        assert (found, command.name) == (name, name)


def test_a_mandat_is_asked_for_by_either_word(in_2016: Typist) -> None:
    refused = in_2016("versement", "mandater", "RIEN")
    assert (refused.code, "RIEN" in refused.err) == (1, True)
    assert in_2016("versement", "mandater", "--help").out.startswith("Utilisation : cofiville versement ordonner")
