"""Reports as workbooks and as CSV, from their one definition; the state of consumption; the week to decide in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from ledger.core.field import Field, Kind, Value
from ledger.core.money import Money
from ledger.core.period import french_day
from ledger.core.words import one_line
from ledger.exchange.declaration import AddedColumns, Chart, Column, LiveDifference, Sheet, Table, Values, column
from ledger.exchange.export.example import example_note
from ledger.exchange.sheets.week import WEEK
from ledger.reports.agenda import Task
from ledger.reports.consumption import LineConsumption, consumption
from ledger.reports.figures.credits import CARRIED_IN, NOTIFIED, SHOWN_POSITIONS
from ledger.reports.listing import Listing
from ledger.reports.vocabulary import TaskNature

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
    named = tuple(each for each in report.fields if each.choices)
    return Table(sheet, tuple(_values(row, named) for row in report.rows), chart)


def _plain(field: Field) -> Field:
    """The field as a page to look at has it: nothing to choose, nothing to explain."""
    return field.but(title=field.title.capitalize(), help="", choices=(), offers="")


def _values(row: Mapping[str, Value], named: Sequence[Field]) -> Values:
    """The row, with the words that people read of each value of a closed list."""
    return dict(row) | {each.name: str(each.label(value)) for each in named if (value := row.get(each.name))}


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
    text = one_line(str(value))
    return f"'{text}" if text.startswith(_LIVE) else text


_POSITIONS = tuple(each.script_key for each in SHOWN_POSITIONS)


def consumption_tables(session: Session, year: int) -> list[Table]:
    """Each line of the year: what was notified, the positions that add up to it, the gap (zero)."""
    amounts = tuple(
        column(each.script_key, each.field(), summed=True, width=16) for each in (NOTIFIED, *SHOWN_POSITIONS)
    )
    checks = (
        Column("sum", "Somme des positions", Kind.AMOUNT, summed=True, width=16, formula=AddedColumns(_POSITIONS)),
        Column("gap", "Écart", Kind.AMOUNT, width=12, formula=LiveDifference(NOTIFIED.script_key, "sum")),
    )
    sheet = Sheet(
        name=f"Consommation {year}",
        title=f"État de consommation des crédits {year}{example_note(session, year)}",
        key=("line",),
        instructions=("Tableau calculé. Sur chaque ligne, les positions additionnées font le notifié, au centime.",),
        columns=(
            Column("line", "Ligne de crédit", Kind.CODE, width=29),
            Column("label", "Libellé", Kind.TEXT, width=44),
            Column("financeur", "Financeur", Kind.CODE, width=14),
            column("carried_in", CARRIED_IN.field(), summed=True, width=16),
            *amounts,
            *checks,
        ),
        computed=True,
    )
    chart = Chart(f"Où en sont les crédits {year}", "line", _POSITIONS)
    return [Table(sheet, tuple(_row(line) for line in consumption(session, year)), chart)]


def _row(line: LineConsumption) -> Values:
    row = line.row()
    return {
        "line": line.line,
        "label": line.label,
        "financeur": line.financeur,
        "carried_in": line.state.carried_in,
        **{each.script_key: row[each.script_key] for each in (NOTIFIED, *SHOWN_POSITIONS)},
    }


def week_table(tasks: Iterable[Task], title: str) -> Table:
    """One row a task; what is decided is blank."""
    return Table(WEEK, tuple(_week_row(task) for task in tasks), note=f" — {title}")


def _week_row(task: Task) -> Values:
    return {
        "subject": task.subject,
        "nature": TaskNature(task.nature).label,
        "late": task.late,
        "waits_for": task.waits_for,
        "due_on": task.due_on,
        "amount_due": task.amount,
        "to_justify": task.to_justify,
        "command": task.command,
    }
