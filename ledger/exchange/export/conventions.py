"""Conventions, payments and bilans of a year, as they can be imported again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ledger.exchange.declaration import Table
from ledger.exchange.export.example import example_note
from ledger.exchange.handlers.avenant_rows import avenant_rows
from ledger.exchange.handlers.bilans import bilans_of_year
from ledger.exchange.handlers.convention_rows import convention_rows, payment_rows, schedule_rows
from ledger.exchange.sheets.conventions import AVENANTS, CONVENTIONS, SCHEDULES
from ledger.exchange.sheets.payments import PAYMENTS


def convention_tables(session: Session, year: int) -> list[Table]:
    """Every convention of the millésime with its payments and bilans, whatever their day."""
    note = example_note(session, year)
    return [
        Table(CONVENTIONS, tuple(convention_rows(session, {year}).values()), note=note),
        Table(SCHEDULES, tuple(schedule_rows(session, {year}).values()), note=note),
        Table(AVENANTS, tuple(avenant_rows(session, {year}).values()), note=note),
        Table(PAYMENTS, tuple(payment_rows(session, {year}).values()), note=note),
        *(Table(sheet, tuple(rows.values()), note=note) for sheet, rows in bilans_of_year(session, year)),
    ]
