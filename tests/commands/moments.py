"""The example year stopped at some of its moments: bases on which the examples of the help are typed."""

from __future__ import annotations

import shutil
from contextlib import chdir
from pathlib import Path

from typer.main import get_command

import cli
from ledger.commands.access import sharing
from ledger.commands.demo import BASE, _write_inputs
from ledger.commands.example.acts import commands_of, written_acts
from ledger.commands.example.player import Player

BEFORE = (
    ("exercice", "ouvrir"),
    ("allocation", "proposer"),
    ("allocation", "valider"),
    ("allocation", "accorder"),
    ("convention", "recevoir"),
    ("convention", "signer"),
    ("versement", "ordonner"),
    ("versement", "payer"),
    ("recette", "titrer"),
    ("cloture", "executer"),
    ("bilan", "saisir"),
    ("recouvrement", "emettre"),
    ("recouvrement", "compenser"),
    ("reversement", "rendre"),
)


def play_moments(folder: Path) -> list[Path]:
    """The folders of the moments, in the order of the year: each holds the base and the files it had then.

    A moment is what stands just before the first act of each kind of BEFORE; the last one is the end.
    """
    work = folder / "annee"
    work.mkdir(parents=True)
    moments: list[Path] = []
    seen: set[tuple[str, str]] = set()

    def keep() -> None:
        moments.append(folder / f"moment-{len(moments):02d}")
        shutil.copytree(work, moments[-1])

    with chdir(work):
        _write_inputs(work)
        player = Player(get_command(cli.app), BASE)
        for act in written_acts():
            kind = (act[0], act[1] if len(act) > 1 else "")
            if kind in BEFORE and kind not in seen:
                seen.add(kind)
                keep()
            with sharing():
                for words in commands_of(act, player.ask):
                    player.act(words)
        keep()
    return moments
