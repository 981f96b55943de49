"""Opening years; which year follows which."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError, NotFound
from ledger.core.period import check_year, french_day
from ledger.journal.model import Exercice
from ledger.storage.history import counting_from
from ledger.storage.session import context
from ledger.storage.standing import standing_act


class DayClosed(LedgerError):
    """A day that takes no entry: its exercice is closed, or was never opened."""

    code = "exercice_ferme"


class ExerciceExists(LedgerError):
    """The exercice is there already."""

    code = "exercice_existant"


def open_exercice(session: Session, year: int) -> Exercice:
    """The new exercice, whose days take entries from now on.

    raises: InvalidValue for a year outside 2000–2099, ExerciceExists.
    """
    contract = context(session).contract
    check_year(year)
    if (found := session.get(Exercice, (contract, year))) is not None:
        raise ExerciceExists(
            f"L'exercice {year} existe déjà ({found.state}){standing_act(found)}.",
            "Consultez les exercices : cofiville exercice lister.",
        )
    exercice = Exercice(contract=contract, year=year)
    with counting_from(session, date.min):
        session.add(exercice)
    return exercice


def find_exercice(session: Session, year: int) -> Exercice:
    """The exercice of this year.

    raises: NotFound.
    """
    found = session.get(Exercice, (context(session).contract, year))
    if found is None:
        raise NotFound(f"L'exercice {year} n'existe pas.", f"Ouvrez-le : cofiville exercice ouvrir {year}.")
    return found


def exercices(session: Session) -> list[Exercice]:
    """Every exercice of the contract, oldest first."""
    query = select(Exercice).order_by(Exercice.year)
    return list(session.scalars(query))


def closed_years(session: Session, on: date | None = None) -> frozenset[int]:
    """The exercices that are closed (by this day)."""
    return frozenset(
        each.year for each in exercices(session) if each.closed_on is not None and (on is None or each.closed_on <= on)
    )


def previous_exercice(session: Session, year: int) -> Exercice | None:
    """The latest exercice that exists before this year (years may be missing); None for the first."""
    earlier = [exercice for exercice in exercices(session) if exercice.year < year]
    return earlier[-1] if earlier else None


def check_open(days: set[date], closed: Mapping[int, Any]) -> None:
    """Check that every day belongs to an open exercice. raises: DayClosed.

    closed: for each exercice there is among those of these days, the day it was closed; None when it is open.
    raises: DayClosed.
    """
    for day in sorted(days):
        if day.year not in closed:
            raise DayClosed(
                f"Le {french_day(day)} n'appartient à aucun exercice ouvert : l'exercice {day.year} n'existe pas.",
                f"Ouvrez-le : cofiville exercice ouvrir {day.year}, ou corrigez la date (--le).",
            )
        if closed[day.year] is not None:
            raise DayClosed(
                f"L'exercice {day.year} est clos : le {french_day(day)} ne reçoit plus d'écriture.",
                "Datez l'acte dans un exercice ouvert (--le) ; une correction s'enregistre sur l'exercice en cours.",
            )
