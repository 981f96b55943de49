"""What is charged already to an account that the contract says: mandats, titres."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ledger.conventions.accounts import paid_as
from ledger.conventions.model import Convention
from ledger.core.period import Period
from ledger.execution.model import PaymentOrder, Titre
from ledger.referential.change_facts import close_fact, refuse_still_used
from ledger.referential.contract_accounts import check_whole_exercices, keyed
from ledger.referential.model import ContractAccount, Porteur
from ledger.referential.vocabulary import AccountOperation


def charged_to_account(session: Session, row: ContractAccount, since: date | None = None) -> list[str]:
    """What stands charged to it in its exercices, a clause each ("le mandat M1 y est imputé"); since: from this day."""
    first, last = max(since or row.starts_on, row.starts_on), row.ends_on or date.max
    if row.operation == AccountOperation.PAY:
        return [f"le mandat {each} y est imputé" for each in _orders(session, row, first, last)]
    if row.operation == AccountOperation.RECOVER:
        query = select(Titre.reference).where(
            _is_charged(Titre.account, row), Titre.issued_on.between(first, last), Titre.reversal_number.is_(None)
        )
        return [f"le titre {each} y est imputé" for each in session.scalars(query.order_by(Titre.reference))]
    return []


def _is_charged(column: InstrumentedAttribute[str], row: ContractAccount) -> ColumnElement[bool]:
    """Its number, alone or before the budget annexe that bears it."""
    return or_(column == row.account, column.startswith(f"{row.account} ("))


def _orders(session: Session, row: ContractAccount, first: date, last: date) -> Iterator[str]:
    query = (
        select(PaymentOrder.reference, Porteur)
        .join(Convention, Convention.number == PaymentOrder.convention)
        .join(Porteur, Porteur.code == Convention.beneficiary)
        .where(
            _is_charged(PaymentOrder.account, row),
            PaymentOrder.ordered_on.between(first, last),
            PaymentOrder.rejected_on.is_(None),
            PaymentOrder.reversal_number.is_(None),
        )
        .order_by(PaymentOrder.reference)
    )
    yield from (reference for reference, beneficiary in session.execute(query) if row.party in paid_as(beneficiary))


def close_account(session: Session, row: ContractAccount, on: date) -> None:
    """Its last day, the end of an exercice. raises: StillUsed for what is charged to it later, InvalidValue."""
    check_whole_exercices(Period(row.starts_on, on))
    holders = charged_to_account(session, row, on + timedelta(days=1))
    close_fact(session, row, on, holders=holders, what=keyed(row).named, remedy=_LATER)


def check_account_days(session: Session, row: ContractAccount, last: date | None) -> None:
    """Nothing when it may hold until this day instead of its own. raises: StillUsed."""
    if last is not None and last != row.ends_on:
        holders = charged_to_account(session, row, last + timedelta(days=1))
        refuse_still_used(f"{keyed(row).named} ne peut pas prendre fin ce jour-là", holders, _LATER)


_LATER = "Donnez le 31 décembre du dernier exercice où il sert."
