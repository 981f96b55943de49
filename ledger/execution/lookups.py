"""What the book and the acts say of one convention: the reading every act of execution starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, inspect, select
from sqlalchemy.orm import Session, selectinload

from ledger.conventions.accounts import ComputedAccount
from ledger.conventions.model import Convention
from ledger.core.errors import LedgerError
from ledger.core.money import ZERO, Money
from ledger.core.period import french_day
from ledger.execution.flows import Purse
from ledger.execution.model import Bilan, Payment, PaymentOrder, PaymentOrderLine, SetOff
from ledger.journal.balances import balances
from ledger.journal.context import context
from ledger.journal.keys import AccountKey, Position
from ledger.storage.base import Base


class DateOutside(LedgerError):
    """An act dated before what allows it."""

    code = "date_hors_convention"


PASSING_ON = (Position.DETENU, Position.AVANCE)


def of_position(held: Mapping[AccountKey, Money], *positions: Position) -> dict[AccountKey, Money]:
    """The accounts of these positions, oldest year first."""
    chosen = {key: amount for key, amount in held.items() if key.position in positions}
    return dict(sorted(chosen.items(), key=lambda item: (item[0].year, item[0])))


def keep(session: Session, row: Base) -> None:
    """Keep this row, in the place of the one of the same key that was undone, if any."""
    mapper = inspect(type(row))
    undone = session.get(type(row), mapper.primary_key_from_instance(row))
    if undone is not None:
        session.delete(undone)
        session.flush()
    session.add(row)
    session.flush()


def charged(account: ComputedAccount) -> str:
    """ " (compte 74718)", as a label ends; nothing where no text gives the account."""
    return f" (compte {account.number})" if account.number else ""


def check_day(convention: Convention, on: date) -> None:
    """Nothing when an act of this day may bear on the convention. raises: DateOutside before its signature."""
    if convention.signed_on is not None and on < convention.signed_on:
        raise DateOutside(
            f"La convention {convention.number} est du {french_day(convention.signed_on)} :"
            f" un acte du {french_day(on)} la précède.",
            f"Corrigez la date (--le), ou consultez-la : cofiville convention montrer {convention.number}.",
        )


def convention_balances(session: Session, number: str) -> dict[AccountKey, Money]:
    """What every account of the convention holds now."""
    return balances(session, convention=number)


class Purses:
    """The purses one act draws on: each line and millésime read once, then followed through the act's moves."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._purses: dict[tuple[str, int], Purse] = {}

    def of(self, line: str, year: int) -> Purse:
        """What the EPCI holds and has advanced of this line and millésime, after the moves made so far."""
        if (line, year) not in self._purses:
            held = balances(self._session, line=line, year=year, positions=PASSING_ON)
            self._purses[line, year] = Purse.of(line, year, held)
        return self._purses[line, year]


def orders(session: Session, number: str) -> Sequence[PaymentOrder]:
    """The orders of a convention, oldest first."""
    query = (
        select(PaymentOrder)
        .where(PaymentOrder.contract == context(session).contract, PaymentOrder.convention == number)
        .options(selectinload(PaymentOrder.lines))
        .order_by(PaymentOrder.rank)
    )
    return session.scalars(query).all()


def payments(session: Session, number: str) -> Sequence[Payment]:
    """The payments of a convention that stand, by day."""
    query = (
        select(Payment)
        .where(
            Payment.contract == context(session).contract,
            Payment.convention == number,
            Payment.undone_on.is_(None),
        )
        .order_by(Payment.paid_on, Payment.reference)
    )
    return session.scalars(query).all()


def all_orders(session: Session) -> Sequence[PaymentOrder]:
    """Every order of the contract, by day, lines loaded."""
    query = (
        select(PaymentOrder)
        .where(PaymentOrder.contract == context(session).contract)
        .options(selectinload(PaymentOrder.lines))
        .order_by(PaymentOrder.ordered_on, PaymentOrder.reference)
    )
    return session.scalars(query).all()


def bilans(session: Session, number: str) -> dict[str, Bilan]:
    """The bilans of a convention that stand, by action."""
    query = select(Bilan).where(
        Bilan.contract == context(session).contract, Bilan.convention == number, Bilan.undone_on.is_(None)
    )
    return {bilan.action: bilan for bilan in session.scalars(query)}


def pending_set_off(session: Session, convention: Convention) -> dict[str, Money]:
    """By line, what earlier overpayments of this porteur leave to impute on payments of this millésime."""
    contract = context(session).contract
    if convention.beneficiary is None:
        return {}
    decided = (
        select(SetOff.line, func.sum(SetOff.amount))
        .where(
            SetOff.contract == contract,
            SetOff.beneficiary == convention.beneficiary,
            SetOff.year == convention.year,
            SetOff.undone_on.is_(None),
        )
        .group_by(SetOff.line)
    )
    used = (
        select(PaymentOrderLine.line, func.sum(PaymentOrderLine.set_off))
        .join(
            PaymentOrder,
            (PaymentOrder.contract == PaymentOrderLine.contract)
            & (PaymentOrder.reference == PaymentOrderLine.reference),
        )
        .join(
            Convention,
            (Convention.contract == PaymentOrder.contract) & (Convention.number == PaymentOrder.convention),
        )
        .where(
            PaymentOrder.contract == contract,
            PaymentOrder.rejected_on.is_(None),
            Convention.beneficiary == convention.beneficiary,
            Convention.year == convention.year,
        )
        .group_by(PaymentOrderLine.line)
    )
    # A Result has keys(), which dict() would take for a mapping's.
    taken = {line: amount for line, amount in session.execute(used)}  # noqa: C416
    left = {line: amount - taken.get(line, ZERO) for line, amount in session.execute(decided)}
    return {line: amount for line, amount in left.items() if amount}


def standing_bilans(on: date | None = None) -> tuple[ColumnElement[bool], ...]:
    """What makes a bilan count: settled by this day and not undone by it; not undone at all without a day."""
    if on is None:
        return (Bilan.undone_on.is_(None),)
    return (Bilan.settled_on <= on, Bilan.undone_on.is_(None) | (Bilan.undone_on > on))
