"""What a command shows: one JSON document for scripts, sentences and tables for people."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Literal, TextIO

from ledger.commands.choices import chosen
from ledger.core.money import Money
from ledger.core.period import french_day
from ledger.core.rate import french_rate

_WIDTH_OF_FILES = 400
_LEAST_TEXT = 14
_PADDING = 2


def use_utf8() -> None:
    """Make accents safe on every output, also on a Windows console or in a file."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and (getattr(stream, "encoding", "") or "").lower() not in ("utf-8", "utf8"):
            reconfigure(encoding="utf-8", errors="replace")


def show(data: Any, render: Callable[[], None]) -> None:
    """Print `data` as one JSON document under --json, else call `render`."""
    if chosen().as_json:
        print(json.dumps(data, ensure_ascii=False, default=_for_machines))
    else:
        render()


def _for_machines(value: Any) -> Any:
    if isinstance(value, Money):
        return value.plain()
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def say(text: str) -> None:
    """A sentence for people; nothing under --json, whose one document comes from `show`."""
    if not chosen().as_json:
        print(text)


def table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], totals: Sequence[Any] | None = None
) -> None:
    """A table for people: amounts and numbers on the right, a last row of totals where given.

    rows: Money, days, rates, whole numbers, words, yes/no, or None for an empty cell.
    """
    screen = console(sys.stdout)
    words = [[cell(value) for value in row] for row in rows]
    foot = [cell(value) for value in totals] if totals is not None else None
    every = [*rows, *([totals] if totals is not None else [])]
    numbers = [any(_is_number(row[index]) for row in every) for index in range(len(columns))]
    if _least_width(columns, [*words, *([foot] if foot else [])], numbers) <= screen.width:
        screen.print(_grid(title, columns, words, foot, numbers))
    else:
        _cards(screen, title, columns, [*words, *([foot] if foot else [])])


def _is_number(value: Any) -> bool:
    return isinstance(value, (Money, Fraction, int)) and not isinstance(value, bool)


def _least_width(columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[bool]) -> int:
    """The width below which a number would be cut or a text column squeezed."""
    widest = [max(map(len, cells), default=0) for cells in zip(columns, *rows, strict=True)]
    return sum(
        (width if number else min(width, _LEAST_TEXT)) + _PADDING for width, number in zip(widest, numbers, strict=True)
    )


def _grid(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    foot: Sequence[str] | None,
    numbers: Sequence[bool],
) -> Any:
    from rich import box
    from rich.table import Table

    shown = Table(title=title, title_justify="left", title_style="", box=box.SIMPLE_HEAD, show_footer=foot is not None)
    for index, (name, number) in enumerate(zip(columns, numbers, strict=True)):
        footer = foot[index] if foot is not None else ""
        side: Literal["right", "left"] = "right" if number else "left"
        shown.add_column(name, footer, justify=side, no_wrap=number, header_style="", footer_style="")
    for row in rows:
        shown.add_row(*row)
    return shown


def _cards(screen: Any, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The rows one under the other, for a screen too narrow for the table."""
    longest = max(map(len, columns))
    screen.print(title)
    for row in rows:
        screen.print(f"\n{row[0]}")
        for name, value in zip(columns[1:], row[1:], strict=True):
            if value:
                screen.print(f"  {name:<{longest}}  {value}")


def cell(value: Any) -> str:
    """A value as people read it in a table."""
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case Money():
            return value.french()
        case date():
            return french_day(value)
        case Fraction():
            return french_rate(value)
    return str(value)


def console(stream: TextIO) -> Any:
    """A Rich console on this stream: plain outside a terminal or under NO_COLOR, wide where nothing limits it."""
    from rich.console import Console

    terminal = stream.isatty()
    plain = not terminal or bool(os.environ.get("NO_COLOR"))
    width = None if terminal else _WIDTH_OF_FILES
    return Console(file=stream, no_color=plain, highlight=False, markup=False, emoji=False, width=width)
