"""The example year stopped at some of its moments: bases on which the examples of the help are typed."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import chdir
from itertools import groupby
from pathlib import Path

from typer.main import get_command

import cli
from ledger.commands.declaring.access import sharing
from ledger.commands.example.acts import FIRST_ACTS, SECOND_ACTS, Words, commands_played, written_acts
from ledger.commands.example.player import Player
from ledger.commands.home.demo import _write_inputs
from ledger.commands.home.demo_folder import BASE
from ledger.terminal.program import Root

END = "fin"


def play_moments(folder: Path, before: Collection[str]) -> dict[str, Path]:
    """The folders of the moments, in the order of the year: each holds the base and the files it had then.

    before: the first words of an act ("convention signer"); the moment so named is just before the first such act. The
    last one, END, is the end of the year.
    """
    work = folder / "annee"
    work.mkdir(parents=True)
    moments: dict[str, Path] = {}

    def keep(name: str) -> None:
        moments[name] = folder / name.replace(" ", "-").replace("%", "")
        shutil.copytree(work, moments[name])

    with chdir(work):
        _write_inputs(work)
        for name, acts in _parts(before):
            if name:
                keep(name)
            _play(acts)
        keep(END)
    assert set(before) < set(moments)
    return moments


def play_second_contract(folder: Path) -> None:
    """Live the year of the second contract on the base of this folder, which is at the end of the first one's."""
    with chdir(folder):
        _play(written_acts(SECOND_ACTS))


def _play(acts: Iterable[Words]) -> None:
    """Play these acts on the base of the current folder."""
    program = get_command(cli.app)
    assert isinstance(program, Root)
    player = Player(program, BASE)
    with sharing():
        for act in acts:
            for words in commands_played(act, player.ask):
                player.act(words)


def _parts(before: Collection[str]) -> Iterator[tuple[str, list[Words]]]:
    """The acts of the first contract in order, cut before the first act of each kind."""
    waiting, name = set(before), ""
    named = []
    for act in written_acts(FIRST_ACTS):
        kind = next((words for words in (act[0], " ".join(act[:2])) if words in waiting), "")
        if kind:
            waiting.remove(kind)
            name = kind
        named.append((name, act))
    for name, group in groupby(named, lambda pair: pair[0]):
        yield name, [act for _, act in group]
