"""Finding things of the contract by words and amounts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import Session

from ledger.core.identifiers import plain_words
from ledger.core.money import Money
from ledger.core.words import typed_word
from ledger.journal.fields import AMOUNT
from ledger.reports.search.tables import SEARCHED, SEARCHED_GENRES, SearchedRows
from ledger.reports.search.terms import SearchTerm

_ENTRY = "écriture"
MOST_FOUND = 500
"""How many rows are read of each way a kind of thing is found: the latest ones."""


class FoundThing(NamedTuple):
    """What answers a search. title: what it is called. amount: the one looked for, `what` says of what it is.

    found_in: the fields that hold the terms, in the order of these, as people name them.
    """

    genre: str
    code: str
    year: int | None
    title: str
    amount: Money | None
    what: str
    command: str
    found_in: tuple[str, ...]


def find_things(session: Session, terms: Sequence[SearchTerm], genres: Collection[str]) -> list[FoundThing]:
    """What holds every one of these terms, kind by kind, the latest year first. genres: of these kinds; all if none.

    An act found as what it is (a mandat, a titre) is not found again as its entry.
    """
    found: dict[tuple[str, str], FoundThing] = {}
    entries: set[int] = set()
    for searched in SEARCHED:
        if searched.genre not in (genres or SEARCHED_GENRES):
            continue
        for thing, entry in _found_among(session, searched, terms):
            if searched.genre != _ENTRY:
                entries.add(entry)
            elif entry in entries:
                continue
            found.setdefault((thing.genre, thing.code), thing)
    typed = " ".join(each.typed for each in terms).casefold()
    return sorted(
        found.values(),
        key=lambda each: (SEARCHED_GENRES.index(each.genre), each.code.casefold() != typed, -(each.year or 0)),
    )


def _found_among(
    session: Session, searched: SearchedRows, terms: Sequence[SearchTerm]
) -> Iterator[tuple[FoundThing, int]]:
    """What is found among these rows, and the number of its entry, 0 where it has none."""
    if searched.amount_only and not any(each.amounts for each in terms):
        return
    for code, year, of, entry, amount, *texts in session.execute(_asked(session, searched, terms)):
        looked_for = any(each.is_amount(amount) for each in terms)
        command = searched.command.format(code=typed_word(str(code)), year=year, of=of)
        thing = FoundThing(
            searched.genre,
            str(code),
            year.year if isinstance(year, date) else year,
            ", ".join(str(text) for text in texts[: len(searched.title)] if text),
            amount if looked_for else None,
            searched.what if looked_for else "",
            f"cofiville {command}",
            _found_in(searched, terms, texts, amount),
        )
        yield thing, entry or 0


def _found_in(
    searched: SearchedRows, terms: Sequence[SearchTerm], texts: Sequence[Any], amount: Money | None
) -> tuple[str, ...]:
    """For each term, the amount that it is, else the first text that holds it; each field named once."""
    read = [(title, plain_words(str(text))) for title, text in zip(searched.column_titles, texts, strict=True) if text]
    found = []
    for term in terms:
        if term.is_amount(amount):
            found.append(searched.what or AMOUNT.title)
        else:
            found.extend([title for title, text in read if term.plain in text][:1])
    return tuple(dict.fromkeys(found))


def _asked(session: Session, searched: SearchedRows, terms: Sequence[SearchTerm]) -> Select[Any]:
    """The rows that hold every term, the latest first."""
    operator = "GLOB" if session.get_bind().dialect.name == "sqlite" else "~"
    columns = (*searched.title, *searched.texts)
    amounts = [_between(searched.amount, each) for each in terms if each.amounts and searched.amount is not None]
    asked = searched.read
    if searched.amount_only:
        asked = asked.where(or_(*amounts))
    if not (searched.amount_only and len(terms) == 1):
        asked = asked.where(and_(*(_holds(searched, columns, each, operator) for each in terms)))
    latest = (searched.code,) if searched.year is None else (searched.year.desc(), searched.code)
    return asked.order_by(*latest).limit(MOST_FOUND)


def _holds(searched: SearchedRows, columns: Sequence[Any], term: SearchTerm, operator: str) -> ColumnElement[bool]:
    patterns = [f"*{each}*" if operator == "GLOB" else each for each in term.patterns]
    ways = [column.op(operator, is_comparison=True)(pattern) for column in columns for pattern in patterns]
    if term.amounts and searched.amount is not None:
        ways.append(_between(searched.amount, term))
    return or_(*ways)


def _between(amount: Any, term: SearchTerm) -> ColumnElement[bool]:
    assert term.amounts is not None
    found: ColumnElement[bool] = amount.between(*term.amounts)
    return found
