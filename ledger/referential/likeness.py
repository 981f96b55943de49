"""Which porteurs are likely one body written twice: by their numbers, else by their names and communes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple, Protocol

from ledger.core.grouping import grouped
from ledger.core.identifiers import plain_words
from ledger.core.words import enumeration

_SIREN_DIGITS = 9
_SHORTEST_ACRONYM = 3
_LINKS = frozenset(("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "pour", "sur"))
_LEGAL_FORMS = frozenset(
    (
        *("asbl", "ass", "asso", "assoc", "association", "associations", "eurl", "gip", "loi", "1901"),
        *("sa", "sarl", "sas", "sasu", "scic", "scop"),
    )
)
_LONG_FORMS = {
    "centre communal d action sociale": "ccas",
    "caisse des ecoles": "cde",
    "maison des jeunes et de la culture": "mjc",
    "communaute d agglomeration": "ca",
    "communaute de communes": "cc",
    "office public de l habitat": "oph",
    "mairie": "commune",
    "ville": "commune",
    "saint": "st",
    "sainte": "ste",
}
"""Names that the trade writes whole or short."""


class NamedBody(Protocol):
    """A body with its numbers, as far as they are known."""

    @property
    def name(self) -> str:
        """Its full name."""

    @property
    def siret(self) -> str | None:
        """Its 14 digits."""

    @property
    def rna(self) -> str | None:
        """Its number as an association."""

    @property
    def commune(self) -> str | None:
        """The INSEE code of its commune."""


class SameName(NamedTuple):
    """What is left of a name once accents, capitals, small words and legal forms are set aside, in its order.

    initials: of its words, with and without the small ones: what an acronym of it would be.
    """

    words: tuple[str, ...]
    initials: frozenset[str]


@lru_cache(maxsize=4096)
def reduced_name(name: str) -> SameName:
    """The name as it is compared: "C.C.A.S. DENAIN" and "Centre communal d'action sociale de Denain" are one."""
    plain = f" {' '.join(_joined_letters(plain_words(name).split()))} "
    for long, short in _LONG_FORMS.items():
        plain = plain.replace(f" {long} ", f" {short} ")
    every = plain.split()
    telling = [word for place, word in enumerate(every, start=1) if word not in _LINKS or place == len(every)]
    kept = [word for word in telling if word not in _LEGAL_FORMS] or telling or every
    initials = {"".join(word[0] for word in some) for some in (every, telling, kept) if len(some) > 1}
    return SameName(tuple(_singular(word) for word in kept), frozenset(initials))


def _joined_letters(words: Sequence[str]) -> Iterator[str]:
    """The words, letters written one by one (C.C.A.S.) as one; an elided article is a letter of its own."""
    letters = ""
    for place, word in enumerate(words):
        if len(word) == 1 and not (word in _LINKS and not letters and _stands_alone(words, place)):
            letters += word
            continue
        if letters:
            yield letters
            letters = ""
        yield word
    if letters:
        yield letters


def _stands_alone(words: Sequence[str], place: int) -> bool:
    return place + 1 == len(words) or len(words[place + 1]) > 1


def _singular(word: str) -> str:
    return word[:-1] if len(word) > _SHORTEST_ACRONYM and word[-1] in "sx" else word


def _alike(one: SameName, other: SameName) -> bool:
    """Whether two names are one: the same words in any order, or some by their initial; or one the other's acronym."""
    if sorted(one.words) == sorted(other.words):
        return True
    if len(one.words) == len(other.words) > 1 and all(map(_same_or_initial, one.words, other.words)):
        return True
    return _is_acronym(one, other) or _is_acronym(other, one)


def _same_or_initial(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])


def _is_acronym(short: SameName, long: SameName) -> bool:
    [*first, last] = short.words
    return not first and len(last) >= _SHORTEST_ACRONYM and last in long.initials


def _without(name: SameName, commune: str) -> SameName:
    """The name without that of its commune; whole where nothing else is left."""
    of_commune = set(reduced_name(commune).words) if commune else set()
    kept = tuple(word for word in name.words if word not in of_commune)
    return name._replace(words=kept) if kept else name


def why_likely_same(one: NamedBody, other: NamedBody, communes: Mapping[str, str]) -> str:
    """What makes these two likely one body, as a clause ("même nom et même commune"); "" where nothing does.

    Two SIREN that differ are two bodies, whatever they are called; two communes that differ too, without a number.
    communes: their names by INSEE code.
    """
    sirens = {each.siret[:_SIREN_DIGITS] for each in (one, other) if each.siret}
    both = bool(one.siret and other.siret)
    if both and len(sirens) == 2:
        return ""
    numbers = [*(["même SIREN"] if both else []), *(["même RNA"] if one.rna and _rna(one) == _rna(other) else [])]
    placed = bool(one.commune and other.commune)
    if placed and one.commune != other.commune and not numbers:
        return ""
    names = [reduced_name(each.name) for each in (one, other)]
    same = _alike(*names)
    if not same and placed:
        same = _alike(*(_without(name, communes.get(one.commune or "", "")) for name in names))
    words = ["même nom"] if same else []
    if not (words or numbers):
        return ""
    return enumeration([*words, *numbers, *(["même commune"] if placed and one.commune == other.commune else [])])


def _rna(body: NamedBody) -> str:
    return (body.rna or "").replace(" ", "").upper()


def likely_pairs(bodies: Sequence[NamedBody], communes: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """The places of every two bodies that are likely one, and why, in the order of the bodies.

    Bodies that share no word, number nor acronym are never compared: the time is that of the likely ones.
    """
    keys = ((key, place) for place, body in enumerate(bodies) for key in _keys(body))
    compared = {pair for places in grouped(keys).values() for pair in combinations(sorted(set(places)), 2)}
    found = ((one, other, why_likely_same(bodies[one], bodies[other], communes)) for one, other in sorted(compared))
    return [each for each in found if each[2]]


def _keys(body: NamedBody) -> Iterator[str]:
    """What two likely bodies share one of: a SIREN, an RNA, a word of their names, an acronym."""
    name = reduced_name(body.name)
    yield from (f"mot {word}" for word in (*name.words, *name.initials))
    if body.siret:
        yield f"siren {body.siret[:_SIREN_DIGITS]}"
    if body.rna:
        yield f"rna {_rna(body)}"
