"""Finding financeurs, credit lines, territories, axes and porteurs by their code."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import NotFound
from ledger.core.identifiers import code_from_name
from ledger.storage.base import Base, ContractRow
from ledger.storage.facts import FactsRead
from ledger.storage.session import context

if TYPE_CHECKING:
    from ledger.referential.model import Axis, CreditLine, Financeur, Porteur, Territory

Fact = TypeVar("Fact", bound=Base)


def _find(session: Session, entity: type[Fact], code: str, what: str, remedy: str) -> Fact:
    read = context(session).kept(FactsRead)
    if read.at_hand is not None and (held := read.at_hand.get((entity, code))) is not None:
        return held  # type: ignore[no-any-return]
    key = code.strip().upper()
    found = session.get(entity, (context(session).contract, key) if issubclass(entity, ContractRow) else key)
    if found is None or (entity.__tablename__ == "axis" and _has_axes_below(session, key)):
        raise NotFound(f"{what} « {code.strip()} » n'existe pas.", f"Consultez la liste : cofiville {remedy}.")
    read.held.add(found)
    if read.at_hand is not None:
        read.at_hand[entity, code] = found
    return found


def find_financeur(session: Session, code: str) -> Financeur:
    """The financeur. raises: NotFound."""
    from ledger.referential.model import Financeur

    return _find(session, Financeur, code, "Le financeur", "financeur lister")


def find_line(session: Session, code: str) -> CreditLine:
    """The credit line. raises: NotFound."""
    from ledger.referential.model import CreditLine

    return _find(session, CreditLine, code, "La ligne de crédits", "ligne lister")


def find_porteur(session: Session, code: str) -> Porteur:
    """The porteur. raises: NotFound."""
    from ledger.referential.model import Porteur

    return _find(session, Porteur, code, "Le porteur", "porteur lister")


def find_objective(session: Session, code: str) -> Axis:
    """The operational objective ("5.1.2"): an axis under which nothing stands. raises: NotFound."""
    from ledger.referential.model import Axis

    return _find(session, Axis, code, "L'objectif", "axe lister")


def _has_axes_below(session: Session, code: str) -> bool:
    from ledger.referential.model import Axis

    return session.scalar(select(Axis.code).where(Axis.parent == code).limit(1)) is not None


def find_territory(session: Session, code: str) -> Territory:
    """The territory of this code or name ("Denain Centre"). raises: NotFound."""
    from ledger.referential.model import Territory

    return _find(session, Territory, code_from_name(code), "Le territoire", "territoire lister")
