"""What is due on a convention now, and why an order pays what it pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.queries import find_convention
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.errors import LedgerError
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money
from ledger.core.period import french_day
from ledger.execution.model import PaymentOrder, PaymentOrderLine, SetOff
from ledger.execution.queries import bilans_of_conventions, convention_balances, of_position
from ledger.journal.positions import AccountKey, Position
from ledger.rules.vocabulary import Circuit, Condition

LineKey = tuple[str, str]


class NothingDue(LedgerError):
    """No payment, or not as much, is due on this convention now."""

    code = "rien_de_du"


def due_by_line(
    convention: Convention,
    ordered: Mapping[LineKey, Money],
    engaged: Mapping[LineKey, Money],
    settled: set[str],
    on: date,
) -> tuple[dict[LineKey, Money], dict[LineKey, Money], str]:
    """What the next instalment asks, all that may be ordered now, and why the rest may not.

    ordered: what was ordered so far by (action, line). engaged: what remains committed. settled: actions whose
    bilan is settled; everything left on them is due.
    """
    next_due: dict[LineKey, Money] = {}
    all_due: dict[LineKey, Money] = {}
    waiting = ""
    ranks = sorted({instalment.rank for instalment in convention.instalments})
    rest = dict(ordered)
    for rank in ranks:
        asked: dict[LineKey, Money] = {}
        for instalment in (each for each in convention.instalments if each.rank == rank):
            key = (instalment.action, instalment.line)
            already = min(rest.get(key, ZERO), instalment.amount)
            rest[key] = rest.get(key, ZERO) - already
            if not (missing := min(instalment.amount - already, engaged.get(key, ZERO) - all_due.get(key, ZERO))):
                continue
            if instalment.condition == Condition.BILAN and instalment.action not in settled:
                waiting = waiting or f"le solde attend le bilan de l'action {instalment.action}"
            elif instalment.due_on is not None and instalment.due_on > on:
                waiting = waiting or f"l'échéance suivante est au {french_day(instalment.due_on)}"
            else:
                asked[key] = missing
        next_due = next_due or asked
        for key, amount in asked.items():
            all_due[key] = all_due.get(key, ZERO) + amount
    for key, amount in engaged.items():
        if key[0] in settled and amount > all_due.get(key, ZERO):
            all_due[key] = amount
            next_due.setdefault(key, amount)
    return next_due, all_due, waiting


def is_due(session: Session, convention: Convention, on: date) -> bool:
    """Whether some instalment of this convention may be ordered on this day."""
    if (
        convention.state != ConventionStatus.SIGNED
        or convention.circuit == Circuit.DIRECT
        or convention.kind in (ConventionKind.RIGHT, ConventionKind.ORDER)
    ):
        return False
    engaged = of_position(convention_balances(session, convention.number), Position.ENGAGE)
    return bool(due_now(convention, engaged, set(bilans_of_conventions(session, convention.number)), on)[0])


def due_now(
    convention: Convention, engaged: Mapping[AccountKey, Money], settled: set[str], on: date
) -> tuple[dict[LineKey, Money], dict[LineKey, Money], str]:
    """As due_by_line, from the ENGAGE accounts of the convention."""
    left: dict[LineKey, Money] = sums_by(((key.action, key.line), held) for key, held in engaged.items())
    ordered = {
        (line.action, line.line): line.amount - left.get((line.action, line.line), ZERO) for line in convention.lines
    }
    return due_by_line(convention, ordered, left, settled, on)


@dataclass(frozen=True, slots=True)
class ImputedOverpayment:
    """The part of an order that extinguishes an overpayment of an earlier convention (compensation N-1)."""

    line: str
    convention: str
    amount: Money


def imputations(session: Session, order: PaymentOrder) -> list[ImputedOverpayment]:
    """What this order sets off, by the convention it comes from: the oldest decisions first, as orders use them."""
    convention = find_convention(session, order.convention)
    found: list[ImputedOverpayment] = []
    for line in sorted({each.line for each in order.lines if each.set_off}):
        used = _used_before(session, convention, order, line)
        wanted = sum(each.set_off.cents for each in order.lines if each.line == line)
        for decided in _decided(session, convention, line):
            skipped = min(used, decided.amount.cents)
            used -= skipped
            if part := min(wanted, decided.amount.cents - skipped):
                wanted -= part
                found.append(ImputedOverpayment(line, decided.convention, Money(part)))
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
