"""The list of quartiers vécus, revised each year: equipment outside the QPV that their inhabitants use (§3.2)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.core.identifiers import code_from_name
from ledger.core.period import check_year
from ledger.programming.public_model import QuartierVecu
from ledger.programming.refusals import ProgrammeRefused
from ledger.referential.lookups import find_territory
from ledger.referential.model import Territory
from ledger.storage.session import context


def list_quartier(
    session: Session, year: int, name: str, *, epci: str = "CAPH", qpv: str = "", source: str
) -> QuartierVecu:
    """The quartier vécu on the list of that year, made known when it is new.

    qpv: the QPV whose inhabitants use it. raises: InvalidValue without a source or for another kind of territory,
        NotFound for the QPV, ProgrammeRefused when it is listed already.
    """
    if not source.strip():
        raise InvalidValue("La source de la liste manque.", 'Nommez-la : --source "COPIL du 04/03/2016".')
    code = code_from_name(name)
    territory = session.get(Territory, code)
    if territory is None:
        territory = Territory(code=code, name=name.strip(), kind="vecu", epci=epci, source=source.strip())
        session.add(territory)
        session.flush()
    if territory.kind != "vecu":
        raise InvalidValue(f"« {territory.name} » n'est pas un quartier vécu.", "Donnez-lui un autre nom.")
    served = find_territory(session, qpv) if qpv else None
    if served is not None and served.kind != "qpv":
        raise InvalidValue(f"« {served.name} » n'est pas un QPV.", "La liste : cofiville territoire lister.")
    contract = context(session).contract
    if session.get(QuartierVecu, (contract, check_year(year), code)) is not None:
        raise ProgrammeRefused(
            f"{territory.name} est déjà sur la liste {year}.", f"La liste : cofiville territoire vecus {year}."
        )
    listed = QuartierVecu(
        contract=contract, year=year, territory=code, qpv=served.code if served else None, source=source.strip()
    )
    session.add(listed)
    session.flush()
    return listed


def quartiers(session: Session, year: int) -> Sequence[QuartierVecu]:
    """The list of that year, by code."""
    query = select(QuartierVecu).where(QuartierVecu.year == year)
    return session.scalars(query.order_by(QuartierVecu.territory)).all()


def renew_list(session: Session, year: int, *, source: str) -> Sequence[QuartierVecu]:
    """The list of that year, begun from the last one before it. raises: InvalidValue, ProgrammeRefused."""
    last = session.scalar(select(func.max(QuartierVecu.year)).where(QuartierVecu.year < year))
    if last is None:
        raise ProgrammeRefused(
            f"Aucune liste de quartiers vécus avant {year}.",
            f"Ajoutez-les un à un : cofiville territoire vecu {year} NOM --source SOURCE.",
        )
    listed = {each.territory for each in quartiers(session, year)}
    for each in quartiers(session, last):
        if each.territory not in listed:
            name = find_territory(session, each.territory).name
            list_quartier(session, year, name, qpv=each.qpv or "", source=source)
    return quartiers(session, year)
