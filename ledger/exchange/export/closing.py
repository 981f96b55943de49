"""The closing of a year as a workbook: what the comité reads, what is signed, decided, owed, and the gaps."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ledger.closing.operations import Closing, plan_closing
from ledger.core.field import Kind
from ledger.exchange.declaration import Column, Sheet, Table, Values
from ledger.exchange.export.closing_lists import (
    elsewhere_recovery_table,
    elsewhere_table,
    recovery_table,
    remainder_table,
)
from ledger.exchange.export.closing_state import committee_table, enveloppe_table
from ledger.exchange.export.consumption import consumption_tables
from ledger.exchange.export.example import example_note
from ledger.exchange.export.report import report_table
from ledger.exchange.handlers.closing import fate_values
from ledger.exchange.sheets.closing import CLOSING
from ledger.reports.catalogue import Asked, make_report
from ledger.reports.facts import load_facts
from ledger.reports.gap_groups import GAP_GROUPINGS, gap_groups_report
from ledger.reports.gaps import real_costs
from ledger.reports.programme import programme
from ledger.reports.selection import Selection


def closing_tables(session: Session, year: int, *, on: date, stamp: str = "") -> list[Table]:
    """Every sheet of the closing: decided, once the year is closed, else as the closing would make them.

    on: the day the closing is looked at from; reports show what counts by then. stamp: the words that sign a workbook
    kept.
    """
    closing = plan_closing(session, year, on=on)
    note = example_note(session, year)
    return [
        committee_table(session, closing, on, note, stamp),
        enveloppe_table(session, year, note),
        remainder_table(session, closing, note),
        elsewhere_table(session, closing, note),
        Table(CLOSING, tuple(fate_values(fate) for fate in closing.fates), note=note),
        _point_table(closing, note),
        recovery_table(session, year, note),
        elsewhere_recovery_table(session, year, note),
        *_report_tables(session, year, on, note),
        *consumption_tables(session, year),
    ]


def _point_table(closing: Closing, note: str) -> Table:
    sheet = Sheet(
        name=f"Points {closing.year}",
        title=f"Exercice {closing.year} : ce que la vérification a relevé",
        key=("code",),
        instructions=(
            "Tels qu'à la clôture : plus rien ne s'y règle."
            if closing.done_before
            else "Chaque point se règle par sa commande. Les points « bloquant » empêchent la clôture.",
        ),
        columns=(
            Column("level", "Niveau", Kind.TEXT, width=13),
            Column("code", "Code", Kind.CODE, width=27),
            Column("subject", "Objet", Kind.TEXT, width=30),
            Column("amount", "Montant", Kind.AMOUNT, width=16),
            Column("message", "Constat", Kind.TEXT, width=60),
            Column("command", "Pour le régler", Kind.TEXT, width=60),
        ),
        computed=True,
    )
    rows: tuple[Values, ...] = tuple(
        {
            "level": point.weight.label,
            "code": point.code,
            "subject": point.subject,
            "amount": point.amount,
            "message": point.message,
            "command": point.command,
        }
        for point in closing.points
    )
    return Table(sheet, rows, note=note)


def _report_tables(session: Session, year: int, on: date, note: str) -> list[Table]:
    asked = Asked(Selection(year, on=on), note)
    actions, facts, costs = programme(session, year, on=on), load_facts(session), real_costs(session, on)
    tables = [
        report_table(make_report(session, "dre", asked), f"Réussite éducative {year}"),
        report_table(make_report(session, "ecarts", asked), f"Écarts par action {year}"),
    ]
    tables += [
        report_table(gap_groups_report(actions, by, facts, costs, asked.of), f"Écarts par {word} {year}")
        for by, word in GAP_GROUPINGS.items()
    ]
    return [*tables, report_table(make_report(session, "leviers", asked), f"Effet levier {year}")]
