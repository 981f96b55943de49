"""Commands typed in process on a base of their own."""

from __future__ import annotations

import pytest

from tests.conftest import Typist


@pytest.fixture
def in_2016(cofiville: Typist) -> Typist:
    """Type a command line on a base whose exercice 2016 is open."""
    assert cofiville("exercice", "ouvrir", 2016).code == 0
    return cofiville


def notify(typist: Typist, piece: str) -> None:
    """Open 10 € of credits on the piece of this name."""
    line = ("enveloppe", "notifier", "ETAT-PDV-DRE", 2016, 10, "--piece", piece, "--le", "2016-02-01")
    assert typist(*line).code == 0
