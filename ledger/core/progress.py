"""How far a long act has come: told to whoever asked to know."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Takes the stage under way and, where it can be counted, how much of it is done."""

    def __call__(self, stage: str, done: int = 0, whole: int = 0, /) -> None:
        """whole: 0 where the stage cannot be counted."""
        ...


def silent(_stage: str, _done: int = 0, _whole: int = 0, /) -> None:
    """A Progress that tells nobody how far the act has come."""
