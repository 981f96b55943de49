"""What can be exported, by the name users type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
from ledger.exchange.declaration import Table
from ledger.exchange.export.closing import closing_tables
from ledger.exchange.export.committees import avis_tables
from ledger.exchange.export.programming import convention_tables, programming_tables
from ledger.exchange.export.referential import referential_tables
from ledger.exchange.export.report import consumption_tables
from ledger.journal.exercices import find_exercice


class UnknownSubject(LedgerError):
    """Nothing of that name is exported."""

    code = "export_inconnu"


SUBJECTS: Mapping[str, Callable[[Session, int, date, str], list[Table]]] = {
    "programmation": lambda session, year, _on, stamp: programming_tables(session, year, stamp),
    "avis": lambda session, year, _on, _stamp: avis_tables(session, year),
    "conventions": lambda session, year, _on, _stamp: convention_tables(session, year),
    "consommation": lambda session, year, _on, _stamp: consumption_tables(session, year),
    "cloture": lambda session, year, on, stamp: closing_tables(session, year, on=on, stamp=stamp),
    "referentiel": lambda session, year, _on, _stamp: referential_tables(session, year),
}


def export_tables(session: Session, subject: str, year: int, *, on: date, stamp: str = "") -> list[Table]:
    """The tables of the workbook on this subject.

    stamp: the words that sign a workbook sent. on: the day a closing is looked at from.
    raises: UnknownSubject, NotFound for a year never opened.
    """
    if subject not in SUBJECTS:
        raise UnknownSubject(f"« {subject} » ne s'exporte pas.", f"Choisissez : {', '.join(SUBJECTS)}.")
    find_exercice(session, year)
    return SUBJECTS[subject](session, year, on, stamp)
