"""An entry of the catalogue of figures, and the views that reports and workbooks take of it."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.core.field import Field, Kind
from ledger.reports.figures.formula import Formula


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
