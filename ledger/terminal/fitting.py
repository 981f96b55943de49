"""Sentences on a narrow screen: lines end between words, and a command stays whole, to be copied."""

from __future__ import annotations

import shutil
from textwrap import wrap
from typing import Any, TextIO, cast

_COMMAND = "cofiville "
_LEAST = 20
# Rich ends a line at any space, these too: it is given signs of no alphabet in their place.
_NO_BREAK = {"\u00a0": "\ue000", "\u202f": "\ue001"}
_HELD = str.maketrans(_NO_BREAK)
_WRITTEN = str.maketrans({sign: space for space, sign in _NO_BREAK.items()})


def held(text: str) -> str:
    """The text as it is given to what cuts lines at every space: an amount in it is one word. See unbroken."""
    return text.translate(_HELD)


def unbroken(stream: TextIO) -> TextIO:
    """This stream, on which what is `held` is written with its no-break spaces."""
    return cast(TextIO, _Unbroken(stream))


class _Unbroken:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write the text, its no-break spaces back."""
        return self._stream.write(text.translate(_WRITTEN))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def fitted(text: str, stream: TextIO, hanging: int = 0) -> str:
    """The text, cut between words where this stream is a terminal too narrow for it; unchanged elsewhere.

    A command goes to a line of its own rather than being cut. hanging: the columns left blank under the first line.
    """
    if not stream.isatty():
        return text
    width = shutil.get_terminal_size().columns
    return "\n".join(_fitted_line(line, width, hanging) for line in text.split("\n"))


def _fitted_line(line: str, width: int, hanging: int) -> str:
    words = line.lstrip(" ")
    margin = " " * (len(line) - len(words))
    if len(line) <= width or width - len(margin) < _LEAST:
        return line
    before, command, after = words.partition(_COMMAND)
    lines = wrap(
        before,
        width,
        initial_indent=margin,
        subsequent_indent=margin + " " * hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    if command and lines and len(lines[-1]) + 1 + len(command + after) <= width:
        lines[-1] += f"{'' if before.endswith('(') else ' '}{command}{after}"
    elif command:
        lines.append(f"{margin}{' ' * hanging}{command}{after}")
    return "\n".join(lines)
