"""A workbook that comes back, against what was sent and what the book says now. No session, no file.

What they alone changed is theirs to propose; what we alone changed meanwhile stays ours; what both changed otherwise
is a conflict that a person decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ledger.core.errors import Problem
from ledger.core.field import Value
from ledger.core.money import Money
from ledger.exchange.declaration import Column, Sheet, Values, plain_text
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row


class Side(StrEnum):
    """Who is right where both changed the same value."""

    UNDECIDED = ""
    OURS = "nous"
    THEIRS = "eux"


@dataclass(frozen=True, slots=True)
class Merged:
    """The rows to import, and what is to know of them."""

    rows: list[Row]
    problems: list[Problem]


def merge(
    sheet: Sheet, theirs: Sequence[Row], sent: Mapping[str, Values], ours: Mapping[str, Values], decide: Side
) -> Merged:
    """Each row as it should be imported: their changes kept, ours not undone, conflicts said or decided.

    sent, ours: by key. Rows that were not sent are new ones of theirs and go through unchanged.
    """
    merged = Merged([], [])
    for row in theirs:
        was, now = sent.get(row.key), ours.get(row.key)
        if was is None or now is None:
            merged.rows.append(row)
            continue
        values = dict(row.values)
        for column in sheet.columns:
            if column.read_only or column.field not in row.values or column.field not in now:
                continue
            values[column.field] = _value(
                row, column, was.get(column.field), now[column.field], decide, merged.problems
            )
        merged.rows.append(row.saying(values))
    return merged


def _value(row: Row, column: Column, was: Value, now: Value, decide: Side, problems: list[Problem]) -> Value:
    theirs = row.values[column.field]
    if same(theirs, now) or same(now, was):
        return theirs
    words = {"title": column.title, "ours": shown(now), "sent": shown(was)}
    if same(theirs, was):
        problems.append(problem("modifie_chez_nous", row.tab, row.cell(column.field), shown(theirs), **words))
        return now
    if decide is Side.UNDECIDED:
        problems.append(problem("conflit", row.tab, row.cell(column.field), shown(theirs), **words))
        return theirs
    return now if decide is Side.OURS else theirs


def same(one: Value, other: Value) -> bool:
    """Whether two values say the same; blank, zero and no say nothing alike."""
    return one == other or (not one and not other)


def shown(value: Value) -> str:
    """A value as people read it."""
    return value.french() if isinstance(value, Money) else plain_text(value) or "vide"
