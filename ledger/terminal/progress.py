"""A bar on the terminal while an act goes on for more than a second; nothing on anything else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from ledger.commands.declaring.choices import chosen
from ledger.terminal.screen import console

if TYPE_CHECKING:
    from ledger.core.progress import Progress

_SECONDS = 1


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """What to tell how far the act has come; it goes away at the end, whatever the end."""
    from ledger.core.progress import silent

    if chosen().as_json or not sys.stderr.isatty():
        yield silent
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bar, begun = Progress(*columns, console=console(sys.stderr), transient=True), monotonic()
    task = bar.add_task("", total=None)

    def tell(stage: str, done: int = 0, whole: int = 0, /) -> None:
        bar.update(task, description=stage, completed=done, total=whole or None)
        if monotonic() - begun > _SECONDS:
            bar.start()

    try:
        yield tell
    finally:
        if bar.live.is_started:
            bar.stop()
