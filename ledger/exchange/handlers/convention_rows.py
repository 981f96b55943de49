"""Conventions and payments as rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.forms import ReadConvention
from ledger.conventions.model import Convention
from ledger.conventions.queries import added_by_avenant, conventions
from ledger.conventions.read_conventions import read_convention
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money, total
from ledger.exchange.declaration import Values, key_text
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.conventions import CONVENTIONS, PAYMENTS, SCHEDULES
from ledger.execution.model import Payment, PaymentOrder
from ledger.journal.balances import balances
from ledger.journal.positions import PAID_POSITIONS, Position
from ledger.rules.vocabulary import Rounding


def outgoing(session: Session, years: Collection[int]) -> list[Convention]:
    """The conventions of these millésimes that pay porteurs (rights acquired by the EPCI apart)."""
    known = paid_conventions(session, years)
    return [each for year in sorted(years) for each in conventions(session, year) if each.number in known]


def paid_conventions(session: Session, years: Collection[int]) -> dict[str, tuple[str | None, bool]]:
    """By number, the beneficiary of each of `outgoing`, and whether it is made up."""
    query = select(Convention.number, Convention.beneficiary, Convention.example).where(
        Convention.year.in_(years),
        Convention.kind != ConventionKind.RIGHT,
        Convention.state != ConventionStatus.CANCELLED,
    )
    return {number: (beneficiary, example) for number, beneficiary, example in session.execute(query)}


def years_of(session: Session, rows: Sequence[Row]) -> set[int]:
    """The millésimes of the conventions that these rows name."""
    named = {str(row.values["convention"]).strip().upper() for row in rows}
    query = select(Convention.number, Convention.year)
    return {year for number, year in session.execute(query) if number in named}


def convention_rows(session: Session, years: Collection[int]) -> dict[str, Values]:
    """By key, a row for each line of each convention of these millésimes."""
    held = sums_by(
        ((key.convention, key.action, key.line, key.position in PAID_POSITIONS), amount)
        for key, amount in balances(session, positions=(*PAID_POSITIONS, Position.ORDONNE)).items()
    )
    rows: dict[str, Values] = {}
    for convention in outgoing(session, years):
        added, each = added_by_avenant(convention), read_convention(convention, later=False)
        of_convention = {name: getattr(each, name) for name in _OF_CONVENTION}
        of_convention |= {name: getattr(each.as_signed, name) for name in ("purpose", "starts_on", "ends_on")}
        of_convention["kind"] = ConventionKind(each.kind).label
        of_convention["state"] = ConventionStatus(each.state).label
        for line in each.lines:
            if (line.action, line.line) in added:
                continue
            paid = held.get((each.number, line.action, line.line, True), ZERO)
            values: Values = {
                **of_convention,
                "action": line.action,
                "line": line.line,
                "amount": line.amount_signed,
                "amount_now": line.amount,
                "ordered": paid + held.get((each.number, line.action, line.line, False), ZERO),
                "paid": paid,
            }
            rows[key_text(CONVENTIONS, values)] = values
    return rows


_OF_CONVENTION = tuple(each.field for each in CONVENTIONS.columns if hasattr(ReadConvention, each.field))


def schedule_rows(session: Session, years: Collection[int]) -> dict[str, Values]:
    """By key, a row for each instalment of the conventions of these millésimes whose lines follow one plan."""
    rows: dict[str, Values] = {}
    for convention in outgoing(session, years):
        signed = read_convention(convention, later=False).as_signed
        for rank, part in enumerate(signed.plan, start=1):
            # A cap or a rounding of its own is told by the amount it made.
            exact = part.cap is None and part.rounding != Rounding.NEAREST
            size = part.size if exact else total(each.amount for each in signed.instalments if each.rank == rank)
            values: Values = {
                "convention": convention.number,
                "rank": rank,
                "rate": size if isinstance(size, Fraction) else None,
                "amount": size if isinstance(size, Money) else None,
                "moment": part.condition,
                "due_on": part.due_on,
            }
            rows[key_text(SCHEDULES, values)] = values
    return rows


def payment_rows(session: Session, years: Collection[int]) -> dict[str, Values]:
    """By key, a row for each payment on the conventions of these millésimes."""
    of_years = paid_conventions(session, years)
    columns = PaymentOrder.reference, PaymentOrder.ordered_on, PaymentOrder.waiver
    orders = select(*columns)
    ordered = {reference: (day, waiver) for reference, day, waiver in session.execute(orders)}
    query = select(Payment).where(Payment.undone_on.is_(None)).order_by(Payment.paid_on, Payment.reference)
    rows: dict[str, Values] = {}
    for payment in session.scalars(query):
        if payment.convention in of_years:
            beneficiary, example = of_years[payment.convention]
            ordered_on, waiver = ordered.get(payment.reference, (None, ""))
            values: Values = {
                "convention": payment.convention,
                "reference": payment.reference,
                "amount": payment.amount,
                "ordered_on": ordered_on,
                "overruled": waiver,
                "paid_on": payment.paid_on,
                "beneficiary": beneficiary,
                "example": example,
            }
            rows[key_text(PAYMENTS, values)] = values
    return rows
