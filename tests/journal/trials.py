"""What the trials of the book share: how hard they try, the acts they write, a book opened as commands open it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.journal.positions import AccountKey, Position
from ledger.journal.seal import Draft, Move
from ledger.storage.engine import open_engine
from ledger.storage.session import Context, ContractSession

LINE = "ETAT-PDV-DRE"
DAY = date(2016, 2, 15)
COMPLETE = os.environ.get("COFIVILLE_EPREUVES") == "completes"


def trials(bounded: int, complete: int) -> int:
    """How many times to try: the first number usually, the second when COFIVILLE_EPREUVES=completes."""
    return complete if COMPLETE else bounded


def key(
    position: Position, action: str = "", convention: str = "", *, line: str = LINE, year: int = 2016
) -> AccountKey:
    """An account of the line the trials use."""
    return AccountKey(position, line, year, convention, action)


def act(reference: str, *moves: tuple[AccountKey, AccountKey, int], on: date = DAY) -> Draft:
    """An act that moves these cents: (account debited, account credited, cents)."""
    made = tuple(Move(debit, credit, Money(cents)) for debit, credit, cents in moves)
    return Draft(reference, "epreuve", reference, "pièce", on, made)


def programmed(reference: str, cents: int = 1, action: str = "A") -> Draft:
    """An act that takes cents from the enveloppe for an action."""
    return act(reference, (key(Position.PROGRAMME, action), key(Position.DISPONIBLE), cents))


def session_on(engine: Engine) -> Session:
    """A writing session of its own connection, as the commands open it."""
    acting = Context("CV195", "test", "test")
    return ContractSession(engine.connect().execution_options(writing=True), acting)


@contextmanager
def book(engine: Engine) -> Iterator[Session]:
    """A writing session, committed at the end and closed with its connection."""
    with session_on(engine) as session, session.connection():
        yield session
        session.commit()


def prepare(address: str, cents: int, *years: int) -> None:
    """Open the years, the first of them with an enveloppe of these cents."""
    engine = open_engine(address)
    with book(engine) as session:
        for year in years:
            open_exercice(session, year)
        notify_credits(session, LINE, years[0], Money(cents), piece="N1", on=date(years[0], 2, 15))
    engine.dispose()
