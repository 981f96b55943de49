"""Conventions and payments of a year, as they can be imported again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ledger.exchange.declaration import Table
from ledger.exchange.handlers.convention_rows import convention_rows, payment_rows
from ledger.exchange.sheets.conventions import CONVENTIONS
from ledger.exchange.sheets.payments import PAYMENTS


def convention_tables(session: Session, year: int) -> list[Table]:
    """Every convention of the millésime and its payments, whatever the year they were paid in."""
    return [
        Table(CONVENTIONS, tuple(convention_rows(session, {year}).values())),
        Table(PAYMENTS, tuple(payment_rows(session, {year}).values())),
    ]
