"""The live formulas of a sheet, and what they give: a viewer that does not calculate shows the same figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from ledger.core.field import Value
from ledger.core.money import ZERO, Money
from ledger.exchange.declaration import Added, Column, Gap, Sheet, Sum, Table, Values
from ledger.exchange.opening.places import column_letters


class Live:
    """The formulas of one sheet among the others of its workbook."""

    def __init__(self, sheet: Sheet, columns: Sequence[Column], others: Mapping[str, Table]) -> None:
        self._sheet, self._others = sheet, others
        self._letters = {column.field: column_letters(place) for place, column in enumerate(columns, start=1)}

    def formula(self, column: Column, row: int) -> str:
        """The formula of this column on this row (from 0)."""
        here = f"${self._letters[self._sheet.key[0]]}{row + 1}"
        rule = column.formula
        if isinstance(rule, Sum):
            names = [other.field for other in self._others[rule.sheet].sheet.columns]
            keys, amounts = (column_letters(1 + names.index(field)) for field in (rule.key, rule.amount))
            of = f"'{rule.sheet}'!"
            return f'=IF({here}="","",SUMIF({of}${keys}:${keys},{here},{of}${amounts}:${amounts}))'
        if isinstance(rule, Added):
            return "=" + "+".join(f"{self._letters[field]}{row + 1}" for field in rule.fields)
        assert isinstance(rule, Gap)
        whole, part = self._letters[rule.whole], self._letters[rule.part]
        return f'=IF({here}="","",ROUND({whole}{row + 1}-{part}{row + 1},2))'

    def result(self, column: Column, values: Values) -> Money:
        """What the formula gives on these values."""
        rule = column.formula
        if isinstance(rule, Sum):
            return self._sums[column.field].get(values.get(self._sheet.key[0]), ZERO)
        if isinstance(rule, Added):
            return Money(sum(_cents(values.get(field)) for field in rule.fields))
        assert isinstance(rule, Gap)
        whole, part = (self.value(self._sheet.column(field), values) for field in (rule.whole, rule.part))
        return Money(_cents(whole) - _cents(part))

    def value(self, column: Column, values: Values) -> Value:
        """What this column shows on these values, computed or not."""
        return values.get(column.field) if column.formula is None else self.result(column, values)

    @cached_property
    def _sums(self) -> dict[str, dict[Value, Money]]:
        """By field, the total of the other sheet for each key."""
        found: dict[str, dict[Value, Money]] = {}
        for column in self._sheet.columns:
            rule = column.formula
            if isinstance(rule, Sum) and rule.sheet in self._others:
                sums = found.setdefault(column.field, {})
                for row in self._others[rule.sheet].rows:
                    key = row.get(rule.key)
                    sums[key] = sums.get(key, ZERO) + Money(_cents(row.get(rule.amount)))
        return found


def _cents(value: Value) -> int:
    return value.cents if isinstance(value, Money) else 0
