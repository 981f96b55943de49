"""What a kind of rule is: named figures, the scopes it may take, how it reads in French."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from inspect import get_annotations
from typing import Any, ClassVar, NamedTuple

from ledger.core.money import Money
from ledger.rules.scope import ACTION_WORDS
from ledger.rules.vocabulary import Clock, ScopeWord

OF_ACTIONS = ACTION_WORDS
OF_SHARES = (*ACTION_WORDS, ScopeWord.STATUT)
ON_ONE_LINE = tuple(word for word in ScopeWord if word not in (ScopeWord.TERRITORY, ScopeWord.STATUT))
OF_LINES = tuple(word for word in ON_ONE_LINE if word != ScopeWord.INNOVATION)
WITHOUT_INNOVATION = tuple(word for word in ScopeWord if word not in (ScopeWord.INNOVATION, ScopeWord.STATUT))


REQUIRED: Any = object()
"""Stands for the value of a figure that has none when it is not given."""


class FigureSpec(NamedTuple):
    """How a figure of a kind is typed: its French word, its value when not given, its limits in Pydantic's words."""

    word: str
    default: Any
    limits: Mapping[str, int]


def figure(word: str = "", *, default: Any = REQUIRED, **limits: int) -> Any:
    """A figure of a kind of rule; word: "" where it is typed under its own name. limits: ge, le, gt, min_length…"""
    return FigureSpec(word, default, limits)


class Figures:
    """The figures of a rule, typed and stored under their French words; they never change.

    clock: which day decides the version that holds. scopes: the scope words a rule of this kind may take.
    specs: how each figure is typed, by name, from the annotations of the class.
    """

    kind: ClassVar[str]
    meaning: ClassVar[str]
    clock: ClassVar[Clock]
    scopes: ClassVar[tuple[str, ...]] = WITHOUT_INNOVATION
    specs: ClassVar[Mapping[str, FigureSpec]] = {}

    def __init_subclass__(cls) -> None:
        """Take the figures that the class declares, after those of the kind it specialises."""
        own = {}
        for name, words in get_annotations(cls).items():
            if not words.startswith("ClassVar"):
                found = cls.__dict__.get(name, REQUIRED)
                spec = found if isinstance(found, FigureSpec) else FigureSpec("", found, {})
                own[name] = spec._replace(word=spec.word or name)
        cls.specs = {**cls.specs, **own}

    def __init__(self, values: Mapping[str, Any]) -> None:
        """Figures of these values, by name, as `read_figures` or `stored_figures` read them."""
        vars(self).update(values)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"the figures of a rule never change: {name}")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({vars(self)})"

    def check(self) -> None:
        """Refuse figures that make no sense together. raises: InvalidValue."""

    @abstractmethod
    def text(self) -> str:
        """The figures as people read them."""

    def stored(self) -> dict[str, Any]:
        """The figures as kept in the base: words, whole numbers, lists."""
        return {spec.word: _kept(getattr(self, name)) for name, spec in self.specs.items()}


def _kept(value: Any) -> Any:
    match value:
        case Fraction():
            return f"{value.numerator}/{value.denominator}"
        case Money():
            return value.plain()
        case date():
            return value.isoformat()
        case StrEnum():
            return value.value
        case tuple():
            return [_kept(each) for each in value]
        case _:
            return value
