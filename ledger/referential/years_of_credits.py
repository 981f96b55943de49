"""Whether the credits of the book are of exercices of the contract, and were given while these were open."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from ledger.journal.credits_open import GIVING
from ledger.journal.findings import Finding
from ledger.journal.model import Account, Entry, Exercice, Transfer
from ledger.referential.contracts import OutsideContract, check_year_in_contract


def check_years_of_credits(session: Session) -> Iterator[Finding]:
    """A finding for each act that stands on a year that is no exercice, or that gave credits of one already closed."""
    stray = session.scalars(select(Account.id).where(Account.year.not_in(select(Exercice.year)))).all()
    given, source, exercice = aliased(Account), aliased(Account), aliased(Exercice)
    moved = _standing(given, source)
    if stray:
        touched = or_(Transfer.debit_account.in_(stray), Transfer.credit_account.in_(stray))
        for number, line, year in session.execute(moved.where(touched)):
            yield Finding(
                "exercice_non_ouvert",
                f"écriture {number}",
                f"L'écriture {number} est sur {line} {year}, qui n'est pas un exercice ouvert."
                f" {_way_out(session, year, number)}.",
            )
    late = moved.join(exercice, exercice.year == given.year).where(
        Transfer.sequence > exercice.closing_entries, _gives(given, source)
    )
    for number, line, year in session.execute(late):
        yield Finding(
            "credits_apres_cloture",
            f"écriture {number}",
            f"L'écriture {number} ouvre ou attribue des crédits {line} {year} après la clôture de cet exercice."
            f" Annulez-la : cofiville journal annuler {number} --motif MOTIF.",
        )


def _standing(given: type[Account], source: type[Account]) -> Select[int, str, int]:
    """Number, line and year of what each act that stands moved, each once, the latest first: so they can be undone."""
    undoing = aliased(Entry)
    undone = select(undoing.sequence).where(undoing.reverses == Entry.sequence).exists()
    return (
        select(Entry.sequence, given.line, given.year)
        .join(Transfer, Transfer.sequence == Entry.sequence)
        .join(given, given.id == Transfer.debit_account)
        .join(source, source.id == Transfer.credit_account)
        .where(Entry.reverses.is_(None), ~undone)
        .distinct()
        .order_by(Entry.sequence.desc(), given.line)
    )


def _gives(given: type[Account], source: type[Account]) -> ColumnElement[bool]:
    return or_(*(and_(given.position == into, source.position.in_(out_of)) for into, out_of in GIVING.items()))


def _way_out(session: Session, year: int, number: int) -> str:
    try:
        check_year_in_contract(session, year)
    except OutsideContract:
        return f"Annulez-la : cofiville journal annuler {number} --motif MOTIF"
    return f"Ouvrez-le : cofiville exercice ouvrir {year}"
