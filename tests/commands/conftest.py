"""Commands typed in process on a base of their own."""

from __future__ import annotations

import pytest

from tests.conftest import Typist


@pytest.fixture
def in_2016(cofiville: Typist) -> Typist:
    """Type a command line on a base whose exercice 2016 is open."""
    assert cofiville("exercice", "ouvrir", 2016).code == 0
    return cofiville
