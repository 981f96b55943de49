"""The closed lists of what is exchanged: what a row is to the base, who is right where two changed it."""

from __future__ import annotations

from ledger.core.vocabulary import Word


class State(Word):
    """What a row of a file is to the base: new, changed, identical or absent."""

    NEW = "nouvelle"
    CHANGED = "modifiee"
    SAME = "identique"


class Side(Word):
    """Who is right where both the partner and the book changed the same value."""

    UNDECIDED = ""
    OURS = "nous"
    THEIRS = "eux"
