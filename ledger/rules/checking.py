"""The figures of a rule as they are typed, checked by Pydantic: loaded where a rule is written, never to read one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from ledger.rules.figures import REQUIRED, Figures, FigureSpec

_TROUBLES = {"missing": "manque", "extra_forbidden": "est inconnu"}


class FigureRefused(Exception):
    """A figure is not what its kind expects: its French word ("" for the whole), and what is wrong, in French."""

    def __init__(self, word: str, trouble: str) -> None:
        super().__init__(word, trouble)
        self.word, self.trouble = word, trouble


def checked_figures(kind: type[Figures], raw: Mapping[str, Any]) -> Figures:
    """The figures of this kind. raises: FigureRefused, for the first wrong; InvalidValue for what its words say."""
    try:
        read = _model(kind).model_validate(dict(raw))  # type: ignore[arg-type] # a class is hashable
    except ValidationError as refused:
        first = refused.errors()[0]
        word = str(first["loc"][0]) if first["loc"] else ""
        raise FigureRefused(word, _TROUBLES.get(first["type"], "ne convient pas")) from None
    figures = kind({name: getattr(read, name) for name in kind.specs})
    figures.check()
    return figures


@cache
def _model(kind: type[Figures]) -> type[BaseModel]:
    hints = get_type_hints(kind, include_extras=True)
    fields: dict[str, Any] = {name: (hints[name], _field(spec)) for name, spec in kind.specs.items()}
    settings = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
    return create_model(kind.__name__, __config__=settings, **fields)


def _field(spec: FigureSpec) -> Any:
    default = {} if spec.default is REQUIRED else {"default": spec.default}
    settings: dict[str, Any] = {"alias": spec.word, **spec.limits, **default}
    return Field(**settings)
