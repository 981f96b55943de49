"""How many live in each territory, by EPCI."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.referential.model import TerritoryPopulation


def people_by_epci(session: Session) -> dict[str, dict[str, int]]:
    """By territory, how many of its inhabitants live in each EPCI; nothing where the source does not say."""
    found: dict[str, dict[str, int]] = {}
    for each in session.scalars(select(TerritoryPopulation)):
        of_territory = found.setdefault(each.territory, {})
        of_territory[each.epci] = of_territory.get(each.epci, 0) + each.population
    return found


def read_people(text: str) -> dict[str, int]:
    """The inhabitants typed, by EPCI, CODE=NUMBER, in order. raises: InvalidValue."""
    found = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        epci, _, people = part.partition("=")
        if not (people.strip().isascii() and people.strip().isdigit()):
            raise InvalidValue(
                f"« {part} » n'est pas une population.", "Écrivez EPCI=NOMBRE, séparés par des virgules."
            )
        found[epci.strip().upper()] = int(people)
    return found
