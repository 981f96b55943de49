"""The common facts that a session has read, held for as long as it lives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from ledger.storage.base import Base
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
