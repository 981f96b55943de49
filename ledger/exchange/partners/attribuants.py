"""Who sent or granted what a partner's row says, and for which year: what a later file of theirs replaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ledger.core.identifiers import plain_words
from ledger.exchange.declaration import Sheet, plain_text
from ledger.exchange.reading.rows import Row

_YEAR = re.compile(r"(?:19|20)\d\d(?:[.,]0+)?")
_SIREN_DIGITS, _SIRET_DIGITS = 9, 14


class Attribuant(NamedTuple):
    """A body as one row names it: its SIREN where its number gives one, the bare words of its name."""

    siren: str
    words: str


def attribuant_of(sheet: Sheet, facts: Mapping[str, str], sender: str) -> Attribuant:
    """The body that a row names; the sender where it names none."""
    said = [facts.get(name, "") for name in sheet.attribuant]
    siren = next((found for text in said if (found := siren_of(text))), "")
    words = plain_words(said[-1]) if said else ""
    return Attribuant(siren, words or ("" if siren else plain_words(sender)))


def siren_of(text: str) -> str:
    """The nine digits of the body that a SIREN or a SIRET names, even one whose last digits are lost; else ""."""
    bare = re.sub(r"[\s'’]", "", re.sub(r"[.,]0+$", "", text))
    if not (bare.isascii() and bare.isdigit()) or len(bare) not in (_SIREN_DIGITS, _SIRET_DIGITS):
        return ""
    from stdnum.fr import siren

    return bare[:_SIREN_DIGITS] if siren.is_valid(bare[:_SIREN_DIGITS]) else ""


def one_name_each(attribuants: Iterable[Attribuant]) -> dict[Attribuant, str]:
    """How each mention is named: two of one SIREN alike, one without any as the only one that bears its words."""
    found = list(dict.fromkeys(attribuants))
    sirens: dict[str, set[str]] = {}
    for each in found:
        if each.siren:
            sirens.setdefault(each.words, set()).add(each.siren)
    names = {}
    for each in found:
        known = sirens.get(each.words, set())
        names[each] = each.siren or (next(iter(known)) if len(known) == 1 else each.words)
    return names


def year_of(row: Row) -> int | None:
    """The exercice a row belongs to: its own column, else the year of its day; None when it says neither.

    A cell that says a year and no day says the year.
    """
    year = row.values.get("year")
    if isinstance(year, int):
        return year
    for name in ("paid_on", "on"):
        text = plain_text(row.values.get(name)) or row.unread.get(name, "")
        if text and (_YEAR.fullmatch(text) or row.values.get(name) is not None):
            return int(text[:4])
    return None
