"""What can be exported, by the name users type."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
from ledger.exchange.declaration import Table
from ledger.exchange.export.avis import avis_tables
from ledger.exchange.export.closing import closing_tables
from ledger.exchange.export.consumption import consumption_tables
from ledger.exchange.export.conventions import convention_tables
from ledger.exchange.export.programming import programming_tables
from ledger.exchange.export.referential import referential_tables
from ledger.journal.exercices import find_exercice


class UnknownSubject(LedgerError):
    """Nothing of that name is exported."""

    code = "export_inconnu"


def export_tables(session: Session, subject: str, year: int, *, on: date, stamp: str = "") -> list[Table]:
    """The tables of the workbook on this subject.

    stamp: the words that sign a workbook sent. on: the day a closing is looked at from.
    raises: UnknownSubject, NotFound for a year never opened.
    """
    subjects: dict[str, Callable[[], list[Table]]] = {
        "programmation": lambda: programming_tables(session, year, stamp),
        "avis": lambda: avis_tables(session, year),
        "conventions": lambda: convention_tables(session, year),
        "consommation": lambda: consumption_tables(session, year),
        "cloture": lambda: closing_tables(session, year, on=on, stamp=stamp),
        "referentiel": lambda: referential_tables(session, year),
    }
    if subject not in subjects:
        raise UnknownSubject(f"« {subject} » ne s'exporte pas.", f"Choisissez : {', '.join(subjects)}.")
    find_exercice(session, year)
    return subjects[subject]()
