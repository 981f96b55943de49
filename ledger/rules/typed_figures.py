"""How a typed figure of a rule is read: rates, amounts, days, lists, populations. Pydantic is loaded by who types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal

from ledger.core.money import Money, parse_positive_money
from ledger.core.period import parse_day
from ledger.core.rate import parse_rate


@dataclass(frozen=True, slots=True)
class TypedAs:
    """Reads what was typed before Pydantic checks its type."""

    read: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        from pydantic_core.core_schema import no_info_before_validator_function

        return no_info_before_validator_function(self.read, handler(source))


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The least that a whole number may be."""

    least: int

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        return {**handler(source), "ge": self.least}


def _as_rate(value: Any) -> Any:
    return parse_rate(value) if isinstance(value, str) else value


def _as_money(value: Any) -> Any:
    return parse_positive_money(value) if isinstance(value, str) else value


def _as_day(value: Any) -> Any:
    return parse_day(value) if isinstance(value, str) else value


def _as_list(value: Any) -> Any:
    return [part.strip() for part in value.split("|")] if isinstance(value, str) else value


def _as_part(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return parse_rate(value) if set(value) & set("%/:") else parse_positive_money(value)


def _as_populations(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return {name.strip(): count.strip() for name, _, count in (part.partition("=") for part in value.split("|"))}


Rate = Annotated[Fraction, TypedAs(_as_rate)]
Amount = Annotated[Money, TypedAs(_as_money)]
Day = Annotated[date, TypedAs(_as_day)]
TerritoryKind = Literal["qpv", "veille", "hors"]
KIND_LABELS: Mapping[str, str] = {"qpv": "QPV", "veille": "veille active", "hors": "hors territoires"}
Words = TypedAs(_as_list)
Part = Annotated[Fraction | Money, TypedAs(_as_part)]
Parts = Annotated[tuple[Part, ...], Words]
AccountNumbers = Annotated[dict[str, str], TypedAs(_as_populations)]
Populations = Annotated[dict[str, Annotated[int, AtLeast(1)]], TypedAs(_as_populations)]
