"""Reports as workbooks and as CSV, from their one definition."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ledger.core.field import Field, Value
from ledger.core.money import Money
from ledger.core.period import french_day
from ledger.exchange.declaration import Chart, Sheet, Table, Values, column
from ledger.reports.listing import Listing

_LIVE = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_NAME = 31


def report_table(report: Listing, name: str) -> Table:
    """The report as a sheet of this name: every field, live totals, its bars as a native chart."""
    columns = tuple(
        column(each.name, _plain(each), summed=each.summed, width=each.columns_wide) for each in report.fields
    )
    sheet = Sheet(
        name=name[:_LONGEST_NAME],
        title=report.title,
        key=(report.fields[0].name,),
        columns=columns,
        instructions=report.notes or ("Tableau calculé : il se lit.",),
        computed=True,
    )
    chart = None
    if report.bars is not None and any(row[name] for row in report.rows for name in report.bars.fields):
        chart = Chart(report.title, report.bars.label, report.bars.fields, stacked=report.bars.stacked)
    return Table(sheet, tuple(_values(row) for row in report.rows), chart)


def _plain(field: Field) -> Field:
    """The field as a page to look at has it: nothing to choose, nothing to explain."""
    return field.but(title=field.title.capitalize(), help="", choices=(), offers="")


def _values(row: Mapping[str, Value]) -> Values:
    return dict(row)


def csv_text(rows: Iterable[Mapping[str, Any]], titles: Sequence[str] | None = None) -> str:
    """Rows as a French spreadsheet opens them: semicolons, comma decimals, days JJ/MM/AAAA, no line of totals.

    titles: the first line; the names of the first row's fields without it.
    """
    found = list(rows)
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    heads = titles or (list(found[0]) if found else [])
    if heads:
        writer.writerow(heads)
    writer.writerows([csv_cell(value) for value in row.values()] for row in found)
    return stream.getvalue()


def csv_cell(value: Any) -> str:
    """A value as text of a CSV; words that a spreadsheet would run as a formula are made harmless by an apostrophe."""
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case Money():
            return value.plain().replace(".", ",")
        case int():
            return str(value)
        case list() | tuple():
            return " ; ".join(csv_cell(each) for each in value)
        case dict():
            return ", ".join(f"{name} {csv_cell(each)}" for name, each in value.items())
    if hasattr(value, "isoformat"):
        return value.isoformat(sep=" ", timespec="seconds") if hasattr(value, "hour") else french_day(value)
    text = str(value)
    return f"'{text}" if text.startswith(_LIVE) else text
