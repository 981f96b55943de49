"""The figures of a rule as the base keeps them, given their types again: plain Python, for every reading command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cache
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from ledger.core.errors import InvalidValue
from ledger.core.money import Money, parse_positive_money
from ledger.core.rate import parse_rate
from ledger.rules.figures import REQUIRED, Figures

_Reader = Callable[[Any], Any]


def revived_figures(kind: type[Figures], raw: Mapping[str, Any]) -> Figures | None:
    """The figures of this kind; None where they are not as `Figures.stored` gives them."""
    readers = _readers(kind)  # type: ignore[arg-type] # a class is hashable
    try:
        found = {
            name: spec.default if spec.word not in raw and spec.default is not REQUIRED else read(raw[spec.word])
            for (name, spec), read in zip(kind.specs.items(), readers, strict=True)
        }
    except (KeyError, TypeError, ValueError, InvalidValue):
        return None
    return kind(found) if raw.keys() <= {spec.word for spec in kind.specs.values()} else None


@cache
def _readers(kind: type[Figures]) -> tuple[_Reader, ...]:
    """What reads each figure of the kind, in order."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(_reader(hints[name]) for name in kind.specs)


def _reader(hint: Any) -> _Reader:
    kinds = get_args(hint)
    match get_origin(hint):
        case origin if origin is Annotated:
            return _reader(kinds[0])
        case origin if origin is Literal:
            return lambda word: kinds[kinds.index(word)]
        case origin if origin is tuple:
            each = _reader(kinds[0])
            return lambda found: tuple(map(each, _of(list)(found)))
        case origin if origin is dict:
            count = _reader(kinds[1])
            return lambda found: {name: count(value) for name, value in _of(dict)(found).items()}
        case None:
            return _READERS.get(hint) or (hint if issubclass(hint, StrEnum) else _of(hint))
        case _:
            return _one_of(kinds)


def _one_of(kinds: tuple[Any, ...]) -> _Reader:
    """Of types that are one or the other: nothing or a value, a rate or an amount."""
    readers = [_reader(kind) for kind in kinds if kind is not NoneType]
    if len(readers) > 1:
        return lambda text: (parse_rate if "/" in text else parse_positive_money)(text)
    return lambda value: None if value is None else readers[0](value)


def _of(kind: type[Any]) -> _Reader:
    def found(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{value!r} is no {kind.__name__}")
        return value

    return found


_READERS: Mapping[Any, _Reader] = {Fraction: parse_rate, Money: parse_positive_money, date: date.fromisoformat}
