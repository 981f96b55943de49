"""The workbook of a closing, kept as the closing made it: printed again later, it is the same to the byte."""

from __future__ import annotations

import io
from datetime import date

from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.core.period import french_day
from ledger.exchange.export.closing import closing_tables
from ledger.exchange.model import SentWorkbook
from ledger.exchange.sending.sent import WorkbookStamp, content_of, last_sent, send_workbook
from ledger.exchange.writing.lists import contract_lists
from ledger.exchange.writing.writer import META, workbook_bytes
from ledger.journal.exercices import find_exercice
from ledger.storage.session import context

SUBJECT = "cloture"
_NOT_SHOWN = ("Listes", META)


def keep_closing(session: Session, year: int, *, on: date) -> WorkbookStamp:
    """The stamp of the workbook of a year just closed, made and kept in the same transaction."""

    def made(stamp: WorkbookStamp) -> bytes:
        tables = closing_tables(session, year, on=on, stamp=stamp.words)
        return workbook_bytes(
            tables,
            contract_lists(session),
            {"contrat": context(session).contract, "export": SUBJECT, "exercice": str(year), **stamp.about},
        )

    return send_workbook(session, SUBJECT, year, on=on, made=made)[0]


def kept_closing(session: Session, year: int, on: date) -> SentWorkbook | None:
    """The workbook kept when the year was closed; None while it is open, or if it was closed without one.

    on: the day it is looked at from. raises: InvalidValue for a day before the closing, when nothing was settled yet.
    """
    closed_on = find_exercice(session, year).closed_on
    if closed_on is None:
        return None
    if on < closed_on:
        raise InvalidValue(
            f"L'exercice {year} a été clos le {french_day(closed_on)} : le {french_day(on)}, rien n'en était arrêté.",
            f"Demandez-le au jour de sa clôture ou après (--le {closed_on}) ; un classeur envoyé avant :"
            " cofiville excel envois.",
        )
    return last_sent(session, SUBJECT, year)


def sheet_names(sent: SentWorkbook) -> list[str]:
    """The sheets that people see in a workbook kept."""
    from python_calamine import CalamineWorkbook

    names = CalamineWorkbook.from_filelike(io.BytesIO(content_of(sent))).sheet_names
    return [name for name in names if name not in _NOT_SHOWN]
