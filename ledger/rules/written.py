"""Scopes and figures of a rule on one line, as a workbook holds them: "taux=65 % ; mode=fixe", and read back."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ledger.core.errors import InvalidValue
from ledger.core.rate import french_rate, parse_rate
from ledger.rules.figures import Figures
from ledger.rules.vocabulary import ScopeWord

_BETWEEN = " ; "
YES_NO = {"oui": True, "non": False}


def pairs_text(pairs: Mapping[str, Any]) -> str:
    """The pairs on one line, in their order; lists and populations with "|", true and false as oui and non."""
    return _BETWEEN.join(
        f"{name}={_value_text(value)}" for name, value in pairs.items() if value not in (None, "", [], {})
    )


def figures_text(figures: Figures) -> str:
    """The figures on one line, as they could be typed again; rates in per cent where four decimals say them exactly."""
    stored = figures.stored()
    for name, spec in figures.specs.items():
        word, value = spec.word, getattr(figures, name)
        if isinstance(value, Fraction):
            stored[word] = _rate_text(value)
        elif isinstance(value, tuple) and any(isinstance(each, Fraction) for each in value):
            stored[word] = [_rate_text(each) for each in value]
    return pairs_text(stored)


def scope_pairs(scope: Mapping[str, str]) -> str:
    """The scope on one line, its words in their order; "" for a rule that bears on everything."""
    return pairs_text({word: scope[word] for word in ScopeWord if word in scope})


def read_pairs(text: str) -> dict[str, Any]:
    """What `pairs_text` wrote, or a user typed: between ";" , each NAME=VALUE.

    raises: InvalidValue for a part without "=".
    """
    found: dict[str, Any] = {}
    for part in filter(None, (each.strip() for each in text.split(";"))):
        name, equals, value = part.partition("=")
        if not equals or not value.strip():
            raise InvalidValue(f"« {part} » n'est pas lisible.", "Écrivez NOM=VALEUR, séparés par « ; ».")
        found[name.strip()] = YES_NO.get(value.strip().lower(), value.strip())
    return found


def _value_text(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, Mapping):
        return "|".join(f"{name}={count}" for name, count in sorted(value.items()))
    if isinstance(value, (list, tuple)):
        return "|".join(map(str, value))
    return str(value)


def _rate_text(rate: Fraction) -> str:
    """A rate as people type it ("65 %"), or as a ratio where per cent with four decimals is not exact."""
    shown = french_rate(rate).replace("\u00a0", " ")
    return shown if parse_rate(shown) == rate else f"{rate.numerator}/{rate.denominator}"
