"""Commands typed in process on a base of their own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.commands.examples import BEFORE
from tests.commands.moments import play_moments
from tests.conftest import Typist
from tests.guide import in_a_folder
from tests.statements import every_statement


@pytest.fixture(scope="session")
def asked_in_the_year() -> set[str]:
    """The statements asked while the moments of the year are played, filled by `moments`."""
    return set()


@pytest.fixture(scope="session")
def moments(tmp_path_factory: pytest.TempPathFactory, asked_in_the_year: set[str]) -> dict[str, Path]:
    """The folders of the moments of the example year at which the examples of the help are typed."""
    with in_a_folder(), every_statement() as asked:
        del os.environ["COFIVILLE_BASE"]
        played = play_moments(tmp_path_factory.mktemp("moments"), tuple(BEFORE))
    asked_in_the_year |= asked
    return played


def notify(typist: Typist, piece: str) -> None:
    """Open 10 € of credits on the piece of this name."""
    line = ("enveloppe", "notifier", "ETAT-PDV-DRE", 2016, 10, "--piece", piece, "--le", "2016-02-01")
    assert typist(*line).code == 0
