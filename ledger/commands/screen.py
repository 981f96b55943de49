"""What a command shows: one JSON document for scripts, sentences and tables for people."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, TextIO

from ledger.commands.choices import chosen
from ledger.core.money import Money
from ledger.core.period import french_day
from ledger.core.rate import french_rate

_WIDTH_OF_FILES = 400


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
    from rich import box
    from rich.table import Table

    every = [*rows, *([totals] if totals is not None else [])]
    shown = Table(
        title=title, title_justify="left", title_style="", box=box.SIMPLE_HEAD, show_footer=totals is not None
    )
    for index, name in enumerate(columns):
        right = any(isinstance(row[index], (Money, Fraction, int)) and row[index] is not True for row in every)
        footer = cell(totals[index]) if totals is not None else ""
        shown.add_column(
            name, footer, justify="right" if right else "left", no_wrap=right, header_style="", footer_style=""
        )
    for row in rows:
        shown.add_row(*(cell(value) for value in row))
    console(sys.stdout).print(shown)


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
