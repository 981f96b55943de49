"""The rows that name a word, found in the text of an act without reading all of it: an import seals many rows at once.

A word is looked for with its quotation marks. Inside a text every mark has a stroke before it, so that what is found is
a whole value; what is cut at a bracket that stands inside a text cannot be read up to that value, and is passed over. A
number is looked for as it is: rows whose texts hold it are found too.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from ledger.storage.act_text import STATE
from ledger.storage.vocabulary import ChangeKind

_HEAD = re.compile(rf'\["({"|".join((*ChangeKind, STATE))})","([a-z_0-9]+)",(?=\["(?!sha256|salted))')
"""How an element begins; values that a row had before may begin with the same word, but no list of columns follows."""
_READER = json.JSONDecoder()
_PARTS_OF_AN_UPDATE = 3


class DoneToRow(NamedTuple):
    """What an act did to one row: its values by column before and after, the columns changed alone for an update.

    kind: a ChangeKind or "state". key: the values of its primary key, for an update; else they are among the others.
    """

    kind: str
    table: str
    key: tuple[Any, ...]
    before: dict[str, Any]
    after: dict[str, Any]


class _Head(NamedTuple):
    start: int
    kind: str
    table: str
    columns: list[str]


def rows_naming(text: str, words: Collection[str | int], tables: Collection[str]) -> Iterator[DoneToRow]:
    """What the text of an act says of rows of these tables that hold one of these words as a value, in its order."""
    places = sorted({place for word in words for place in _places(text, json.dumps(word, ensure_ascii=False))})
    if not places:
        return
    heads = sorted(_heads(text), key=lambda head: head.start)
    starts = [head.start for head in heads]
    read_to = 0
    for place in places:
        before = bisect_right(starts, place)
        if place < read_to or not before or heads[before - 1].table not in tables:
            continue
        head = heads[before - 1]
        found = _row_around(text, place, head)
        if found is not None:
            row, read_to = found
            yield _done(head, row)


def tables_touched(text: str) -> list[str]:
    """The tables to whose rows an act did something, each once, in its order."""
    return list(dict.fromkeys(head.table for head in sorted(_heads(text), key=lambda head: head.start)))


def _places(text: str, sign: str) -> Iterator[int]:
    place = text.find(sign)
    while place >= 0:
        yield place
        place = text.find(sign, place + 1)


def _heads(text: str) -> Iterator[_Head]:
    for kind in (*ChangeKind, STATE):
        for place in _places(text, f'["{kind}","'):
            if found := _HEAD.match(text, place):
                yield _Head(place, found[1], found[2], _READER.raw_decode(text, found.end())[0])


def _row_around(text: str, place: int, head: _Head) -> tuple[list[Any], int] | None:
    """The row that holds what stands at this place, and where it ends."""
    at = place
    while (at := max(text.rfind("],[", head.start, at) + 2, text.rfind("[[", head.start, at) + 1)) > head.start:
        try:
            row, end = _READER.raw_decode(text, at)
        except ValueError:
            continue
        if end > place and _is_row(row, head):
            return row, end
    return None


def _is_row(row: Any, head: _Head) -> bool:
    if head.kind == ChangeKind.UPDATE:
        return len(row) == _PARTS_OF_AN_UPDATE and all(isinstance(each, list) for each in row)
    return len(row) == len(head.columns) and not all(isinstance(each, list) for each in row)


def _done(head: _Head, row: Sequence[Any]) -> DoneToRow:
    if head.kind == ChangeKind.UPDATE:
        key, before, after = (tuple(each) for each in row)
        was, now = (dict(zip(head.columns, each, strict=True)) for each in (before, after))
        return DoneToRow(head.kind, head.table, key, was, now)
    values = dict(zip(head.columns, row, strict=True))
    gone = head.kind == ChangeKind.DELETE
    return DoneToRow(head.kind, head.table, (), values if gone else {}, {} if gone else values)
