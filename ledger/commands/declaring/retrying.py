"""A command that met another writer is run again: nothing of it had been written."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ledger.core.errors import Contended

_TIMES = 3
_WAIT_SECONDS = 0.05

_commits: ContextVar[int] = ContextVar("commits", default=0)
_made: ContextVar[int] = ContextVar("made", default=0)


def note_commit() -> None:
    """Remember that the command under way has written: it must not be run again."""
    _commits.set(_commits.get() + 1)


def commits() -> int:
    """How many acts this process has written."""
    return _commits.get()


def note_made() -> None:
    """Remember that the command under way has put something in its place: a file, a base, settings."""
    _made.set(_made.get() + 1)


def made() -> int:
    """How many times this process has put something in its place, rows left aside."""
    return _made.get()


def retried(command: Callable[[], Any]) -> Any:
    """What this command gives; run again, three times at most, while another writer makes it fail before it writes.

    raises: Contended at the last time, or once something was written.
    """
    before = _commits.get()
    for turn in range(1, _TIMES + 1):
        try:
            return command()
        except Contended:
            if _commits.get() != before:
                raise
            time.sleep(_WAIT_SECONDS * turn)
    return command()
