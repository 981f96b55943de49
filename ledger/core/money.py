"""Money in whole cents: what an amount is, how a French user's amount is read, how it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ledger.core.errors import InvalidValue

_NO_BREAK_SPACE = "\u00a0"
_SPACES = re.compile(r"[ \u00a0\u202f\u2009]")
_FRENCH = re.compile(
    r"(?P<sign>[-\u2212+]?)(?P<units>\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3})+|\d+)(?:[.,](?P<cents>\d{1,2}))?"
    r"[ \u00a0\u202f\u2009]?(?:€|euros?|EUR)?"
)
_TOO_FINE = re.compile(r"[-+]?[\d \u00a0\u202f]+[.,]\d{3,}[ \u00a0\u202f]?(?:€|euros?|EUR)?")
_MOST_CENTS = 10**17


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of euros, held as a whole number of cents; negative for what is taken away."""

    cents: int

    def __post_init__(self) -> None:
        if type(self.cents) is not int:
            raise TypeError(f"Money holds whole cents (int), not {type(self.cents).__name__}")

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + other.cents)

    def __sub__(self, other: Money) -> Money:
        return Money(self.cents - other.cents)

    def __neg__(self) -> Money:
        return Money(-self.cents)

    def __abs__(self) -> Money:
        return Money(abs(self.cents))

    def __bool__(self) -> bool:
        return self.cents != 0

    def plain(self) -> str:
        """The amount for machines: a point, two decimals, no separator ("-12.50")."""
        sign = "-" if self.cents < 0 else ""
        units, cents = divmod(abs(self.cents), 100)
        return f"{sign}{units}.{cents:02d}"

    def french(self) -> str:
        """The amount for people: "1 234 567,89 €", with no-break spaces so that it never wraps."""
        sign = "-" if self.cents < 0 else ""
        units, cents = divmod(abs(self.cents), 100)
        return f"{sign}{units:,}".replace(",", _NO_BREAK_SPACE) + f",{cents:02d}{_NO_BREAK_SPACE}€"


ZERO = Money(0)


def total(amounts: Iterable[Money]) -> Money:
    """The sum of the amounts; zero when there are none."""
    return Money(sum(amount.cents for amount in amounts))


def parse_money(text: str) -> Money:
    """Read an amount as a French user types it: 1343330, 1343330,00, 1 343 330,00 €, 1343330.00.

    raises: InvalidValue when the text is not an amount, has more than two decimals (never rounded),
        or can be read in two ways (1.234,56 or 1,234).
    """
    stripped = text.strip()
    if match := _FRENCH.fullmatch(stripped):
        units = _SPACES.sub("", match["units"]).lstrip("0")
        cents = int((match["cents"] or "").ljust(2, "0"))
        # A number of thousands of figures cannot even be read as one.
        amount = int(units or "0") * 100 + cents if len(units) <= len(str(_MOST_CENTS)) else _MOST_CENTS + 1
        if amount > _MOST_CENTS:
            raise InvalidValue(
                f"« {stripped} » dépasse le plus grand montant accepté ({Money(_MOST_CENTS).french()}).",
                "Vérifiez le nombre de chiffres saisis.",
            )
        return Money(-amount if match["sign"] in ("-", "\u2212") else amount)
    if _TOO_FINE.fullmatch(stripped):
        raise InvalidValue(
            f"« {stripped} » a plus de deux décimales ou un séparateur de milliers ambigu.",
            "Écrivez le montant au centime, sans point de milliers : 1234,56 (formule Excel : =ARRONDI(…;2)).",
        )
    raise InvalidValue(
        f"« {stripped} » n'est pas un montant lisible sans ambiguïté.",
        "Écrivez par exemple 1234,56 ou 1 234,56.",
    )


def parse_positive_money(text: str) -> Money:
    """Read an amount that must be above zero.

    raises: InvalidValue, also for zero and negative amounts.
    """
    amount = parse_money(text)
    if amount.cents <= 0:
        raise InvalidValue(
            f"« {text.strip()} » n'est pas un montant supérieur à zéro.",
            "Saisissez un montant positif, par exemple 1234,56.",
        )
    return amount
