"""What a report is: fields, rows, totals and a chart, declared once for screen, workbook, CSV, JSON and page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from ledger.core.money import Money, total

Cell: TypeAlias = str | int | bool | Money | date | Fraction | None


class Unit(StrEnum):
    """What a field holds."""

    WORDS = "texte"
    CODE = "code"
    COUNT = "nombre"
    AMOUNT = "montant"
    DAY = "jour"
    YES_NO = "oui/non"


@dataclass(frozen=True, slots=True)
class Field:
    """A figure or a word of each row; an amount is declared in the catalogue of figures, which makes its field.

    name: as scripts read it. shown: whether screens and pages show it; JSON, CSV and workbooks hold every field.
    """

    name: str
    title: str
    unit: Unit = Unit.WORDS
    summed: bool = False
    shown: bool = True
    width: int = 16


def code(name: str, title: str, *, shown: bool = True, width: int = 22) -> Field:
    """A field of codes."""
    return Field(name, title, Unit.CODE, shown=shown, width=width)


def words(name: str, title: str, *, shown: bool = True, width: int = 40) -> Field:
    """A field of words."""
    return Field(name, title, Unit.WORDS, shown=shown, width=width)


def count(name: str, title: str, *, summed: bool = False, shown: bool = True) -> Field:
    """A field of whole numbers."""
    return Field(name, title, Unit.COUNT, summed=summed, shown=shown, width=10)


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars, one group a row: the field that names it, the fields drawn, one on the other or side by side."""

    label: str
    fields: tuple[str, ...]
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A report made: `rows` hold a value for each field, `notes` say how to read it."""

    title: str
    fields: tuple[Field, ...]
    rows: tuple[Mapping[str, Cell], ...]
    notes: tuple[str, ...] = ()
    bars: Bars | None = None

    def totals(self) -> dict[str, Money | int]:
        """The sum of each summed field; a blank counts for nothing."""
        return {each.name: self._sum(each) for each in self.fields if each.summed}

    def _sum(self, of: Field) -> Money | int:
        values = [row[of.name] for row in self.rows if row[of.name] is not None]
        if of.unit is Unit.AMOUNT:
            return total(value for value in values if isinstance(value, Money))
        return sum(value for value in values if isinstance(value, int))

    def data(self) -> list[dict[str, Cell]]:
        """The rows as scripts read them."""
        return [{each.name: row[each.name] for each in self.fields} for row in self.rows]
