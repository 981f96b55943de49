"""Codes we give, made from a French name when none is typed; and what may be an IBAN in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from ledger.core.errors import InvalidValue

_COUNT = re.compile(r"[0-9]{1,9}")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,39}")


def is_count(text: str) -> bool:
    """Whether this is a whole number in figures, of nine at most: no town has more people, no list more lines."""
    return _COUNT.fullmatch(text) is not None


def plain_words(text: str) -> str:
    """The text without accents, case or punctuation, single spaces: what two spellings share."""
    ligatures = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE")
    bare = unicodedata.normalize("NFKD", ligatures)
    letters = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters.lower()).split())


@lru_cache(maxsize=1024)
def code_from_name(name: str) -> str:
    """A code of 40 characters at most: "Caisse des écoles de Denain" gives "CAISSE-DES-ECOLES-DE-DENAIN"."""
    return plain_words(name).upper().replace(" ", "-")[:40].strip("-")


def check_code(text: str, what: str) -> str:
    """The code in capitals, once checked. raises: InvalidValue.

    what: the thing named, in French with its article ("le porteur"), for the refusal.
    raises: InvalidValue when it holds anything but letters, digits and hyphens.
    """
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        raise InvalidValue(
            f"Le code « {text.strip()} » ne convient pas pour {what}.",
            "Utilisez 1 à 40 lettres sans accent, chiffres ou tirets.",
        )
    return code


def next_number(prefix: str, taken: Iterable[str]) -> str:
    """The number after the highest of those taken that begin so: "2016-" gives "2016-001", then "2016-002"."""
    endings = (number.removeprefix(prefix) for number in taken if number.startswith(prefix))
    return f"{prefix}{max((int(ending) for ending in endings if ending.isdecimal()), default=0) + 1:03d}"


# Looked for in every act: begins with a class written twice, which the engine searches four times as fast.
_KEY_AND_MORE = re.compile(r"[0-9][0-9](?:[ \u00a0\u202f.-]?[A-Za-z0-9]){11}")
_LIKE = re.compile(
    r"\b(?:BE|CH|DE|ES|FR|GB|IE|IT|LU|MC|NL|PT)[0-9]{2}(?:[ \u00a0\u202f.-]?[A-Z0-9]){12,}", re.IGNORECASE
)


def like_ibans(text: str) -> list[str]:
    """What begins as an IBAN of France or of a country around, without what separates its digits, perhaps too long."""
    if not _KEY_AND_MORE.search(text):
        return []
    return [re.sub(r"[^A-Z0-9]", "", found.upper()) for found in _LIKE.findall(text)]


def masked(iban: str) -> str:
    """The IBAN as it is shown: its country, its key and its last four digits."""
    return f"{iban[:4]} •••• {iban[-4:]}"
