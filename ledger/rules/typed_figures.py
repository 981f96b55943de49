"""How a typed figure of a rule is read and kept: rates, amounts, lists, populations."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from ledger.core.errors import InvalidValue
from ledger.core.money import Money, parse_positive_money
from ledger.core.rate import parse_rate


def _as_rate(value: Any) -> Any:
    return parse_rate(value) if isinstance(value, str) else value


def _as_money(value: Any) -> Any:
    return parse_positive_money(value) if isinstance(value, str) else value


def _as_list(value: Any) -> Any:
    return [part.strip() for part in value.split("|")] if isinstance(value, str) else value


def _as_part(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return parse_rate(value) if set(value) & set("%/:") else parse_positive_money(value)


def _at_most_whole(parts: tuple[Fraction | Money, ...]) -> tuple[Fraction | Money, ...]:
    if sum(part for part in parts if isinstance(part, Fraction)) > 1:
        raise InvalidValue(
            "Les versements dépassent 100 % de la subvention.", "Réduisez-les : le dernier est le solde."
        )
    return parts


def _as_populations(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return {name.strip(): count.strip() for name, _, count in (part.partition("=") for part in value.split("|"))}


Rate = Annotated[
    Fraction, BeforeValidator(_as_rate), PlainSerializer(lambda rate: f"{rate.numerator}/{rate.denominator}")
]
Amount = Annotated[Money, BeforeValidator(_as_money), PlainSerializer(lambda amount: amount.plain())]
TerritoryKind = Literal["qpv", "veille", "hors"]
KIND_LABELS: Mapping[str, str] = {"qpv": "QPV", "veille": "veille active", "hors": "hors territoires"}
Words = BeforeValidator(_as_list)
Part = Annotated[
    Fraction | Money,
    BeforeValidator(_as_part),
    PlainSerializer(lambda part: part.plain() if isinstance(part, Money) else f"{part.numerator}/{part.denominator}"),
]
Parts = Annotated[tuple[Part, ...], Words, AfterValidator(_at_most_whole)]
Populations = Annotated[dict[str, Annotated[int, Field(gt=0)]], BeforeValidator(_as_populations)]
