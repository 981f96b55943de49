"""Why an order pays what it pays: what was found due, and which earlier overpayments are imputed on it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.lookups import find_convention
from ledger.conventions.model import Convention
from ledger.core.money import ZERO, Money
from ledger.execution.model import PaymentOrder, PaymentOrderLine, SetOff


@dataclass(frozen=True, slots=True)
class Imputed:
    """The part of an order that extinguishes an overpayment of an earlier convention (compensation N-1)."""

    line: str
    convention: str
    amount: Money


def imputations(session: Session, order: PaymentOrder) -> list[Imputed]:
    """What this order sets off, by the convention it comes from: the oldest decisions first, as orders use them."""
    convention = find_convention(session, order.convention)
    found: list[Imputed] = []
    for line in sorted({each.line for each in order.lines if each.set_off}):
        used = _used_before(session, convention, order, line)
        wanted = sum(each.set_off.cents for each in order.lines if each.line == line)
        for decided in _decided(session, convention, line):
            skipped = min(used, decided.amount.cents)
            used -= skipped
            if part := min(wanted, decided.amount.cents - skipped):
                wanted -= part
                found.append(Imputed(line, decided.convention, Money(part)))
    return found


def _decided(session: Session, convention: Convention, line: str) -> list[SetOff]:
    query = select(SetOff).where(
        SetOff.beneficiary == convention.beneficiary,
        SetOff.line == line,
        SetOff.year == convention.year,
        SetOff.undone_on.is_(None),
    )
    return list(session.scalars(query.order_by(SetOff.decided_on, SetOff.convention, SetOff.action)))


def _used_before(session: Session, convention: Convention, order: PaymentOrder, line: str) -> int:
    query = (
        select(PaymentOrder.ordered_on, PaymentOrder.reference, PaymentOrderLine.set_off)
        .join(
            PaymentOrderLine,
            PaymentOrderLine.reference == PaymentOrder.reference,
        )
        .join(
            Convention,
            Convention.number == PaymentOrder.convention,
        )
        .where(
            PaymentOrder.rejected_on.is_(None),
            PaymentOrderLine.line == line,
            Convention.beneficiary == convention.beneficiary,
            Convention.year == convention.year,
        )
    )
    place = (order.ordered_on, order.reference)
    return sum(
        (amount.cents for day, reference, amount in session.execute(query) if (day, reference) < place), ZERO.cents
    )
