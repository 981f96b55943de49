"""What a listing is: fields, rows, totals and a chart, declared once for screen, workbook, CSV, JSON and page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ledger.core.field import Field, Kind
from ledger.core.money import Money, total


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars, one group a row: the field that names it, the fields drawn, one on the other or side by side."""

    label: str
    fields: tuple[str, ...]
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows to look at: each holds a value for each field, `notes` say how to read them.

    empty: the sentence in its place where there is no row. total: the words before the sums. counted: the places of the
    rows that are added up; all where it is None. alerts: the places of the rows in red; words say it too.
    """

    title: str
    fields: tuple[Field, ...]
    rows: tuple[Mapping[str, Any], ...]
    notes: tuple[str, ...] = ()
    bars: Bars | None = None
    empty: str = ""
    total: str = "Total"
    counted: Collection[int] | None = None
    alerts: Collection[int] = ()

    def totals(self) -> dict[str, Money | int]:
        """The sum of each summed field; a blank counts for nothing."""
        return {each.name: self._sum(each) for each in self.fields if each.summed}

    def _sum(self, of: Field) -> Money | int:
        counted = self.counted
        values = [row[of.name] for place, row in enumerate(self.rows) if counted is None or place in counted]
        if of.kind is Kind.AMOUNT:
            return total(value for value in values if isinstance(value, Money))
        return sum(value for value in values if isinstance(value, int))

    def scripted_rows(self) -> list[dict[str, Any]]:
        """The rows as scripts read them."""
        return [{each.name: row[each.name] for each in self.fields if each.scripted} for row in self.rows]
