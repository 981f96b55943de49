"""Closed lists: what may happen to a row, where a base comes from."""

from __future__ import annotations

from ledger.core.vocabulary import Word


class ChangeKind(Word):
    """What happened to a row, as databases call it."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


class OriginKind(Word):
    """Where a base comes from, each time that is said."""

    MADE = "creee", "créée"
    RAISED = "mise_a_niveau", "mise à niveau"
    RESTORED = "restauree", "restaurée d'une copie"
    ACKNOWLEDGED = "reconnue", "reconnue telle qu'elle est"
