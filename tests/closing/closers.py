"""Processes that close years, killed or raced by the trials."""

from __future__ import annotations

from datetime import date
from multiprocessing.connection import Connection

from ledger.closing.close_exercice import close_year
from ledger.storage.engine import open_engine
from tests.journal.trials import book


def close_one(says: Connection, address: str, year: int) -> None:
    """Close the year once; say that it is about to, then whether it was closed before."""
    engine = open_engine(address)
    says.send("ready")
    with book(engine) as session:
        closing = close_year(session, year, on=date(year + 1, 1, 31))
    says.send(closing.done_before)
    engine.dispose()
