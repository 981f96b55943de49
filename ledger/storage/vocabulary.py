"""The closed list of what may happen to a row."""

from __future__ import annotations

from ledger.core.vocabulary import Word


class ChangeKind(Word):
    """What happened to a row, as databases call it."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
