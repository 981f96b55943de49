"""Who sent or granted what a partner's row says, and for which year: what a later file of theirs replaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ledger.core.identifiers import plain_words
from ledger.exchange.declaration import Sheet, plain_text
from ledger.exchange.reading.rows import Row
from ledger.referential.siret import read_siret

_YEAR = re.compile(r"(?:19|20)\d\d(?:[.,]0+)?")
_SIREN_DIGITS, _SIRET_DIGITS = 9, 14
_SEVERAL = 2


class Attribuant(NamedTuple):
    """A body as one row names it: its SIREN where its number gives one, the bare words of its name, its whole SIRET.

    siret: "" where its number is no SIRET that can be trusted.
    """

    siren: str
    words: str
    siret: str = ""


def attribuant_of(sheet: Sheet, facts: Mapping[str, str], sender: str) -> Attribuant:
    """The body that a row names; the sender where it names none."""
    said = [facts.get(name, "") for name in sheet.attribuant]
    siren = next((found for text in said if (found := siren_of(text))), "")
    siret = next((found for text in said if (found := read_siret(text)[0])), "")
    words = plain_words(said[-1]) if said else ""
    return Attribuant(siren, words or ("" if siren else plain_words(sender)), siret)


def siren_of(text: str) -> str:
    """The nine digits of the body that a SIREN or a SIRET names, even one whose last digits are lost; else ""."""
    bare = re.sub(r"[\s'’]", "", re.sub(r"[.,]0+$", "", text))
    if not (bare.isascii() and bare.isdigit()) or len(bare) not in (_SIREN_DIGITS, _SIRET_DIGITS):
        return ""
    from stdnum.fr import siren

    return bare[:_SIREN_DIGITS] if siren.is_valid(bare[:_SIREN_DIGITS]) else ""


def one_name_each(attribuants: Iterable[Attribuant]) -> dict[Attribuant, str]:
    """How each mention is named: two of one SIREN alike, unless they differ by name and by SIRET: two of its services.

    One without a SIREN is named as the only one that bears its words.
    """
    found = list(dict.fromkeys(attribuants))
    by_siren: dict[str, list[Attribuant]] = {}
    for each in found:
        by_siren.setdefault(each.siren, []).append(each)
    unnumbered = by_siren.pop("", [])
    names = {each: name for siren, group in by_siren.items() for each, name in _of_one_siren(siren, group).items()}
    known: dict[str, set[str]] = {}
    for each, name in names.items():
        known.setdefault(each.words, set()).add(name)
    for each in unnumbered:
        same = known.get(each.words, set())
        names[each] = next(iter(same)) if len(same) == 1 else each.words
    return names


def _of_one_siren(siren: str, group: Sequence[Attribuant]) -> dict[Attribuant, str]:
    """By mention of a SIREN, the SIREN; where several services of it can be told apart, the SIRET of each."""
    services: list[tuple[set[str], set[str]]] = []
    for each in group:
        if each.siret and each.words:
            near = [one for one in services if each.siret in one[0] or each.words in one[1]]
            services = [one for one in services if one not in near]
            services.append(
                ({each.siret}.union(*(one[0] for one in near)), {each.words}.union(*(one[1] for one in near)))
            )
    if len(services) < _SEVERAL:
        return dict.fromkeys(group, siren)
    named = {}
    for each in group:
        mine = [min(sirets) for sirets, words in services if each.siret in sirets or each.words in words]
        named[each] = mine[0] if len(mine) == 1 else siren
    return named


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
