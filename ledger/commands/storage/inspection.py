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

    from ledger.journal.acts_audit import ActsHead
    from ledger.journal.audit import Anchor
    from ledger.journal.findings import Finding, Head


_CONTRACT = Field("contrat", "contrat", Kind.CODE)
_ENTRIES = Field("ecritures", "écritures", Kind.INTEGER, help="Le nombre d'écritures du livre.")
_ACTS = Field("actes", "actes", Kind.INTEGER, since="0.2", help="Le nombre d'actes scellés.")
_LAST_ACT = SEAL.but(help="Le dernier sceau des actes.", since="0.2")
HEADS = (
    _ENTRIES,
    SEAL,
    Field("livres", "livres", Kind.RECORD, fields=(_CONTRACT, _ENTRIES, SEAL), many=True),
    Field("actes", "actes", Kind.RECORD, fields=(_CONTRACT, _ACTS, _LAST_ACT), many=True, since="0.2"),
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

    acts: the head of each chain of acts of the base ("" for the shared rows); told with the first book.
    apart: what is wrong in the rows that all contracts share (""), or under a code that is no contract, each with that
    code; told with the first book.
    """

    contract: str
    head: Head
    findings: tuple[Finding, ...]
    warnings: tuple[Finding, ...] = ()
    apart: tuple[tuple[str, Finding], ...] = ()
    acts: tuple[tuple[str, ActsHead], ...] = ()


def inspect(session: Session, anchors: Sequence[Anchor] = (), progress: Progress = silent) -> list[Book]:
    """The book of every contract of the base and the rows that acts seal, audited; the session's own contract first.

    anchors: seals kept outside; those that no book holds are told with the first.
    """
    from ledger.journal.acts_audit import has_rows, review_acts
    from ledger.journal.audit import lost_anchors, recomputed_seals
    from ledger.storage.act_under_way import SHARED
    from ledger.storage.driver import run_statement
    from ledger.storage.every_table import know_every_table
    from ledger.storage.session import acting_for, context

    know_every_table()
    acts = review_acts(session, progress)
    own = context(session).contract
    known = {code for (code,) in run_statement(session, "SELECT code FROM contract")}
    looked_at = {*known, own} if has_rows(session) else known
    books = []
    chains = [seals for code, seals in acts.seals.items() if code in {SHARED, *known}]
    for code in sorted(looked_at, key=lambda code: (code != own, code)):
        with acting_for(session, code):
            books.append(_audited(session, code, tuple(acts.findings.get(code, ())), progress))
            if anchors and code in known:
                chains.append(recomputed_seals(session))
    apart = [(code, each) for code, found in acts.findings.items() if code not in looked_at for each in found]
    lost = (*books[0].findings, *lost_anchors(anchors, chains))
    heads_of_acts = tuple((code, head) for code, head in sorted(acts.heads.items()) if code in {SHARED, *known})
    books[0] = replace(books[0], findings=lost, apart=(*apart, *_under_no_contract(session)), acts=heads_of_acts)
    return books


def _audited(session: Session, code: str, of_acts: tuple[Finding, ...], progress: Progress) -> Book:
    """The book of one contract, and what is tied to it. of_acts: what its acts do not say of its rows."""
    from ledger.allocation.audit import check_certificates
    from ledger.closing.close_exercice import closing_findings
    from ledger.conventions.audit import check_conventions
    from ledger.execution.audit import check_tied
    from ledger.journal.audit import book_head, review_book
    from ledger.programming.plans.versions import check_plans
    from ledger.referential.years_of_credits import check_years_of_credits
    from ledger.reports.attachments.file_attachment import check_attachments
    from ledger.reports.documents.templates_kept import check_documents

    wrong, warnings = review_book(session, progress)
    # A book that no longer adds up says so; its closings and its acts say nothing more.
    checks = [] if wrong else [closing_findings, check_tied, check_years_of_credits]
    found = list(wrong)
    for check in (*checks, check_certificates, check_plans, check_conventions, check_documents, check_attachments):
        try:
            found += check(session)
        except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError):
            # A row changed from outside may be one that nobody can read: its act has named it.
            if not of_acts:
                raise
    return Book(code, book_head(session), (*found, *of_acts), tuple(warnings))


def _under_no_contract(session: Session) -> list[tuple[str, Finding]]:
    """Each code under which tables have rows, and which is no contract of the base."""
    from ledger.journal.acts_audit import codes_without_contract
    from ledger.journal.findings import Finding

    return [
        (
            code,
            Finding("contrat_inconnu", ", ".join(tables), f"Des lignes sont au contrat « {code} », qui n'existe pas."),
        )
        for code, tables in codes_without_contract(session).items()
    ]


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
        "actes": [{"contrat": code, "actes": head.acts, "sceau": head.seal} for code, head in books[0].acts],
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


def kept_on_raise(session: Session) -> list[dict[str, str]]:
    """What was wrong when this base was raised and was kept on purpose, as scripts read it."""
    from ledger.journal.acts_audit import kept_anomalies

    return [_row("", each) for each in kept_anomalies(session)]


def _of_no_contract(code: str, name: str, message: str) -> dict[str, str]:
    return {"contrat": "", "code": code, "objet": name, "message": f"{message[0].upper()}{message[1:]}."}


def seal_sentences(books: list[Book]) -> tuple[str, ...]:
    """The seal of each book, then of each chain of acts, in a sentence, to be kept outside the base."""
    return (
        *(f"{book.contract} : {book.head.entries} écritures, sceau {book.head.text}" for book in books),
        *(
            f"{code or 'Lignes communes'} : {head.acts} actes, sceau {head.acts}:{head.seal}"
            for code, head in books[0].acts
        ),
    )


def anomalies(books: list[Book]) -> list[dict[str, str]]:
    """Every finding of every book, as scripts read it."""
    apart = [_row(code, found) for book in books for code, found in book.apart]
    return [*(_row(book.contract, found) for book in books for found in book.findings), *apart]


def warnings(books: list[Book]) -> list[dict[str, str]]:
    """Every past day that an act dated back left below zero, as scripts read it."""
    return [_row(book.contract, found) for book in books for found in book.warnings]


def _row(contract: str, found: Finding) -> dict[str, str]:
    return {"contrat": contract, "code": found.code, "objet": found.subject, "message": found.message}
