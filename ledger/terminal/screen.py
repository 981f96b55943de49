"""What a command shows: one JSON or CSV document for scripts, sentences and tables for people."""

from __future__ import annotations

import errno
import json
import os
import re
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from fractions import Fraction
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Literal, TextIO

from ledger.commands.declaring.choices import act_around, all_for_this_contract, chosen, for_this_contract
from ledger.commands.declaring.clock import LATE_CLOCK
from ledger.commands.declaring.day_notes import notes_on_days
from ledger.commands.declaring.repeating import done_already
from ledger.core.money import Money
from ledger.core.words import cell_text, one_line, without_controls
from ledger.terminal.fitting import fitted, held, unbroken

if TYPE_CHECKING:
    from ledger.commands.outcome import Outcome, Sentence
    from ledger.reports.listing import Listing

_WIDTH_OF_FILES = 400
_WHY_UNTOLD = {errno.EPIPE: "plus personne ne lit cette sortie", errno.ENOSPC: "le disque est plein"}
_LEAST_TEXT = 14
_LEAST_SENTENCE = 30
_PADDING = 3
_EDGE = 1
_LONGEST_COMMAND = 40
_ALERT = "red"
_NARROW = re.compile("[ -~\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u202f\u20ac\u2190-\u2193\u2264\u2265]*")


def use_utf8() -> None:
    """Make accents safe on every output, also on a Windows console or in a file."""
    sys.stdout = sys.stdout or _closed_output()
    sys.stderr = sys.stderr or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and (getattr(stream, "encoding", "") or "").lower() not in ("utf-8", "utf8"):
            reconfigure(encoding="utf-8", errors="replace")


def _closed_output() -> TextIO:
    """A stream for an output that was closed before the program began: writing to it fails, as to a reader gone."""
    reader, writer = os.pipe()
    os.close(reader)
    return os.fdopen(writer, "w", encoding="utf-8")


def render(outcome: Outcome, *, again: bool = False) -> None:
    """Show what a command gave: its answer as one JSON document under --json, as lines under --csv, else its words.

    Inside another act, leave it to that act. again: whether it was done already, and wrote nothing more.
    """
    from ledger.reports.listing import Listing

    answer = outcome.answer
    listing = answer if isinstance(answer, Listing) else None
    data: Any = answer if listing is None else listing.scripted_rows()
    notes = notes_on_days()
    if notes and isinstance(data, dict):
        data = {**data, "alertes": notes}
    if again and isinstance(data, dict):
        data = {**data, "deja_enregistre": True}
    if (around := act_around()) is not None:
        around.shown = json.loads(json.dumps(data, default=_for_machines))
    elif chosen().as_json:
        print(json.dumps(all_for_this_contract(data), ensure_ascii=False, default=_for_machines))
    elif chosen().as_csv:
        from ledger.exchange.export.report import csv_text

        rows = all_for_this_contract(data)
        print(csv_text(rows if isinstance(rows, list) else [rows]), end="")
    else:
        show_parts(outcome.shown or ((listing,) if listing else ()))
        if again and not any("déjà" in str(part) for part in outcome.shown):
            say("Déjà enregistré : rien n'a changé.")
        for each in notes:
            say(_note_words(each))
        if any(each["code"] != LATE_CLOCK for each in notes):
            say(
                "→ Vérifiez la date de l'acte ; si elle est fausse : cofiville journal corriger --motif MOTIF"
                " NUMERO COMMANDE."
            )
    untold = notes if chosen().for_machines and not isinstance(data, dict) else ()
    for trouble in (*outcome.troubles, *map(_note_words, untold)):
        print(fitted(for_this_contract(trouble), sys.stderr), file=sys.stderr)


def _note_words(note: Mapping[str, str]) -> str:
    return f"Attention, {note['objet']} : {note['message'][0].lower()}{note['message'][1:]}"


def render_or_tell(outcome: Outcome, *, recorded: bool, made: bool) -> None:
    """Render; where the output is closed or full, what was done for good is told on the error output instead.

    recorded: whether the command wrote an act. made: whether it put something else in its place, a file or a base.
    raises: BrokenPipeError, OSError of a command that did neither.
    """
    again = done_already()
    try:
        render(outcome, again=again)
        sys.stdout.flush()
    except OSError as trouble:
        forget_output()
        if not (recorded or made or again):
            raise
        why = _WHY_UNTOLD.get(trouble.errno or 0, "cette sortie ne peut pas être écrite")
        told = [part for part in outcome.shown if isinstance(part, str)]
        done = "L'acte est enregistré" if recorded or again else "C'est fait"
        print(f"{done}, mais {why}.", *told, sep="\n", file=sys.stderr)


def forget_output() -> None:
    """What is still to be written on the output goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    finally:
        os.close(nowhere)


def _for_machines(value: Any) -> Any:
    if isinstance(value, Money):
        return value.plain()
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if is_dataclass(value) and not isinstance(value, type):
        return all_for_this_contract(asdict(value))
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def show_parts(parts: Iterable[str | Sentence | Listing]) -> None:
    """Sentences and listings for people, in order."""
    from ledger.reports.listing import Listing

    for part in parts:
        if isinstance(part, Listing):
            _show_listing(part)
        elif isinstance(part, str):
            say(part)
        else:
            _say_after(part.lead, part.text)


def _show_listing(listing: Listing) -> None:
    """The listing as a table with its totals, then how to read it; where it has no row, the sentence that says so."""
    if not listing.rows and listing.empty:
        say(listing.empty)
        return
    shown = [each for each in listing.fields if each.shown]
    totals = listing.totals()
    foot = [listing.total, *(totals.get(each.name, "") for each in shown[1:])]
    table(
        listing.title,
        [each.heading for each in shown],
        [[_shown(each.label(row[each.name])) for each in shown] for row in listing.rows],
        foot if totals and len(listing.rows) > 1 else None,
        alerts=listing.alerts,
    )
    for note in listing.notes:
        say(note)


def _shown(value: Any) -> Any:
    return for_this_contract(one_line(value)) if isinstance(value, str) else value


def say(text: str) -> None:
    """A sentence for people; nothing under --json or --csv, whose one document comes from `render`."""
    if not chosen().for_machines:
        print(fitted(for_this_contract(without_controls(text)), sys.stdout))


def _say_after(lead: str, text: str) -> None:
    """A sentence after its lead (a margin, an amount); what overflows the screen goes on under the sentence."""
    width_left = max(console(sys.stdout).width - len(lead), _LEAST_SENTENCE)
    lines = wrap(text, width_left, break_long_words=False, break_on_hyphens=False) or [""]
    for index, line in enumerate(lines):
        say(f"{lead if index == 0 else ' ' * len(lead)}{line}")


def table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    totals: Sequence[Any] | None = None,
    *,
    alerts: Collection[int] = (),
) -> None:
    """A table for people: amounts and numbers on the right, a last row of totals where given.

    On a screen too narrow, columns of amounts that are all zero are left out and named under the table.
    rows: Money, days, rates, whole numbers, words, yes/no, or None for an empty cell. alerts: the places of the rows in
    red; what makes them so is also said in words, for a screen without colour.
    """
    columns = [name[:1].upper() + name[1:] for name in columns]
    if not sys.stdout.isatty() and (lines := _plain_lines(title, columns, rows, totals)):
        print("\n".join(lines))
        return
    screen = console(unbroken(sys.stdout))
    nil = _nil(rows) if not _fits(screen, columns, rows, totals) else []
    kept = [index for index in range(len(columns)) if index not in nil]
    _draw(
        screen,
        title,
        [columns[index] for index in kept],
        [[row[index] for index in kept] for row in rows],
        [totals[index] for index in kept] if totals is not None else None,
        alerts,
    )
    if nil:
        screen.print(f"À zéro partout, non montré : {', '.join(columns[index].lower() for index in nil)}.")


def _plain_lines(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], totals: Sequence[Any] | None
) -> list[str]:
    """The table outside a terminal, where nothing is coloured, as Rich draws it: loading Rich costs more than the rest.

    Nothing where signs may be wide, or something must be cut: Rich then knows better.
    """
    words = [[cell_text(value) for value in row] for row in (columns, *rows, *([totals] if totals is not None else []))]
    widths = [max(map(len, cells)) for cells in zip(*words, strict=True)]
    whole = sum(widths) + _PADDING * len(widths) + _EDGE
    narrow = all(_NARROW.fullmatch(word) for row in words for word in row) and _NARROW.fullmatch(title)
    if not narrow or whole > _WIDTH_OF_FILES or len(title) > whole or not all(widths):
        return []
    numbers = _number_columns(columns, rows, totals)
    shown = []
    for row in words:
        sides = zip(row, widths, numbers, strict=True)
        cells = (word.rstrip(" ").rjust(width) if number else word.ljust(width) for word, width, number in sides)
        shown.append(f"  {'   '.join(cells)}  ")
    blank = " " * whole
    foot = [blank, shown.pop()] if totals is not None else []
    heading = [title.ljust(whole)] if title else []
    return [*heading, blank, shown[0], f" {'─' * (whole - 2)} ", *shown[1:], *foot, blank]


def _number_columns(columns: Sequence[str], rows: Sequence[Sequence[Any]], totals: Sequence[Any] | None) -> list[bool]:
    """Which columns hold numbers, written on the right."""
    every = [*rows, *([totals] if totals is not None else [])]
    return [any(_is_number(row[index]) for row in every) for index in range(len(columns))]


def _nil(rows: Sequence[Sequence[Any]]) -> list[int]:
    """The places of the amounts that are zero on every row."""
    columns = enumerate(zip(*rows, strict=True))
    return [index for index, values in columns if all(isinstance(each, Money) and not each for each in values)]


def _fits(screen: Any, columns: Sequence[str], rows: Sequence[Sequence[Any]], totals: Sequence[Any] | None) -> bool:
    """Whether every number stays whole on this screen."""
    every = [*rows, *([totals] if totals is not None else [])]
    numbers = _number_columns(columns, rows, totals)
    least = _least_widths(columns, [[_cell(value) for value in row] for row in every], numbers)
    return _EDGE + sum(least) + _PADDING * len(least) <= int(screen.width)


def _draw(
    screen: Any,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    totals: Sequence[Any] | None,
    alerts: Collection[int],
) -> None:
    title = held(title)
    words = [[_cell(value) for value in row] for row in rows]
    foot = [_cell(value) for value in totals] if totals is not None else None
    numbers = _number_columns(columns, rows, totals)
    if _fits(screen, columns, rows, totals):
        widths = _widths(columns, [*words, *([foot] if foot else [])], numbers, screen.width)
        screen.print(_grid(title, columns, words, foot, numbers, widths, alerts))
    else:
        _cards(screen, title, columns, [*words, *([foot] if foot else [])], alerts)


def _cell(value: Any) -> str:
    return held(cell_text(value))


def _is_number(value: Any) -> bool:
    return isinstance(value, (Money, Fraction, int)) and not isinstance(value, bool)


def _least_widths(columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[bool]) -> list[int]:
    """The width below which a number, a code or a short command would be cut, or a text column squeezed."""
    least = []
    for number, name, *cells in zip(numbers, columns, *rows, strict=True):
        whole = max(map(len, (name, *cells)))
        if not (number or _are_commands(cells)):
            longest_word = max(len(word) for cell in (name, *cells) for word in cell.split(" "))
            whole = max(min(whole, _LEAST_TEXT), longest_word)
        least.append(max(whole, 1))
    return least


def _widths(columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[bool], room: int) -> list[int]:
    """The width of each column: what it needs, then what is left to those with most to say for their width.

    Rich shares room out without looking at words, and would cut one.
    """
    widths = _least_widths(columns, rows, numbers)
    wanted = [max(map(len, cells)) for cells in zip(columns, *rows, strict=True)]
    for _ in range(room - _EDGE - sum(widths) - _PADDING * len(widths)):
        wanting = [index for index, width in enumerate(widths) if width < wanted[index]]
        if not wanting:
            break
        widths[max(wanting, key=lambda index: Fraction(wanted[index], widths[index]))] += 1
    return widths


def _grid(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    foot: Sequence[str] | None,
    numbers: Sequence[bool],
    widths: Sequence[int],
    alerts: Collection[int],
) -> Any:
    from rich import box
    from rich.table import Table

    shown = Table(title=title, title_justify="left", title_style="", box=box.SIMPLE_HEAD, show_footer=foot is not None)
    for index, (name, number, width) in enumerate(zip(columns, numbers, widths, strict=True)):
        footer = foot[index] if foot is not None else ""
        side: Literal["right", "left"] = "right" if number else "left"
        shown.add_column(name, footer, justify=side, width=width, header_style="", footer_style="")
    for index, row in enumerate(rows):
        shown.add_row(*row, style=_ALERT if index in alerts else None)
    return shown


def _are_commands(cells: Sequence[str]) -> bool:
    """Whether a column holds short commands: they stay on one line, to be copied."""
    return (
        any(cells)
        and all(not each or each.startswith("cofiville ") for each in cells)
        and (max(map(len, cells)) <= _LONGEST_COMMAND)
    )


def _cards(
    screen: Any, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], alerts: Collection[int]
) -> None:
    """The rows one under the other, for a screen too narrow for the table; a command stays whole, to be copied."""
    longest = max(map(len, columns))
    screen.print(title)
    for index, row in enumerate(rows):
        screen.print(f"\n{row[0]}", style=_ALERT if index in alerts else None)
        for name, value in zip(columns[1:], row[1:], strict=True):
            lead = f"  {name:<{longest}}  "
            whole = value.startswith("cofiville ")
            width_left = max(screen.width - len(lead), _LEAST_TEXT)
            lines = [value] if whole else wrap(value, width_left, break_long_words=False, break_on_hyphens=False)
            for line in lines if value else ():
                screen.print(f"{lead}{line}", soft_wrap=True)
                lead = " " * len(lead)
    screen.print()


def console(stream: TextIO) -> Any:
    """A Rich console on this stream: plain outside a terminal or under NO_COLOR, wide where nothing limits it."""
    from rich.console import Console

    terminal = stream.isatty()
    plain = not terminal or bool(os.environ.get("NO_COLOR"))
    width = None if terminal else _WIDTH_OF_FILES
    return Console(file=stream, no_color=plain, highlight=False, markup=False, emoji=False, width=width)
