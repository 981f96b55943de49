"""Euros as a file says them, to the last decimal: how they are shown, and how they are brought to the cent."""

from __future__ import annotations

from fractions import Fraction

from ledger.core.money import Money

_NO_BREAK_SPACE = "\u00a0"


def rounded_to_cent(exact: Fraction) -> Money:
    """The euros at the nearest cent; half a cent goes away from zero."""
    cents = abs(exact) * 100
    whole = (2 * cents.numerator + cents.denominator) // (2 * cents.denominator)
    return Money(-whole if exact < 0 else whole)


def exact_text(
    euros: Fraction, *, separator: str = _NO_BREAK_SPACE, mark: str = ",", unit: str = f"{_NO_BREAK_SPACE}€"
) -> str:
    """Euros to their last decimal, two at least: "42 166,9105 €". A number read from a file ends."""
    digits = 2
    while (euros * 10**digits).denominator > 1:
        digits += 1
    whole, rest = divmod(abs(int(euros * 10**digits)), 10**digits)
    figure = f"{whole:,}".replace(",", separator)
    return f"{'-' if euros < 0 else ''}{figure}{mark}{rest:0{digits}d}{unit}"
