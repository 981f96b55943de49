"""What a figure is made of: positions held, moves between them, the plan, rows of acts, other figures. No session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ledger.core.words import enumeration
from ledger.journal.keys import Position


@dataclass(frozen=True, slots=True)
class Held:
    """What the accounts of these positions hold, added up."""

    positions: tuple[Position, ...]

    @property
    def words(self) -> str:
        """As the glossary says it."""
        one = "ce que tient la position" if len(self.positions) == 1 else "ce que tiennent les positions"
        return f"{one} {_names(self.positions)}"


@dataclass(frozen=True, slots=True)
class Moved:
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
class Planned:
    """What the plans de financement of the actions say, in words."""

    said: str

    @property
    def words(self) -> str:
        """As the glossary says it."""
        return f"le plan de financement en vigueur : {self.said}"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What rows of acts (bilans, payments, titres, decisions) say, in words."""

    said: str

    @property
    def words(self) -> str:
        """As the glossary says it."""
        return self.said


@dataclass(frozen=True, slots=True)
class Combined:
    """Other figures, by name: added, taken away."""

    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """As the glossary says it, the names between braces to be replaced by titles."""
        return " + ".join(_braces(self.plus)) + "".join(f" − {each}" for each in _braces(self.minus))


@dataclass(frozen=True, slots=True)
class Ratio:
    """One figure, or several, over another."""

    of: tuple[str, ...]
    over: str

    @property
    def words(self) -> str:
        """As Combined's."""
        above = " + ".join(_braces(self.of))
        return f"{above if len(self.of) == 1 else f'({above})'} ÷ {{{self.over}}}"


Formula: TypeAlias = Held | Moved | Planned | Recorded | Combined | Ratio


def _names(positions: tuple[Position, ...]) -> str:
    return enumeration([f"`{each.value}`" for each in positions])


def _braces(names: tuple[str, ...]) -> list[str]:
    return [f"{{{name}}}" for name in names]
