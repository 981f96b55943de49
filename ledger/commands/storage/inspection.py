"""Every check of a base, gathered: its file, the book of each contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ledger.commands.outcome import Row
from ledger.core.field import Field, Kind
from ledger.core.progress import Progress, silent
from ledger.journal.fields import SEAL

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from ledger.journal.audit import Anchor
    from ledger.journal.findings import Finding, Head


_CONTRACT = Field("contrat", "contrat", Kind.CODE)
_ENTRIES = Field("ecritures", "écritures", Kind.INTEGER, help="Le nombre d'écritures du livre.")
HEADS = (
    _ENTRIES,
    SEAL,
    Field("livres", "livres", Kind.RECORD, fields=(_CONTRACT, _ENTRIES, SEAL), many=True),
)


def finding_fields(subject: str, message: str) -> tuple[Field, ...]:
    """The fields of what is wrong in a book.

    subject, message: what people read above the place and above what is wrong there.
    """
    return (
        _CONTRACT,
        Field("code", "code", Kind.CODE, shown=False),
        Field("objet", subject, Kind.CODE),
        Field("message", message),
    )


@dataclass(frozen=True, slots=True)
class Book:
    """The book of one contract: its head (number of entries, seal), what is wrong in it, what deserves a look.

    shared: what is wrong in the rows that all contracts share; told with the first book.
    """

    contract: str
    head: Head
    findings: tuple[Finding, ...]
    warnings: tuple[Finding, ...] = ()
    shared: tuple[Finding, ...] = ()


def inspect(session: Session, anchors: Sequence[Anchor] = (), progress: Progress = silent) -> list[Book]:
    """The book of every contract of the base and the rows that acts seal, audited; the session's own contract first.

    anchors: seals kept outside; those that no book holds are told with the first.
    """
    from sqlalchemy import select

    from ledger.allocation.audit import check_certificates
    from ledger.closing.close_exercice import closing_findings
    from ledger.conventions.audit import check_conventions
    from ledger.execution.audit import check_tied
    from ledger.journal.acts_audit import review_acts
    from ledger.journal.audit import book_head, lost_anchors, review_book
    from ledger.journal.model import Contract
    from ledger.programming.plans.versions import check_plans
    from ledger.reports.documents.templates_kept import check_documents
    from ledger.storage.act_under_way import SHARED
    from ledger.storage.every_table import know_every_table
    from ledger.storage.session import acting_for, context

    own = context(session).contract
    codes = sorted(session.scalars(select(Contract.code)), key=lambda code: (code != own, code))
    know_every_table()
    acts = review_acts(session, progress).findings
    books = []
    for code in codes:
        with acting_for(session, code):
            wrong, warnings = review_book(session, progress)
            # A book that no longer adds up says so; its closings and its acts say nothing more.
            closings = () if wrong else closing_findings(session)
            tied = () if wrong else check_tied(session)
            checks = (check_certificates, check_plans, check_conventions, check_documents)
            found = (
                *wrong,
                *closings,
                *tied,
                *(finding for check in checks for finding in check(session)),
                *acts.get(code, ()),
            )
            books.append(Book(code, book_head(session), found, tuple(warnings)))
    lost = lost_anchors(session, anchors)
    books[0] = replace(books[0], findings=(*books[0].findings, *lost), shared=tuple(acts.get(SHARED, ())))
    return books


def untied_acts(connection: Connection) -> int:
    """How many acts, of all contracts, are not told by one entry, or entries by one act."""
    from sqlalchemy import select

    from ledger.execution.audit import check_tied
    from ledger.journal.model import Contract
    from ledger.storage.session import Context, ContractSession, acting_for

    with ContractSession(connection, Context()) as session:
        count = 0
        for code in session.scalars(select(Contract.code)).all():
            with acting_for(session, code):
                count += len(check_tied(session))
        return count


def heads(books: list[Book]) -> Row:
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
    """What this base should have and has not, or has and should not, as scripts read it; of no contract."""
    from ledger.storage.guards.check import foreign_objects, missing_guards

    connection = session.connection()
    return [
        *(_of_no_contract("garde_absente", each.guard, each.message) for each in missing_guards(connection)),
        *(
            _of_no_contract("objet_etranger", each.name, each.message)
            for each in foreign_objects(connection)
            if each.harmful
        ),
    ]


def beside_the_base(session: Session) -> list[dict[str, str]]:
    """What stands beside the tables of this base without changing anything of it, as scripts read it."""
    from ledger.storage.guards.check import foreign_objects

    return [
        _of_no_contract("objet_etranger", each.name, each.message)
        for each in foreign_objects(session.connection())
        if not each.harmful
    ]


def _of_no_contract(code: str, name: str, message: str) -> dict[str, str]:
    return {"contrat": "", "code": code, "objet": name, "message": f"{message[0].upper()}{message[1:]}."}


def seal_sentences(books: list[Book]) -> tuple[str, ...]:
    """The seal of each book in a sentence, to be kept outside the base."""
    return tuple(f"{book.contract} : {book.head.entries} écritures, sceau {book.head.text}" for book in books)


def anomalies(books: list[Book]) -> list[dict[str, str]]:
    """Every finding of every book, as scripts read it."""
    shared = [_row("", found) for book in books for found in book.shared]
    return [*(_row(book.contract, found) for book in books for found in book.findings), *shared]


def warnings(books: list[Book]) -> list[dict[str, str]]:
    """Every past day that an act dated back left below zero, as scripts read it."""
    return [_row(book.contract, found) for book in books for found in book.warnings]


def _row(contract: str, found: Finding) -> dict[str, str]:
    return {"contrat": contract, "code": found.code, "objet": found.subject, "message": found.message}
