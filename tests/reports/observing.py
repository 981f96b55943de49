"""Every figure that the reports, the workbooks, the pages and the listings of a base show, and where each stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from ledger.core.field import Kind
from ledger.core.money import Money, total
from ledger.exchange.declaration import AddedColumns, Column, LiveDifference, LiveSum, Table
from ledger.exchange.export.committees import committee_tables
from ledger.exchange.export.report import week_table
from ledger.exchange.export.subjects import SUBJECTS, export_tables
from ledger.journal.exercices import closed_years
from ledger.reports.agenda import agenda, agenda_report
from ledger.reports.catalogue import REPORTS, ReportAsked, make_report
from ledger.reports.committees import citizens_report, committee_reports
from ledger.reports.deadlines import instalments_report
from ledger.reports.dossier.content import dossier_of_year
from ledger.reports.figures.catalogue import FIGURES
from ledger.reports.figures.credits import CREDIT_FIGURES
from ledger.reports.listing import Listing
from ledger.reports.selection import Selection
from ledger.reports.trend import trend_report
from ledger.reports.vocabulary import Par, ParEcart

WORDS = {word: each.name for each in FIGURES.values() for word in (each.title, *each.also)}
"""The figure that each word says."""
SUBJECT_FIELDS = {"action": "action", "n°": "action", "n° action": "action", "ligne": "ligne"}
SUBJECT_FIELDS |= {"ligne de crédit": "ligne", "convention": "convention", "n° convention": "convention"}


class Seen(NamedTuple):
    """A figure, of what (everything of the year, an action, a line, a convention), as one place shows it."""

    figure: str
    subject: str
    where: str
    amount: Money


_OF_THE_EXERCICE = frozenset(each.name for each in CREDIT_FIGURES)


def everything_seen(session: Session, year: int, today: date) -> Iterator[Seen]:
    """Every figure of the year that a report, a page or a workbook shows."""
    for name, report in reports_of(session, year, today):
        yield from map(_placed, seen_in_report(name, report))
    for name, table in tables_of(session, year, today):
        yield from map(_placed, seen_in_table(name, table))


def _placed(seen: Seen) -> Seen:
    """What it is of, more exactly: credits are of an exercice, and some places show a part of the year only."""
    figure, subject, where, amount = seen
    if "plan de " in where and subject == "tout":
        return Seen(figure, f"action {where.rpartition(' ')[2]}", where, amount)
    if "tendance" in where or "recouvrements" in where.lower():
        return Seen(figure, f"{where}, {subject}", where, amount)
    if "Comité 20" in where and figure == "reste_du":
        return Seen(figure, f"exercice {subject}", where, amount)
    if figure in _OF_THE_EXERCICE:
        whole = f"comité, {subject}" if where.startswith("comité") or "du comité" in where else "exercice"
        if "conventions" in where:
            return seen
        return Seen(figure, whole if subject == "tout" else f"exercice {subject}", where, amount)
    return seen


def reports_of(session: Session, year: int, today: date) -> Iterator[tuple[str, Listing]]:
    """Every report on the year, by name."""
    selection = Selection(year)
    for name in REPORTS:
        groupings = {"demandes": tuple(Par), "ecarts": ("", *ParEcart)}.get(name, ("",))
        for by in groupings:
            yield f"rapport {name} {by}".strip(), make_report(session, name, ReportAsked(selection, by=by))
    for financeur in ("CAPH", "CAF", "ETAT"):
        yield f"rapport tendance {financeur}", trend_report(session, [year], financeur, "")
    yield "rapport echeancier", instalments_report(session, today, 12, "")
    yield "rapport semaine", agenda_report(agenda(session, today, 366), "")
    for committee in ("technique", "copil"):
        for each in committee_reports(session, committee, year):
            yield f"comité {committee} {each.title}", each
    yield "conseil citoyen", citizens_report(session, year)
    dossier = dossier_of_year(session, year, today=today, note="", seal="")
    yield from ((f"dossier {name}", each) for name, each in dossier.reports.items())
    for sheet in dossier.actions:
        yield f"dossier, plan de {sheet.action.number}", sheet.plan


def tables_of(session: Session, year: int, today: date) -> Iterator[tuple[str, Table]]:
    """Every sheet of every workbook on the year; but the page that says what a closing to come would make of it."""
    for subject in SUBJECTS:
        for each in export_tables(session, subject, year, on=today):
            if not (each.sheet.name.startswith("Comité") and year not in closed_years(session)):
                yield f"classeur {subject}, {each.sheet.name}", each
    for committee in ("technique", "copil"):
        for each in committee_tables(session, committee, year):
            yield f"classeur du comité {committee}, {each.sheet.name}", each
    yield "classeur de la semaine", week_table(agenda(session, today, 366), "")


def seen_in_report(name: str, report: Listing) -> Iterator[Seen]:
    """The figures of its rows that are of an action, a line or a convention, and its totals."""
    subject = next((each for each in report.fields if each.title in SUBJECT_FIELDS), None)
    for each in report.fields:
        if each.kind is not Kind.AMOUNT:
            continue
        figure = WORDS[each.title]
        if subject is not None and "plan de " not in name:
            kind = SUBJECT_FIELDS[subject.title]
            rows = [(row[subject.name], row[each.name]) for row in report.rows]
            yield from (Seen(figure, of, name, amount) for of, amount in _by_subject(kind, rows).items())
        if each.summed:
            sums = report.totals()[each.name]
            assert isinstance(sums, Money)
            shown = (row[each.name] for row in report.rows)
            assert sums == total(amount for amount in shown if isinstance(amount, Money)), (name, each.title)
            yield Seen(figure, "tout", name, sums)


def seen_in_table(name: str, table: Table) -> Iterator[Seen]:
    """The figures of a sheet's rows, those that formulas compute included, and its totals."""
    columns = [each for each in table.sheet.columns if each.kind is Kind.AMOUNT]
    subject = next((each for each in table.sheet.columns if each.title.lower() in SUBJECT_FIELDS), None)
    for column in columns:
        figure = WORDS.get(column.title[:1].lower() + column.title[1:])
        if figure is None or isinstance(column.formula, (LiveDifference, LiveSum)):
            continue
        of = f"{column.group} " if column.group and column.group != "Ensemble" else ""
        amounts = [_value(column, row) for row in table.rows]
        if subject is not None and not of:
            kind = SUBJECT_FIELDS[subject.title.lower()]
            rows = [(row[subject.field], amount) for row, amount in zip(table.rows, amounts, strict=True)]
            yield from (Seen(figure, seen, name, amount) for seen, amount in _by_subject(kind, rows).items())
        if column.summed and (table.sheet.computed or column.informative):
            line = column.field.rpartition(" ")[0]
            subject_of = f"ligne {line}" if of and line.isupper() else "tout"
            yield Seen(figure, subject_of, name, total(amount for amount in amounts if isinstance(amount, Money)))


def _value(column: Column, row: Mapping[str, Any]) -> Any:
    """What a cell shows: its value, or what its formula computes."""
    match column.formula:
        case AddedColumns(fields):
            return total(row[field] for field in fields if isinstance(row.get(field), Money))
    return row.get(column.field)


def _by_subject(kind: str, rows: Iterable[tuple[Any, Any]]) -> dict[str, Money]:
    """The amounts of each subject added up; a row without its own is of the subject above it."""
    found: dict[str, Money] = {}
    last = ""
    for subject, amount in rows:
        last = str(subject or last)
        if isinstance(amount, Money):
            of = f"{kind} {last}"
            found[of] = found.get(of, Money(0)) + amount
    return found
