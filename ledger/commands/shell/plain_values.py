"""Words typed, read by the reader of their own option or argument: for those, Typer need not load Pydantic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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


_READERS: Mapping[Any, Callable[[Any], Any]] = {str: str, bool: _flag}


def read_plainly(parameters: Iterable[Any]) -> None:
    """Give those of these parameters that are words or flags, or have a reader of their own, a plain reading."""
    for each in parameters:
        described = getattr(each, "type_descriptor", None)
        if described is None or "get_runtime_param" in vars(each):
            continue
        kind = get_args(described.annotation)[0] if get_origin(described.annotation) is list else described.annotation
        reader = described.parameter_info.parser or _READERS.get(kind)
        if reader is not None and each.nargs in (1, -1):
            plain = PlainReading(reader, each.get_runtime_param)
            each.get_runtime_param = lambda plain=plain: plain
