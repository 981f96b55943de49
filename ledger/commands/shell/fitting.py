"""Sentences on a narrow screen: lines end between words, and a command stays whole, to be copied."""

from __future__ import annotations

import shutil
from textwrap import wrap
from typing import TextIO

_COMMAND = "cofiville "
_LEAST = 20


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
