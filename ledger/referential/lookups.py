"""Finding common facts by their code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy.orm import Session

from ledger.core.errors import NotFound
from ledger.core.identifiers import code_from_name
from ledger.referential.model import CreditLine, Financeur, Objective, Porteur, Territory
from ledger.storage.base import Base

Fact = TypeVar("Fact", bound=Base)


_AT_HAND = "facts at hand"


@contextmanager
def facts_at_hand(session: Session) -> Iterator[None]:
    """What is found inside is kept at hand, for many rows in a row: none of it may change there, nor be rolled back."""
    session.info[_AT_HAND] = {}
    try:
        yield
    finally:
        del session.info[_AT_HAND]


def _find(session: Session, entity: type[Fact], code: str, what: str, remedy: str) -> Fact:
    at_hand = session.info.get(_AT_HAND)
    if at_hand is not None and (held := at_hand.get((entity, code))) is not None:
        return held  # type: ignore[no-any-return]
    # A session forgets what nobody holds: common facts are held for as long as it lives, and read once.
    found = session.get(entity, code.strip().upper())
    if found is None:
        raise NotFound(f"{what} « {code.strip()} » n'existe pas.", f"Consultez la liste : cofiville {remedy}.")
    session.info.setdefault("facts", set()).add(found)
    if at_hand is not None:
        at_hand[entity, code] = found
    return found


def find_financeur(session: Session, code: str) -> Financeur:
    """The financeur. raises: NotFound."""
    return _find(session, Financeur, code, "Le financeur", "financeur lister")


def find_line(session: Session, code: str) -> CreditLine:
    """The credit line. raises: NotFound."""
    return _find(session, CreditLine, code, "La ligne de crédits", "ligne lister")


def find_porteur(session: Session, code: str) -> Porteur:
    """The porteur. raises: NotFound."""
    return _find(session, Porteur, code, "Le porteur", "porteur lister")


def find_objective(session: Session, code: str) -> Objective:
    """The operational objective ("5.1.2"). raises: NotFound."""
    return _find(session, Objective, code, "L'objectif", "axe lister")


def find_territory(session: Session, code: str) -> Territory:
    """The territory of this code or name ("Denain Centre"). raises: NotFound."""
    return _find(session, Territory, code_from_name(code), "Le territoire", "territoire lister")
