"""Commands typed in process on a base of their own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.commands.examples import BEFORE
from tests.commands.moments import PlayedYear, play_example
from tests.conftest import Typist
from tests.guide import in_a_folder
from tests.statements import every_statement


@pytest.fixture(scope="session")
def asked_in_the_year() -> set[str]:
    """The statements asked while the moments of the year are played, filled by `example_played`."""
    return set()


@pytest.fixture(scope="session")
def example_played(tmp_path_factory: pytest.TempPathFactory, asked_in_the_year: set[str]) -> PlayedYear:
    """The example year, played once for all that is looked at in it."""
    with in_a_folder(), every_statement() as asked:
        del os.environ["COFIVILLE_BASE"]
        played = play_example(tmp_path_factory.mktemp("exemple"), tuple(BEFORE))
    asked_in_the_year |= asked
    return played


@pytest.fixture(scope="session")
def moments(example_played: PlayedYear) -> dict[str, Path]:
    """The folders of the moments of the example year at which the examples of the help are typed."""
    return example_played.moments


def notify(typist: Typist, piece: str) -> None:
    """Open 10 € of credits on the piece of this name."""
    line = ("enveloppe", "notifier", "ETAT-PDV-DRE", 2016, 10, "--piece", piece, "--le", "2016-02-01")
    assert typist(*line).code == 0
