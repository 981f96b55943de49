"""The values of fields as templates use them, and as they are kept and handed over: nothing of the base is needed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias

from ledger.core.money import Money, parse_money
from ledger.core.period import french_day
from ledger.core.words import long_day

Value: TypeAlias = "str | list[dict[str, str]]"
Fields: TypeAlias = Mapping[str, Value]

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def in_words(amount: Money) -> str:
    """The amount in French words: "mille deux cents euros et cinq centimes"; exact, from whole cents."""
    from num2words import num2words

    units, cents = divmod(abs(amount.cents), 100)
    parts = []
    if units or not cents:
        words = num2words(units, lang="fr")
        link = " d'" if units and units % 1_000_000 == 0 else " "
        parts.append(f"{words}{link}euro{'s' if units > 1 else ''}")
    if cents:
        parts.append(f"{num2words(cents, lang='fr')} centime{'s' if cents > 1 else ''}")
    return ("moins " if amount.cents < 0 else "") + " et ".join(parts)


class AmountField(str):
    """An amount as a field: `{{ montant }}` gives figures, `{{ montant.lettres }}` words; zero is false in a test."""

    __slots__ = ("_amount",)
    _amount: Money

    def __new__(cls, amount: Money) -> AmountField:
        made = super().__new__(cls, amount.french())
        made._amount = amount
        return made

    @property
    def money(self) -> Money:
        """The amount itself."""
        return self._amount

    @property
    def lettres(self) -> str:
        """The amount in French words."""
        return in_words(self._amount)

    def __bool__(self) -> bool:
        return bool(self._amount)


class DayField(str):
    """A day as a field: `{{ date }}` gives "1er avril 2016", `{{ date.court }}` "01/04/2016"."""

    __slots__ = ("_day",)
    _day: date

    def __new__(cls, day: date) -> DayField:
        made = super().__new__(cls, long_day(day))
        made._day = day
        return made

    @property
    def day(self) -> date:
        """The day itself."""
        return self._day

    @property
    def court(self) -> str:
        """The day in figures."""
        return french_day(self._day)


def clean(text: str) -> str:
    """The text without the characters that a Word file cannot hold."""
    return _UNPRINTABLE.sub("", text)


def stored_field(value: Any) -> Any:
    """A field as JSON says it: an amount and a day stay what they are."""
    if isinstance(value, list):
        return [{name: stored_field(each) for name, each in row.items()} for row in value]
    if isinstance(value, AmountField):
        return {"montant": value.money.plain()}
    return {"jour": value.day.isoformat()} if isinstance(value, DayField) else str(value)


def revived_field(value: Any) -> Any:
    """The field that stored_field said."""
    if isinstance(value, list):
        return [{name: revived_field(each) for name, each in row.items()} for row in value]
    if isinstance(value, Mapping):
        return (
            AmountField(parse_money(value["montant"]))
            if "montant" in value
            else DayField(date.fromisoformat(value["jour"]))
        )
    return value
