"""Finding financeurs, credit lines, territories, axes and porteurs by their code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import NotFound
from ledger.core.identifiers import code_from_name
from ledger.referential.model import Axis, CreditLine, Financeur, Porteur, Territory
from ledger.storage.base import Base, ContractRow
from ledger.storage.session import context

Fact = TypeVar("Fact", bound=Base)


@dataclass(slots=True)
class FactsRead:
    """The common facts a session has read: a session forgets what nobody holds.

    at_hand: those found by code inside `facts_at_hand`; None outside.
    """

    held: set[Base] = field(default_factory=set)
    at_hand: dict[tuple[type[Base], str], Any] | None = None


@contextmanager
def facts_at_hand(session: Session) -> Iterator[None]:
    """What is found inside is kept at hand, for many rows in a row: none of it may change there, nor be rolled back."""
    read = context(session).kept(FactsRead)
    read.at_hand = {}
    try:
        yield
    finally:
        read.at_hand = None


def read_once(session: Session, fact: Fact) -> Fact:
    """The common fact, held for as long as the session lives, which forgets what nobody holds and reads it again."""
    context(session).kept(FactsRead).held.add(fact)
    return fact


def _find(session: Session, entity: type[Fact], code: str, what: str, remedy: str) -> Fact:
    read = context(session).kept(FactsRead)
    if read.at_hand is not None and (held := read.at_hand.get((entity, code))) is not None:
        return held  # type: ignore[no-any-return]
    key = code.strip().upper()
    found = session.get(entity, (context(session).contract, key) if issubclass(entity, ContractRow) else key)
    if found is None or (entity is Axis and _has_axes_below(session, key)):
        raise NotFound(f"{what} « {code.strip()} » n'existe pas.", f"Consultez la liste : cofiville {remedy}.")
    read.held.add(found)
    if read.at_hand is not None:
        read.at_hand[entity, code] = found
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


def find_objective(session: Session, code: str) -> Axis:
    """The operational objective ("5.1.2"): an axis under which nothing stands. raises: NotFound."""
    return _find(session, Axis, code, "L'objectif", "axe lister")


def _has_axes_below(session: Session, code: str) -> bool:
    return session.scalar(select(Axis.code).where(Axis.parent == code).limit(1)) is not None


def find_territory(session: Session, code: str) -> Territory:
    """The territory of this code or name ("Denain Centre"). raises: NotFound."""
    return _find(session, Territory, code_from_name(code), "Le territoire", "territoire lister")
