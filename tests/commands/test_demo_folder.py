"""The folder of the example, killed at each step: the same command asks nothing, unless somebody worked there."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from ledger.commands.home.demo_folder import BASE, COMMANDS, PRINT, demonstration_made, print_of, replaceable
from tests.processes import forking

pytestmark = [
    pytest.mark.one_engine,
    pytest.mark.skipif(sys.platform == "win32", reason="neither fork nor such a signal there"),
]
NAMES = (BASE, f"{BASE}-wal", COMMANDS, "cloture_2016.xlsx")


def fill(folder: Path, what: str) -> None:
    for name in (BASE, "cloture_2016.xlsx"):
        (folder / name).write_text(f"{name} {what}", encoding="utf-8")
    (folder / COMMANDS).write_text(f"{PRINT}{print_of(folder / BASE)}\n", encoding="utf-8")


def killed_at(step: int, folder: Path) -> bool:
    """Whether a process that makes the folder again was killed before the n-th file it removes or moves there."""
    with forking():
        child = os.fork()
    if not child:
        done = 0

        def count(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal done
            if event in ("os.rename", "os.remove") and str(folder) in str(arguments[:2]):
                done += 1
                if done == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        with demonstration_made(folder, NAMES) as draft:
            fill(draft, "new")
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def test_killed_at_any_step_it_is_made_again_without_a_question(tmp_path: Path) -> None:
    step, worked_on = 1, 0
    while True:
        folder = tmp_path / f"demo{step}"
        folder.mkdir()
        fill(folder, "old")
        if not killed_at(step, folder):
            break
        assert replaceable(folder), step
        if (folder / BASE).exists():
            kept = (folder / BASE).read_bytes()
            (folder / BASE).write_bytes(b"a year of work")
            assert not replaceable(folder), step
            (folder / BASE).write_bytes(kept)
            worked_on += 1
        with demonstration_made(folder, NAMES) as draft:
            fill(draft, "again")
        assert {each.name for each in folder.iterdir()} == set(NAMES) - {f"{BASE}-wal"}
        assert (folder / BASE).read_text(encoding="utf-8").endswith("again")
        assert [each.name for each in tmp_path.iterdir() if "en-cours" in each.name] == []
        step += 1
    assert step > 2 * len(NAMES) - 1
    assert 2 <= worked_on < step
