"""What is looked for: words whatever their accents and case, and amounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ledger.core.errors import InvalidValue
from ledger.core.identifiers import plain_words
from ledger.core.money import Money, parse_money

_CURRENCY = re.compile(r"(?:€|euros?|EUR)\.?", re.IGNORECASE)
_FIRST_FIGURES = re.compile(r"\d{1,3}")
_THREE_FIGURES = re.compile(r"\d{3}(?:[.,]\d{1,2})?(?:€|euros?)?", re.IGNORECASE)
_AN_AMOUNT = re.compile(r"\d[\d .,\u00a0\u202f]*(?:€|euros?|EUR)?", re.IGNORECASE)
_ACCENTED = {"a": "àâäáãå", "c": "ç", "e": "éèêë", "i": "îïíì", "n": "ñ", "o": "ôöóòõ", "u": "ùûüú", "y": "ÿý"}
_LIGATURES = {"oe": "œŒ", "ae": "æÆ"}
_A_SIGN = "[^0-9A-Za-z]"


class SearchTerm(NamedTuple):
    """One thing looked for, as typed; its letters and figures without accents; the amounts it may be, from and to."""

    typed: str
    plain: str
    amounts: tuple[Money, Money] | None

    @property
    def patterns(self) -> tuple[str, ...]:
        """What a text that holds it looks like, one way or the other, in the brackets of GLOB and of regexps."""
        written = "".join(map(_letter, self.plain))
        spelt = self.plain
        for letters in _LIGATURES:
            spelt = spelt.replace(letters, letters.upper())
        with_ligatures = re.sub("OE|AE", lambda two: f"[{_LIGATURES[two[0].lower()]}]", spelt)
        if with_ligatures == self.plain:
            return (written,)
        parts = re.split(r"(\[[^]]+\])", with_ligatures)
        return written, "".join(part if part.startswith("[") else "".join(map(_letter, part)) for part in parts)

    def is_amount(self, amount: Money | None) -> bool:
        """Whether this amount is the one looked for."""
        return amount is not None and self.amounts is not None and self.amounts[0] <= amount <= self.amounts[1]


def _letter(sign: str) -> str:
    if sign == " ":
        return _A_SIGN
    accented = _ACCENTED.get(sign, "")
    return f"[{sign}{sign.upper()}{accented}{accented.upper()}]" if sign.isalpha() else sign


def search_terms(words: Sequence[str]) -> list[SearchTerm]:
    """The terms of what was typed: thousands typed apart are one amount ("3 500"), all else a word.

    raises: InvalidValue where there is neither letter nor figure.
    """
    terms = [_term(each) for each in _with_amounts_whole(" ".join(words).split())]
    terms = [each for each in terms if each.plain]
    if not terms:
        raise InvalidValue(
            "Il n'y a rien à chercher.", 'Tapez un mot, un numéro ou un montant : cofiville chercher "3 500".'
        )
    return terms


def _with_amounts_whole(words: Sequence[str]) -> list[str]:
    found: list[str] = []
    amount = False
    for word in words:
        if amount and (_THREE_FIGURES.fullmatch(word) or _CURRENCY.fullmatch(word)):
            found[-1] += word
        else:
            found.append(word)
        amount = _AN_AMOUNT.fullmatch(found[-1]) is not None and (
            word != found[-1] or _FIRST_FIGURES.fullmatch(word) is not None
        )
    return found


def _term(word: str) -> SearchTerm:
    """The term: an amount typed without cents is any amount of as many euros."""
    if not _AN_AMOUNT.fullmatch(word):
        return SearchTerm(word, plain_words(word), None)
    try:
        first = parse_money(word)
    except InvalidValue:
        return SearchTerm(word, plain_words(word), None)
    whole = _CURRENCY.sub("", word)
    last = first if re.search(r"[.,]", whole) else Money(first.cents + 99)
    return SearchTerm(word, plain_words(whole), (first, last))
