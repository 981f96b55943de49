"""The example year as `cofiville demo` makes it, stopped at some of its moments: bases on which examples are typed."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.main import get_command

import cli
from ledger.commands.example.acts import FIRST_ACTS, Words, written_acts
from ledger.commands.home import demo
from ledger.commands.home.demo_folder import BASE

END = "fin"


class PlayedYear(NamedTuple):
    """The example played once: its folder with both contracts, what the command answered, the folders of its moments.

    moments: in the order of the year; each holds the base and the files that the first contract had then.
    """

    folder: Path
    answer: Any
    moments: dict[str, Path]


def play_example(folder: Path, before: Collection[str] = ()) -> PlayedYear:
    """Play the example in this folder, and keep its moments there.

    before: the first words of an act ("convention signer"); the moment so named is just before the first such act. The
    last one, END, is the end of the first contract's year, before the second contract has any.
    """
    named = _named(before)
    moments: dict[str, Path] = {}

    def keep(_label: str, done: int, _whole: int) -> None:
        if name := named.get(done):
            moments[name] = _copied(Path.cwd(), folder / name.replace(" ", "-").replace("%", ""))

    out = StringIO()
    with _told(keep), redirect_stdout(out), pytest.raises(SystemExit) as ended:
        get_command(cli.app).main(["--json", "demo", "--dossier", str(folder / "exemple")], "cofiville")
    assert ended.value.code == 0
    assert {*before, END} == set(moments)
    return PlayedYear(folder / "exemple", json.loads(out.getvalue()), moments)


@contextmanager
def _told(keep: Callable[[str, int, int], None]) -> Iterator[None]:
    """The example tells how far it is to this function, in the folder where it is being made."""

    @contextmanager
    def telling() -> Iterator[Callable[[str, int, int], None]]:
        yield keep

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(demo, "shown_progress", telling)
        yield


def _copied(year: Path, moment: Path) -> Path:
    """A copy of the year as it stands, its base in one file although the program has it open."""
    shutil.copytree(year, moment, ignore=shutil.ignore_patterns("*-shm"))
    if (moment / BASE).exists():
        with closing(sqlite3.connect(moment / BASE)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return moment


def _named(before: Collection[str]) -> dict[int, str]:
    """By the number of acts done, the name of the moment: what comes next is the first of its kind, or nothing does."""
    waiting, acts = set(before), list(written_acts(FIRST_ACTS))
    named = {len(acts): END}
    for done, act in enumerate(acts):
        if kind := next((words for words in _beginnings(act) if words in waiting), ""):
            waiting.remove(kind)
            named[done] = kind
    return named


def _beginnings(act: Words) -> tuple[str, str]:
    return act[0], " ".join(act[:2])
