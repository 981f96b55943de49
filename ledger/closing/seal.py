"""The seal of a closed year: the trial balance it was closed with, which anybody can compute again from its entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.closing.model import ClosingBalance
from ledger.core.money import total
from ledger.journal.findings import Finding
from ledger.journal.model import ChainHead
from ledger.journal.reading import AccountLine, trial_balance
from ledger.storage.session import context


def keep_balance(session: Session, year: int) -> ClosingBalance:
    """The trial balance of the book as the closing of this year leaves it, kept with the number of its entries."""
    head = session.get_one(ChainHead, context(session).contract, populate_existing=True)
    kept = _balance(context(session).contract, year, head.sequence, trial_balance(session))
    session.add(kept)
    session.flush()
    return kept


def _balance(contract: str, year: int, entries: int, lines: Iterable[AccountLine]) -> ClosingBalance:
    found = sorted(lines)
    return ClosingBalance(
        contract=contract,
        year=year,
        entries=entries,
        accounts=len(found),
        total=total(line.debit for line in found),
        sha256=balance_digest(found),
    )


def balance_digest(lines: Iterable[AccountLine]) -> str:
    """The SHA-256 of a trial balance: each account's key, debit and credit in cents, a line each, in their order."""
    digest = sha256()
    for line in lines:
        digest.update(f"{line.account.key_text()}\x1e{line.debit.cents}\x1e{line.credit.cents}\n".encode())
    return digest.hexdigest()


def closing_balances(session: Session) -> list[ClosingBalance]:
    """What each closed year was closed with, oldest first."""
    query = select(ClosingBalance)
    return list(session.scalars(query.order_by(ClosingBalance.year)))


def closing_findings(session: Session) -> Iterator[Finding]:
    """A finding for each closed year whose entries no longer make the trial balance it was closed with."""
    for kept in closing_balances(session):
        again = _balance(kept.contract, kept.year, kept.entries, trial_balance(session, entries=kept.entries))
        if (again.accounts, again.total, again.sha256) != (kept.accounts, kept.total, kept.sha256):
            yield Finding(
                "balance_de_cloture",
                str(kept.year),
                f"Les écritures 1 à {kept.entries} ne font plus la balance sous laquelle {kept.year} a été clos.",
            )
