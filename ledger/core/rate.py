"""Exact rates: fractions, never floats; applied to an amount they are cut down to the cent."""

from __future__ import annotations

import re
from fractions import Fraction

from ledger.core.errors import InvalidValue
from ledger.core.money import Money

_PERCENT = re.compile(r"(\d{1,3})(?:[.,](\d{1,6}))?\s*%")
_RATIO = re.compile(r"(\d{1,15})\s*[/:]\s*(\d{1,15})")


def parse_rate(text: str) -> Fraction:
    """Read "65 %", "66,67 %", "2/3" or "1:2" as an exact fraction between 0 and 1.

    raises: InvalidValue when it is no rate or is above 100 %.
    """
    stripped = text.strip()
    rate: Fraction | None = None
    if match := _PERCENT.fullmatch(stripped):
        digits = match[2] or ""
        rate = Fraction(int(match[1] + digits), 100 * 10 ** len(digits))
    elif (match := _RATIO.fullmatch(stripped)) and int(match[2]):
        rate = Fraction(int(match[1]), int(match[2]))
    if rate is None:
        raise InvalidValue(f"« {stripped} » n'est pas un taux.", "Écrivez par exemple 65 % ou 2/3.")
    if rate > 1:
        raise InvalidValue(f"Le taux « {stripped} » dépasse 100 %.", "Saisissez un taux compris entre 0 % et 100 %.")
    return rate


def cut_down(rate: Fraction, base: Money) -> Money:
    """rate × base cut down to the cent: the act of a ceiling, which must not be exceeded.

    base: zero or more.
    """
    return Money(rate.numerator * base.cents // rate.denominator)


def rounded(value: Fraction, decimals: int) -> int:
    """value × 10^decimals to the nearest whole number, halves away from zero; for showing, never for computing."""
    power: int = 10**decimals
    scaled = abs(value) * power
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return -units if value < 0 else units


def two_decimals(rate: Fraction) -> str:
    """The rate in per cent, to the nearest hundredth, half up, with a point ("4.96"); for showing, never for computing.

    rate: zero or more.
    """
    hundredths = rounded(rate, 4)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def french_rate(rate: Fraction) -> str:
    """The rate for people: "65 %", "46,4134 %" (four decimals at most, rounded half up; never for computing)."""
    scaled = rounded(rate, 6)
    whole, rest = divmod(abs(scaled), 10_000)
    decimals = f"{rest:04d}".rstrip("0")
    return f"{'-' if scaled < 0 else ''}{whole}{',' + decimals if decimals else ''}\u00a0%"
