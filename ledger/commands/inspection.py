"""Every check of a base, gathered: its file, the book of each contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.journal.audit import Finding, Head


@dataclass(frozen=True, slots=True)
class Book:
    """The book of one contract: its head (number of entries, seal) and what is wrong in it."""

    contract: str
    head: Head
    findings: tuple[Finding, ...]


def inspect(session: Session) -> list[Book]:
    """The book of every contract of the base, audited; the session's own contract first."""
    from sqlalchemy import select

    from ledger.journal.audit import audit, head
    from ledger.journal.model import Contract

    own = session.info["contract"]
    codes = sorted(session.scalars(select(Contract.code)), key=lambda code: (code != own, code))
    books = []
    for code in codes:
        session.info["contract"] = code
        books.append(Book(code, head(session), tuple(audit(session))))
    session.info["contract"] = own
    return books


def heads(books: list[Book]) -> dict[str, Any]:
    """The seal of the first book, as scripts read it, and those of all."""
    first = books[0].head
    return {
        "ecritures": first.entries,
        "sceau": first.seal,
        "livres": [
            {"contrat": book.contract, "ecritures": book.head.entries, "sceau": book.head.seal} for book in books
        ],
    }


def guard_anomalies(session: Session) -> list[dict[str, str]]:
    """Every trigger and constraint that this base should have and has not, as scripts read it; of no contract."""
    from ledger.storage.guards import missing_guards

    return [
        {"contrat": "", "code": "garde_absente", "objet": each.guard, "message": f"{each.message.capitalize()}."}
        for each in missing_guards(session.connection())
    ]


def anomalies(books: list[Book]) -> list[dict[str, str]]:
    """Every finding of every book, as scripts read it."""
    return [
        {"contrat": book.contract, "code": found.code, "objet": found.subject, "message": found.message}
        for book in books
        for found in book.findings
    ]
