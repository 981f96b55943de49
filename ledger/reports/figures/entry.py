"""An entry of the catalogue of figures, what it is made of, and the views that reports and workbooks take of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ledger.core.field import Field, Kind
from ledger.core.words import enumeration
from ledger.journal.positions import Position


@dataclass(frozen=True, slots=True)
class BalanceFigure:
    """What the accounts of these positions hold, added up."""

    positions: tuple[Position, ...]

    @property
    def words(self) -> str:
        """As the glossary says it."""
        one = "ce que tient la position" if len(self.positions) == 1 else "ce que tiennent les positions"
        return f"{one} {_names(self.positions)}"


@dataclass(frozen=True, slots=True)
class MovedFigure:
    """What went from one of some positions to one of others, less what came back the same way."""

    into: tuple[Position, ...]
    out_of: tuple[Position, ...]
    besides: str = ""

    @property
    def words(self) -> str:
        """As the glossary says it."""
        said = f"ce qui passe de {_names(self.out_of)} à {_names(self.into)}, moins ce qui en revient"
        return f"{said}{', ' if self.besides else ''}{self.besides}"


@dataclass(frozen=True, slots=True)
class PlannedFigure:
    """What the plans de financement of the actions say, in words."""

    said: str

    @property
    def words(self) -> str:
        """As the glossary says it."""
        return f"le plan de financement en vigueur : {self.said}"


@dataclass(frozen=True, slots=True)
class RecordedFigure:
    """What rows of acts (bilans, payments, titres, decisions) say, in words."""

    said: str

    @property
    def words(self) -> str:
        """As the glossary says it."""
        return self.said


@dataclass(frozen=True, slots=True)
class CombinedFigure:
    """Other figures, by name: added, taken away."""

    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """As the glossary says it, the names between braces to be replaced by titles."""
        return " + ".join(_braces(self.plus)) + "".join(f" − {each}" for each in _braces(self.minus))


@dataclass(frozen=True, slots=True)
class RatioFigure:
    """One figure, or several, over another."""

    of: tuple[str, ...]
    over: str

    @property
    def words(self) -> str:
        """As Combined's."""
        above = " + ".join(_braces(self.of))
        return f"{above if len(self.of) == 1 else f'({above})'} ÷ {{{self.over}}}"


Formula: TypeAlias = BalanceFigure | MovedFigure | PlannedFigure | RecordedFigure | CombinedFigure | RatioFigure


def _names(positions: tuple[Position, ...]) -> str:
    return enumeration([f"`{each.value}`" for each in positions])


def _braces(names: tuple[str, ...]) -> list[str]:
    return [f"{{{name}}}" for name in names]


@dataclass(frozen=True, slots=True)
class DefinedFigure:
    """A figure: its name in the catalogue, the words people read, what it counts and leaves out, how it is made.

    key: the name scripts read; the name where none is given. also: the other words of the same figure, where a
    column is narrow or a sentence needs them. since: the version of the program that first showed it.
    """

    name: str
    title: str
    counts: str
    leaves_out: str
    formula: Formula
    kind: Kind = Kind.AMOUNT
    key: str = ""
    also: tuple[str, ...] = ()
    since: str = "0.1"

    @property
    def script_key(self) -> str:
        """The name scripts read."""
        return self.key or self.name

    @property
    def heading(self) -> str:
        """The title, as the head of a column."""
        return self.title[:1].upper() + self.title[1:]

    @property
    def unit(self) -> str:
        """What it is counted in."""
        return {Kind.AMOUNT: "euros, au centime", Kind.INTEGER: "unités", Kind.RATE: "rapport exact"}[self.kind]

    def field(self, *, summed: bool = True, shown: bool = True, title: str = "", key: str = "") -> Field:
        """The column of a report.

        title: one of the figure's other words. key: what scripts read there, where they always read another name.
        """
        assert not title or title in self.also, f"{title} is no word of {self.name}"
        kind = Kind.INTEGER if self.kind is Kind.INTEGER else Kind.AMOUNT
        name = key or self.script_key
        return Field(name, title or self.title, kind, summed=summed, shown=shown, since=self.since)
