"""A person at a terminal of eighty columns: the program in it, questions waited for and answered."""

from __future__ import annotations

import re
import sys
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from tests.bases import ROOT, clean_environment
from tests.processes import become, forking

LINES, COLUMNS = 24, 80
PATIENCE = 90
_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_CLEARED = re.compile(r"\r?\x1b\[2K|\x1b\[1A")


class Seat:
    """One terminal, in which command lines are typed one after the other on one base.

    started: whether each starts the program as a shell does; else it goes on in a copy of this process, which has it.
    program: the installed program that is started, in place of this copy's.
    """

    def __init__(self, folder: Path, base: str, *, started: bool = False, program: Path | None = None) -> None:
        self._folder = folder
        self._base = base
        self._started = started or program is not None
        self._program = [str(program)] if program else [sys.executable, str(ROOT / "cli.py")]

    def types(self, *words: str | int, answers: tuple[tuple[str, str], ...] = (), patience: int = PATIENCE) -> str:
        """The last screen of a command that asked these questions in this order, got these answers and ended well.

        A question that does not come, or one more than expected, runs out of patience: it fails, it never hangs.
        """
        code, screen = self.tries(*words, answers=answers, patience=patience)
        assert code == 0, screen
        return screen

    def tries(
        self, *words: str | int, answers: tuple[tuple[str, str], ...] = (), patience: int = PATIENCE
    ) -> tuple[int, str]:
        """As `types`, with the exit code, whatever it is."""
        import pexpect

        environment = clean_environment() | {
            "TERM": "xterm",
            "COFIVILLE_CONFIGURATION": str(self._folder / "cofiville.toml"),
        }
        line = [*self._program, "--base", self._base, "--agent", "personne", *map(str, words)]
        copied = None if self._started else partial(become, line[1:], self._folder, environment)
        with forking():
            child: Any = pexpect.spawn(
                line[0],
                line[1:],
                cwd=str(self._folder),
                env=environment,
                encoding="utf-8",
                dimensions=(LINES, COLUMNS),
                timeout=patience,
                preexec_fn=copied,
            )
        with child:
            child.logfile_read = sent = StringIO()
            for question, answer in answers:
                found = child.expect_exact([question, pexpect.EOF, pexpect.TIMEOUT])
                assert found == 0, f"« {question} » was not asked: {last_screen(sent.getvalue())}"
                child.sendline(answer)
            ended = child.expect([pexpect.EOF, pexpect.TIMEOUT])
            assert ended == 0, f"it waits for ever: {last_screen(sent.getvalue())}"
            child.close()
            assert child.exitstatus is not None, f"ended by signal {child.signalstatus}"
            return child.exitstatus, last_screen(sent.getvalue())


def last_screen(sent: str) -> str:
    """What stays to be read once bars and erased lines are gone."""
    return _CONTROLS.sub("", _CLEARED.split(sent)[-1]).replace("\r", "").strip("\n")
