"""A command killed at any instant leaves nothing half-made: typed again, it works, and what it made is sound.

COFIVILLE_EPREUVES=completes kills each a hundred times; COFIVILLE_GRAINE draws other instants.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from tests.bases import ROOT, clean_environment
from tests.commands.conftest import notify
from tests.commands.test_writes_that_fail import BASE, COPY, WRITING, sound
from tests.conftest import Typist
from tests.journal.trials import trials
from tests.processes import become, forking

SEED = int(os.environ.get("COFIVILLE_GRAINE", "20161231"))
KILLS = trials(5, 100)
NAMES = (
    *("base creer", "base sauvegarder", "base restaurer", "base migrer", "base archiver"),
    *("excel exporter", "rapport dossier"),
)
KILLED = {name: WRITING[name] for name in NAMES}

pytestmark = [pytest.mark.sqlite, pytest.mark.long]


def start(line: list[str], folder: Path) -> int:
    """The process that types this line in this folder; what it says is kept there."""
    with forking():
        child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        said = os.open(folder / "dit.txt", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        os.dup2(said, 1)
        os.dup2(said, 2)
        settings = {"COFIVILLE_CONFIGURATION": str(folder / "cofiville.toml")}
        become(["cofiville", *line], folder, clean_environment() | settings)
    return child


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
@pytest.mark.parametrize("name", KILLED)
def test_a_command_killed_is_typed_again_and_works(name: str, in_2016: Typist, tmp_path: Path) -> None:
    words, written = KILLED[name]
    line = words.split() if words.startswith("--base") else ["--base", BASE, *words.split()]
    notify(in_2016, "A")
    model = tmp_path / "modele"
    model.mkdir()
    in_2016("base", "sauvegarder", model / BASE)
    shutil.copy(model / BASE, model / COPY)
    folder = Path(shutil.copytree(model, tmp_path / "entier"))
    begun = time.monotonic()
    assert ended(start(line, folder)) == 0, (folder / "dit.txt").read_text(encoding="utf-8")
    lasts = time.monotonic() - begun
    draw = Random(f"{SEED} {name}")  # noqa: S311 - instants of kills, nothing secret
    killed = 0
    for number in range(KILLS):
        folder = Path(shutil.copytree(model, tmp_path / f"essai{number}"))
        child = start(line, folder)
        time.sleep(draw.uniform(0, lasts))
        os.kill(child, signal.SIGKILL)
        killed += ended(child) == -signal.SIGKILL
        target = folder / written
        made = target.exists()
        assert sound(folder / BASE)
        assert not made or sound(target)
        code = ended(start(line, folder))
        said = (folder / "dit.txt").read_text(encoding="utf-8")
        assert code == 0 or (made and code == 1 and "existe déjà" in said), said
        assert sound(target), said
        assert [each.name for each in folder.iterdir() if "en-cours" in each.name] == []
        shutil.rmtree(folder)
    assert killed


def killed_once(line: list[str], folder: Path, after: float) -> bool:
    """Whether this line, typed in this folder, was killed this many seconds after."""
    child = start(line, folder)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    return ended(child) == -signal.SIGKILL


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
def test_a_base_of_version_0_1_whose_raising_is_killed_is_raised_next_time(tmp_path: Path) -> None:
    line = ["--base", BASE, "base", "mettre-a-niveau"]
    old = tmp_path / BASE
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript((ROOT / "tests" / "storage" / "bases" / "0023.sqlite.sql").read_text(encoding="utf-8"))
    draw, killed, lasts = Random(f"{SEED} raise"), 0, 0.0  # noqa: S311 - instants of kills, nothing secret
    for number in range(KILLS + 1):
        folder = tmp_path / f"essai{number}"
        folder.mkdir()
        shutil.copy(old, folder / BASE)
        killed += number > 0 and killed_once(line, folder, draw.uniform(0, lasts))
        begun = time.monotonic()
        code = ended(start(line, folder))
        lasts = lasts or time.monotonic() - begun
        assert code == 0, (folder / "dit.txt").read_text(encoding="utf-8")
        assert sound(folder / BASE)
        copies = list(folder.glob("contrat.version-0023*.db"))
        assert copies or number
        for copy in copies:
            with closing(sqlite3.connect(copy)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert [each.name for each in folder.iterdir() if "en-cours" in each.name] == []
    assert killed
