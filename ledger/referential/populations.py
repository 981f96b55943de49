"""How many live in each territory, by EPCI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.core.identifiers import is_count
from ledger.referential.contracts import epcis_of_contract
from ledger.referential.geography import QPV_POPULATION_YEAR, national_qpv
from ledger.referential.model import Epci, Territory, TerritoryPopulation
from ledger.storage.instants import instant_of_record
from ledger.storage.session import context

FIRST_POPULATION_YEAR = 2006


def people_by_epci(session: Session) -> dict[str, dict[str, int]]:
    """By territory, how many of its inhabitants live in each EPCI; nothing where the source does not say."""
    found: dict[str, dict[str, int]] = {}
    for each in session.scalars(select(TerritoryPopulation)):
        of_territory = found.setdefault(each.territory, {})
        of_territory[each.epci] = of_territory.get(each.epci, 0) + each.population
    return found


def check_people(session: Session, territory: str) -> None:
    """Nothing when the inhabitants held of a QPV of 2024 sum, over its EPCI, to those that INSEE publishes for it.

    Never more; less only while one of its EPCI is unknown, or of another year. raises: InvalidValue.
    """
    published = next((each for each in national_qpv() if each.code == territory), None)
    if published is None or published.population is None:
        return
    query = select(TerritoryPopulation).where(TerritoryPopulation.territory == territory)
    held = session.scalars(query).all()
    whole = sum(each.population for each in held)
    known = {session.get_one(Epci, (context(session).contract, each.epci)).siren for each in held}
    of_that_year = all(each.vintage in (None, QPV_POPULATION_YEAR) for each in held)
    complete = known >= set(published.epcis) and of_that_year
    if whole > published.population or (complete and whole < published.population):
        raise InvalidValue(
            f"{territory} compterait {whole} habitants : l'INSEE en publie {published.population}.",
            "Corrigez les populations par EPCI : leur somme est celle du quartier.",
        )


def check_epcis(session: Session, codes: Iterable[str]) -> None:
    """Nothing when each is an EPCI of the contract. raises: InvalidValue."""
    known = [each.code for each in epcis_of_contract(session)]
    for each in codes:
        if each not in known:
            raise InvalidValue(f"« {each} » n'est pas un EPCI du contrat.", f"EPCI du contrat : {', '.join(known)}.")


def check_vintage(session: Session, year: int | None) -> None:
    """Nothing for a year whose population is published, or for none said. raises: InvalidValue.

    Municipal populations are published since those of 2006 (décret 2003-485); none is of a year to come.
    """
    if year is None:
        return
    last = max(QPV_POPULATION_YEAR, instant_of_record(session).year)
    if not FIRST_POPULATION_YEAR <= year <= last:
        raise InvalidValue(
            f"« {year} » n'est pas l'année d'une population.",
            f"Donnez le millésime de la source, de {FIRST_POPULATION_YEAR} à {last}.",
        )


def count_people(session: Session, territory: Territory, people: Mapping[str, int], vintage: int | None) -> None:
    """How many live in the territory, by EPCI, in the place of what was known of these.

    vintage: the year of their source, which is the territory's. raises: InvalidValue for an EPCI that is not the
    contract's, for one counted commune by commune, for a vintage without a population, and as
    check_vintage, check_people.
    """
    if vintage is not None and not people:
        raise InvalidValue("Un millésime est celui d'une population.", "Donnez-la aussi : --population EPCI=NOMBRE.")
    check_vintage(session, vintage)
    check_epcis(session, people)
    for epci, count in people.items():
        where = TerritoryPopulation.territory == territory.code, TerritoryPopulation.epci == epci
        held = session.scalars(select(TerritoryPopulation).where(*where)).all()
        if any(each.commune for each in held):
            raise InvalidValue(
                f"La population {epci} de {territory.code} est saisie par commune.",
                "Corrigez-la dans le référentiel : cofiville contrat referentiel CODE FICHIER, puis excel importer.",
            )
        if not held:
            counted = TerritoryPopulation(
                contract=territory.contract,
                territory=territory.code,
                commune="",
                epci=epci,
                population=count,
                source=territory.source,
                vintage=vintage,
            )
            session.add(counted)
        for each in held:
            each.population, each.vintage = count, vintage
    session.flush()
    check_people(session, territory.code)


def read_people(text: str) -> dict[str, int]:
    """The inhabitants typed, by EPCI, CODE=NUMBER, in order. raises: InvalidValue."""
    found = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        epci, _, people = part.partition("=")
        if not is_count(people.strip()):
            raise InvalidValue(
                f"« {part} » n'est pas une population.", "Écrivez EPCI=NOMBRE, séparés par des virgules."
            )
        if (named := epci.strip().upper()) in found:
            raise InvalidValue(f"L'EPCI {named} est donné deux fois.", "Donnez une population par EPCI.")
        found[named] = int(people)
    return found
