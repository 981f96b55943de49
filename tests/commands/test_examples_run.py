"""The example of each command, typed on the example year at its end or at the moment named, does what it says.

What it wrote is sealed: replayed, the acts of the base say every row it holds.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acts import unsealed_rows
from tests.commands.examples import ELSEWHERE, FIRST, NAMED, at_its_moment
from tests.commands.test_tree import LEAVES
from tests.guide import screen

BASE = Path("cofiville.db")
pytestmark = [pytest.mark.sqlite, pytest.mark.xdist_group("moments")]


def test_each_command_named_exists() -> None:
    known = {" ".join(path) for path in LEAVES}
    assert {*ELSEWHERE, *NAMED, *FIRST} <= known
    assert not set(ELSEWHERE) & {*NAMED, *FIRST}


@pytest.mark.parametrize("path", [path for path in LEAVES if " ".join(path) not in ELSEWHERE], ids=" ".join)
def test_the_example_of_every_command_does_what_it_says(
    path: tuple[str, ...], moments: dict[str, Path], tmp_path: Path
) -> None:
    with at_its_moment(path, moments, tmp_path) as line:
        before = BASE.read_bytes()
        code, said = screen(line)
        unsealed = unsealed_rows(str(BASE)) if BASE.read_bytes() != before else []
    assert code == 0, f"{line}\n{said}"
    assert unsealed == [], f"{line} wrote rows that no act says"
