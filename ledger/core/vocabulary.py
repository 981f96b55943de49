"""Closed lists: each word as it is stored, with its French label."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Self

from ledger.core.identifiers import plain_words


class Word(StrEnum):
    """A word of a closed list: equal to what is stored; `label` is what people read, `short` what a cell has room for.
    in_full: another way people write it; "" where there is none.

    From one list come the CHECK of its column, the choices of the command line and of workbooks, and their help.
    """

    label: str
    short: str
    in_full: str

    def __new__(cls, stored: str, label: str = "", short: str = "") -> Self:
        word = str.__new__(cls, stored)
        word._value_ = stored
        word.label = label or stored
        word.short = short or word.label
        word.in_full = ""
        return word

    @classmethod
    def labels(cls) -> dict[str, str]:
        """By word as it is stored, what people read, in the order of the list."""
        return {each.value: each.label for each in cls}

    @classmethod
    def of_words(cls, text: str) -> Self | None:
        """The word that this text is, as it is stored or as people read it, whatever its capitals and accents."""
        typed = plain_words(text)
        return next((each for each in cls if typed in (each.value, plain_words(each.label))), None)

    @classmethod
    def check(cls, column: str, *, but: Collection[str] = ()) -> str:
        """The SQL condition that the column holds a word of this list; but: those that it never holds."""
        listed = ", ".join(f"'{each}'" for each in cls if each not in but)
        return f"{column} IN ({listed})"
