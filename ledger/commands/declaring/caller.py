"""Who calls a command, and what it offers: a terminal shows how far an act has come. By default nothing is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ledger.core.progress import silent

if TYPE_CHECKING:
    from ledger.core.progress import Progress


class LineRunner(Protocol):
    """What runs command lines in this process. subjects: the groups of commands it knows, by name."""

    @property
    def subjects(self) -> Mapping[str, Any]: ...

    def run_line(self, words: Sequence[str]) -> None:
        """Run a command line as a part of the act under way. raises: what the command refuses."""

    def run_program(self, words: Sequence[str]) -> None:
        """Run a command line as the program does, global options first. raises: SystemExit, with its exit code."""

    def has_option(self, words: Sequence[str], option: str) -> bool:
        """Whether the command these words name takes this option."""


@dataclass(frozen=True, slots=True)
class Caller:
    """What calls the command under way.

    warn: tells somebody a sentence at once. progress: shows how far an act has come. lines: runs command lines.
    """

    warn: Callable[[str], None] = lambda _text: None
    progress: Callable[[], AbstractContextManager[Progress]] = lambda: nullcontext(silent)
    lines: LineRunner | None = None


_NOBODY = Caller()
_caller: ContextVar[Caller] = ContextVar("caller", default=_NOBODY)


@contextmanager
def called_by(caller: Caller) -> Iterator[None]:
    """Commands run inside are called by this one."""
    token = _caller.set(caller)
    try:
        yield
    finally:
        _caller.reset(token)


def warn(text: str) -> None:
    """Tell whoever calls a sentence, at once."""
    _caller.get().warn(text)


def shown_progress() -> AbstractContextManager[Progress]:
    """What to tell how far the act has come."""
    return _caller.get().progress()


def line_runner() -> LineRunner:
    """What runs command lines in this process."""
    lines = _caller.get().lines
    assert lines is not None, "command lines are played by the program only"
    return lines
