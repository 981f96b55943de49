"""Words typed, read by the reader of their own option or argument: for those, Typer need not load Pydantic."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import partial
from typing import Any, NamedTuple, get_args, get_origin


class PlainReading(NamedTuple):
    """What reads the values of one parameter in the place of Typer's adapter, which is left to say what is refused."""

    read: Callable[[Any], Any]
    adapter: Callable[[], Any]

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value read; each of them, for a parameter that takes several. raises: BadParameter, as Typer's own."""
        several = param.multiple or param.nargs == -1
        if value is None:
            return () if several else None
        try:
            if not several:
                return self.read(value)
            if isinstance(value, (list, tuple)):
                return [self.read(each) for each in value]
        except (ValueError, AssertionError):
            pass
        return self.adapter().coerce(value, param=param, ctx=ctx)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _number(value: Any, least: int | None, most: int | None) -> int:
    """The whole number; one out of bounds, or written otherwise than in figures, is left to Typer."""
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise ValueError
    number = int(value)
    if (least is not None and number < least) or (most is not None and number > most):
        raise ValueError
    return number


_NUMBER = re.compile(r"[0-9]{1,15}")
_READERS: Mapping[Any, Callable[[Any], Any]] = {str: str, bool: _flag}


def _reader(annotation: Any, info: Any) -> Callable[[Any], Any] | None:
    """What reads a value of this annotation; None for what Typer alone reads."""
    kind = get_args(annotation)[0] if get_origin(annotation) is list else annotation
    if info.parser is not None or kind in _READERS:
        return info.parser or _READERS[kind]
    if kind is int:
        return partial(_number, least=info.min, most=info.max)
    return kind if isinstance(kind, type) and issubclass(kind, StrEnum) else None


def read_plainly(parameters: Iterable[Any]) -> None:
    """Give those of these parameters that are words, flags, whole numbers or choices, or have a reader of their own."""
    for each in parameters:
        described = getattr(each, "type_descriptor", None)
        if described is None or "get_runtime_param" in vars(each):
            continue
        reader = _reader(described.annotation, described.parameter_info)
        if reader is not None and each.nargs in (1, -1):
            plain = PlainReading(reader, each.get_runtime_param)
            each.get_runtime_param = lambda plain=plain: plain
