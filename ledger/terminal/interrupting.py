"""Ctrl-C is heard wherever it falls, also where Python cannot raise it."""

from __future__ import annotations

import sys
from _thread import interrupt_main
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_SOON = 0.01


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise again, a moment later, an interruption that fell in a finaliser: Python would only print it."""
    usual = sys.unraisablehook

    def heard(lost: UnraisableHookArgs) -> None:
        if isinstance(lost.exc_value, KeyboardInterrupt):
            from threading import Timer

            again = Timer(_SOON, interrupt_main)
            again.daemon = True
            again.start()
        else:
            usual(lost)

    sys.unraisablehook = heard
    try:
        yield
    finally:
        sys.unraisablehook = usual
