"""What a command gave, as the parts of a page: sentences, and tables whose codes lead to their own screens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.core.field import NUMBERS, Field, Kind
from ledger.core.money import Money
from ledger.core.words import cell_text
from ledger.page.values import shown_amount

if TYPE_CHECKING:
    from ledger.commands.outcome import Outcome
    from ledger.reports.listing import Listing

Link = Callable[[str, str, str], str]
_COMMAND = re.compile(r"(cofiville(?: [^\s,;:.()«»]+(?:\.[\w]+)?)+)")
_NUMERIC = NUMBERS | {Kind.ORDINAL}


class Cell(NamedTuple):
    """A cell: what is read, what it is sorted by, where it leads, whether it stands on the right."""

    text: str
    sort: str | None
    link: str
    number: bool
    code: bool = False


class ColumnHead(NamedTuple):
    """The head of a column: its words, whether it holds numbers, whether its foot adds it up, of what kind."""

    text: str
    number: bool
    summed: bool
    amount: bool
    help: str


class TableShown(NamedTuple):
    """A table of a page."""

    title: str
    heads: list[ColumnHead]
    rows: list[tuple[bool, list[Cell]]]
    foot: list[str] | None
    notes: tuple[str, ...]
    empty: str


def parts_shown(outcome: Outcome, link: Link) -> Iterator[dict[str, Any]]:
    """The parts in order: {"text"} for a sentence, its "lead" where it has one, {"table"} for a listing."""
    from ledger.reports.listing import Listing

    answer = outcome.answer
    for part in outcome.shown or ((answer,) if isinstance(answer, Listing) else ()):
        if isinstance(part, Listing):
            yield {"table": _table(part, link)}
        elif isinstance(part, str):
            yield {"text": part, "lead": "", "pieces": pieces(part)}
        else:
            yield {"text": part.text, "lead": part.lead.strip(), "pieces": pieces(part.text)}
    for trouble in outcome.troubles:
        yield {"text": trouble, "lead": "", "pieces": pieces(trouble), "alert": True}


def pieces(text: str) -> list[tuple[bool, str]]:
    """The text cut at the commands it names: whether each piece is one, and its words."""
    return [(bool(index % 2), piece) for index, piece in enumerate(_COMMAND.split(text)) if piece]


def _table(listing: Listing, link: Link) -> TableShown:
    fields = [each for each in listing.fields if each.shown]
    numeric = [_holds_numbers(each, listing) for each in fields]
    totals = listing.totals() if len(listing.rows) > 1 else {}
    heads = [
        ColumnHead(each.heading, number, each.name in totals, each.kind is Kind.AMOUNT, each.help)
        for each, number in zip(fields, numeric, strict=True)
    ]
    rows = [
        (
            place in listing.alerts,
            [_cell(each, row, number, link) for each, number in zip(fields, numeric, strict=True)],
        )
        for place, row in enumerate(listing.rows)
    ]
    foot = [listing.total, *(cell_text(totals.get(each.name, "")) for each in fields[1:])] if totals else None
    return TableShown(listing.title, heads, rows, foot, listing.notes, listing.empty)


def _holds_numbers(field: Field, listing: Listing) -> bool:
    values = [row[field.name] for row in listing.rows]
    held = any(isinstance(each, (Money, int)) and not isinstance(each, bool) for each in values)
    return not field.many and (held or field.kind in _NUMERIC)


def _cell(field: Field, row: Any, number: bool, link: Link) -> Cell:
    value = row[field.name]
    text = cell_text(field.label(value))
    single = isinstance(value, (str, int)) and not isinstance(value, bool)
    leads = link(field.name, str(value), str(row.get("exercice") or "")) if single and text else ""
    return Cell(text, shown_amount(value), leads, number, text.startswith("cofiville "))
