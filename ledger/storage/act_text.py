"""The canonical text of what an act does to rows, and its seal: what anybody can recompute from the base alone.

The text is a list in JSON, without spaces, in UTF-8. Each element says one thing of one table, in the order of doing:

    ["insert", table, [columns], [[values]…]]          ["delete", table, [columns], [[values before]…]]
    ["update", table, [columns changed], [[[key], [before], [after]]…]]
    ["state", table, [columns], [[values]…]]            all the rows that the chain has of this table
    ["kept", "", [columns], [[values]…]]                what was wrong in rows when they were stated, kept on purpose

A value is written as SQLite stores it: whole numbers, days and instants in ISO, yes and no as 1 and 0. A text of more
than LONGEST characters is ["sha256", digest]; what may be erased is ["salted", digest], the SHA-256 of its salt and it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import groupby
from typing import Any, NamedTuple

from ledger.core.sealing import canonical
from ledger.storage.vocabulary import ChangeKind

LONGEST = 4096
STATE = "state"
KEPT = "kept"
_VERSION = "cofiville-act-1"
_FASTEST = 1


class RowsDone(NamedTuple):
    """Rows of one table to which the same was done: `kind` is a ChangeKind, "state" or "kept".

    rows: values in the order of `columns`; of an update, the key, then these values before and after.
    """

    kind: str
    table: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


class KeptAnomaly(NamedTuple):
    """What was wrong in a base that was raised as it was, and the motive typed for it."""

    motive: str
    code: str
    subject: str
    message: str


class ActStamp(NamedTuple):
    """Where an act stands in its chain, who did it and when, and the head of the book at its end."""

    contract: str
    number: int
    recorded_at: datetime
    agent: str
    command: str
    database_role: str
    entries: int
    entry_seal: str


def _text(value: str) -> Any:
    return value if len(value) <= LONGEST else ["sha256", sha256(value.encode("utf-8", "surrogateescape")).hexdigest()]


_WAYS: dict[type[Any], Callable[[Any], Any]] = {
    str: _text,
    bool: int,
    date: date.isoformat,
    datetime: lambda value: value.astimezone(UTC).isoformat(timespec="microseconds"),
    bytes: lambda value: ["sha256", sha256(value).hexdigest()],
}


def sealed_value(value: Any) -> Any:
    """A stored value as the text of an act says it."""
    way = _WAYS.get(type(value))
    return way(value) if way else value


def sealed_values(values: Iterable[Any]) -> list[Any]:
    """Stored values as the text of an act says them."""
    ways = _WAYS
    return [way(value) if (way := ways.get(type(value))) else value for value in values]


def salted(value: str | None, salt: str | None) -> Any:
    """What is said of a value that may be erased: nothing of it can be found again once its salt is."""
    if value is None:
        return None
    return ["salted", sha256(canonical(salt or "", value).encode("utf-8", "surrogateescape")).hexdigest()]


def act_text(done: Iterable[RowsDone]) -> bytes:
    """The canonical text of what was done, in this order; what follows in the same table and columns is one element."""
    parts = []
    for (kind, table, columns), each in groupby(done, key=lambda one: one[:3]):
        rows = [row if kind == ChangeKind.UPDATE else sealed_values(row) for one in each for row in one.rows]
        parts.append([kind, table, columns, rows])
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogateescape")


def packed(text: bytes) -> bytes:
    """The text as it is kept."""
    return zlib.compress(text, _FASTEST)


def unpacked(kept: bytes) -> bytes:
    """The text that is kept. raises: ValueError for what cannot be read."""
    try:
        return zlib.decompress(kept)
    except zlib.error as error:
        raise ValueError("not the text of an act") from error


def act_parts(text: bytes) -> list[RowsDone]:
    """What this text says was done. raises: ValueError when it is no such text."""
    try:
        return [RowsDone(kind, table, tuple(columns), rows) for kind, table, columns, rows in json.loads(text)]
    except TypeError as error:
        raise ValueError("not the text of an act") from error


def text_digest(text: bytes) -> str:
    """The SHA-256 of the text of an act."""
    return sha256(text).hexdigest()


def act_seal(previous: str, stamp: ActStamp, digest: str) -> str:
    """The seal of an act (64 hexadecimal digits) after the one sealed `previous`. digest: text_digest()."""
    instant = stamp.recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
    said = stamp._replace(number=str(stamp.number), recorded_at=instant, entries=str(stamp.entries))  # type: ignore[arg-type]
    return sha256(canonical(_VERSION, previous, *said, digest).encode("utf-8", "surrogateescape")).hexdigest()  # type: ignore[arg-type]
