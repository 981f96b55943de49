"""Which financeur of the contract a porteur is itself: each commune its own (M1), the département, the État."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.grouping import grouped
from ledger.core.identifiers import code_from_name
from ledger.referential.model import Commune, Financeur, Porteur
from ledger.referential.vocabulary import Statut

_FINANCE = (Statut.COMMUNE, Statut.DEPARTEMENT, Statut.REGION, Statut.ETAT)


def codes_of_commune(insee: str, name: str) -> tuple[str, str]:
    """The codes a commune may have as a financeur: of its name, and of its INSEE number where the name does not do."""
    return code_from_name(f"Commune {name}"), f"COMMUNE-{insee}"


def financeurs_of_porteurs(session: Session, porteurs: Iterable[Porteur]) -> dict[str, str]:
    """By porteur, the financeur of the contract that it is itself; those that are none, or could be several, left out.

    A commune is the one of its name or its number, else the one that stands for all communes.
    """
    wanted = [each for each in porteurs if each.statut in _FINANCE]
    if not wanted:
        return {}
    rows = session.execute(select(Financeur.statut, Financeur.code).order_by(Financeur.code))
    known = grouped((statut, code) for statut, code in rows if statut)
    communes = session.execute(select(Commune.insee, Commune.name))
    codes = {insee: codes_of_commune(insee, name) for insee, name in communes}
    named = {code for pair in codes.values() for code in pair}
    found = {}
    for porteur in wanted:
        of_statut = known.get(porteur.statut or "", [])
        own = [code for code in of_statut if code in codes.get(porteur.commune or "", ())]
        common = [code for code in of_statut if code not in named]
        if own or len(common) == 1:
            found[porteur.code] = (own or common)[0]
    return found
