"""Every screen of the example year fits a narrow terminal: no word is broken, nothing to retype is cut."""

from __future__ import annotations

import re
import shlex
import shutil
from contextlib import chdir, redirect_stdout, suppress
from contextvars import copy_context
from pathlib import Path

import pytest
from typer.main import get_command

import cli
from ledger.closing.vocabulary import PointKind
from ledger.commands.declaring.access import sharing
from tests.bases import ROOT
from tests.commands.examples import ELSEWHERE, FIRST, NAMED, example
from tests.commands.moments import END
from tests.commands.test_past_stays import _writes
from tests.commands.test_tree import LEAVES
from tests.snapshots import OF_THE_MACHINE
from tests.terminal.test_options import Terminal

pytestmark = [pytest.mark.long, pytest.mark.sqlite, pytest.mark.xdist_group("moments")]

_DRAWN = re.compile(r"[─━│]+")
_LEFT_OUT = re.compile(r"À zéro partout, non montré : [^.]*\.", re.DOTALL)


def _reads(path: tuple[str, ...]) -> bool:
    """Whether the example of this command only reads, at the end of the year."""
    name, command = " ".join(path), LEAVES[path]
    written = any(each.name in ("fichier", "dossier", "remplacer") for each in command.params)
    return name not in {*OF_THE_MACHINE, *ELSEWHERE, *FIRST, *NAMED} and not written and not _writes(command.callback)


def _shown(line: str, columns: int, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", str(columns))
    out = Terminal()
    with redirect_stdout(out), suppress(SystemExit):
        copy_context().run(get_command(cli.app).main, shlex.split(line)[1:], "cofiville")
    return re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())


def _words(screen: str) -> set[str]:
    """The words of a screen, an amount being one; what is drawn is none."""
    return set(re.findall(r"[^ \n]+", _DRAWN.sub(" ", screen)))


def test_no_screen_of_the_example_year_breaks_a_word_at_eighty_or_sixty_columns(
    moments: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F40: each word shown on a narrow screen is a word of a wide one, and each line has room, but for a command."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COFIVILLE_BASE", "cofiville.db")
    shutil.copytree(moments[END], tmp_path / "annee")
    broken = []
    with chdir(tmp_path / "annee"), sharing():
        for path in filter(_reads, LEAVES):
            line = example(path)
            wide = _words(_shown(line, 400, monkeypatch))
            for columns in (80, 60):
                screen = _shown(line, columns, monkeypatch)
                cut = [word for word in _words(_LEFT_OUT.sub("", screen)) if word not in wide]
                long = [
                    each for each in screen.splitlines() if len(each.rstrip()) > columns and "cofiville " not in each
                ]
                if cut or long:
                    broken.append((line, columns, cut[:5], long[:2]))
    assert broken == [], "\n".join(map(str, broken))


def test_every_kind_of_point_before_a_closing_has_its_words() -> None:
    """F40: a closing is summed up by kinds; those of the audit of the base are told as such."""
    text = "".join((ROOT / "ledger" / "closing" / f"{name}.py").read_text() for name in ("checks", "check_conventions"))
    kinds = set(re.findall(r'^ +"([a-z]+_[a-z_]+)",$|\("([a-z]+_[a-z]+)", state|"(\w+)" if', text, re.M))
    found = {word for words in kinds for word in words if word}
    assert len(found) > 20
    assert found <= set(PointKind)
