"""Have acts of the book made documents to keep? Asked at each act: nothing of what documents say is loaded for it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ledger.storage.driver import Question, ask_server, run_statement
from ledger.storage.session import context

_WRITTEN = (
    "SELECT EXISTS (SELECT 1 FROM convention WHERE contract = ? AND entry_number > ?)"
    " OR EXISTS (SELECT 1 FROM payment_order WHERE contract = ? AND entry_number > ?)"
    " OR EXISTS (SELECT 1 FROM titre WHERE contract = ? AND entry_number > ?)"
)


def last_entry(session: Session) -> int:
    """The number of the last entry of the contract; 0 before the first."""
    [[(last,)]] = ask_server(session, Question("SELECT max(sequence) FROM entry WHERE contract = ?"))
    return last or 0


def documents_due(session: Session, after: int) -> bool:
    """Whether entries after this one signed a convention, ordered a payment or issued a titre."""
    contract = context(session).contract
    [(written,)] = run_statement(session, _WRITTEN, (contract, after) * 3)
    return bool(written)
