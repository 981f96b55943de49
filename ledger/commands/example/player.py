"""Playing command lines in this process, through the program itself: what is played can be typed."""

from __future__ import annotations

import json
import re
from contextlib import redirect_stderr, redirect_stdout
from contextvars import copy_context
from io import StringIO
from typing import TYPE_CHECKING, Any

from ledger.commands.declaring.choices import unattended
from ledger.core.errors import LedgerError

if TYPE_CHECKING:
    from ledger.commands.declaring.caller import LineRunner

_AGENT = "exemple"
_BARE = re.compile(r"[\w./:,-]+")


def typed(words: list[str]) -> str:
    """The words as one line that a terminal takes back, on Windows as elsewhere: in double quotes where needed."""
    assert not any(set(word) & set('"$`\\%!') for word in words)
    return " ".join(word if _BARE.fullmatch(word) else f'"{word}"' for word in words)


class ActRefused(LedgerError):
    """A command that was played was refused."""

    code = "acte_refuse"


class Player:
    """Runs commands on one base, silently, and keeps the lines that act."""

    def __init__(self, lines: LineRunner, base: str) -> None:
        self._runner = lines
        self._globals = ["--base", base, "--agent", _AGENT]
        self.lines: list[str] = []

    def ask(self, words: list[str]) -> Any:
        """The JSON answer of a command. raises: ActRefused, with what the command said."""
        out, err = StringIO(), StringIO()
        try:
            with unattended(), redirect_stdout(out), redirect_stderr(err):
                copy_context().run(self._runner.run_program, [*self._globals, "--json", *words])
        except SystemExit as end:
            if end.code:
                raise self._refused(words, err.getvalue() or out.getvalue()) from None
        return json.loads(out.getvalue())

    def act(self, words: list[str]) -> Any:
        """As `ask`, and the line is kept as it can be typed again."""
        answer = self.ask(words)
        self.lines.append(typed(["cofiville", *self._globals, *words]))
        return answer

    def _refused(self, words: list[str], said: str) -> ActRefused:
        try:
            lines = json.loads(said)
        except ValueError:
            lines = {}
        problem = f"{lines['probleme']} {lines['remede']}" if "probleme" in lines else said.strip()
        return ActRefused(
            f"« cofiville {typed(words)} » a été refusée : {problem}",
            "Corrigez les fichiers de l'exemple, ou signalez ce défaut : rien d'autre n'est touché.",
        )
