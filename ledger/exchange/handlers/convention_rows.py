"""Conventions and payments as rows."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.lookups import conventions
from ledger.conventions.model import KINDS, STATES, Convention
from ledger.core.money import ZERO, Money
from ledger.exchange.declaration import Values, key_text
from ledger.exchange.sheets.conventions import CONVENTIONS
from ledger.exchange.sheets.payments import PAYMENTS
from ledger.execution.model import Payment, PaymentOrder
from ledger.journal.balances import balances
from ledger.journal.context import context
from ledger.journal.keys import Position

_CIRCUITS = {"budget": "budget", "direct": "direct"}
_PAID = (Position.VERSE, Position.A_RECOUVRER)


def outgoing(session: Session, years: Collection[int]) -> list[Convention]:
    """The conventions of these millésimes that pay porteurs (rights acquired by the EPCI apart)."""
    return [
        each
        for year in sorted(years)
        for each in conventions(session, year)
        if each.kind != "recette" and each.state != "annulee"
    ]


def convention_rows(session: Session, years: Collection[int]) -> dict[str, Values]:
    """By key, a row for each line of each convention of these millésimes."""
    held: dict[tuple[str, str, str, bool], Money] = {}
    for key, amount in balances(session, positions=(*_PAID, Position.ORDONNE)).items():
        place = (key.convention, key.action, key.line, key.position in _PAID)
        held[place] = held.get(place, ZERO) + amount
    rows: dict[str, Values] = {}
    for each in outgoing(session, years):
        for line in each.lines:
            paid = held.get((each.number, line.action, line.line, True), ZERO)
            values: Values = {
                "number": each.number,
                "payer": each.payer,
                "action": line.action,
                "line": line.line,
                "amount": line.amount,
                "purpose": each.purpose,
                "signed_on": each.signed_on,
                "piece": each.piece,
                "year": each.year,
                "beneficiary": each.beneficiary,
                "kind": KINDS[each.kind],
                "circuit": _CIRCUITS[each.circuit],
                "state": STATES[each.state],
                "ordered": paid + held.get((each.number, line.action, line.line, False), ZERO),
                "paid": paid,
                "example": each.example,
            }
            rows[key_text(CONVENTIONS, values)] = values
    return rows


def payment_rows(session: Session, years: Collection[int]) -> dict[str, Values]:
    """By key, a row for each payment on the conventions of these millésimes."""
    contract = context(session).contract
    of_years = {each.number: each for each in outgoing(session, years)}
    orders = select(PaymentOrder.reference, PaymentOrder.ordered_on).where(PaymentOrder.contract == contract)
    ordered = dict(session.execute(orders).all())
    standing = Payment.contract == contract, Payment.undone_on.is_(None)
    query = select(Payment).where(*standing).order_by(Payment.paid_on, Payment.reference)
    rows: dict[str, Values] = {}
    for payment in session.scalars(query):
        if payment.convention in of_years:
            values: Values = {
                "convention": payment.convention,
                "reference": payment.reference,
                "amount": payment.amount,
                "ordered_on": ordered.get(payment.reference),
                "paid_on": payment.paid_on,
                "beneficiary": of_years[payment.convention].beneficiary,
                "example": of_years[payment.convention].example,
            }
            rows[key_text(PAYMENTS, values)] = values
    return rows
