"""Conventions and payments as rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.queries import added_by_avenant, conventions
from ledger.conventions.schedule import read_plan
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money, parse_money, total
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
    for each in outgoing(session, years):
        added = added_by_avenant(each)
        for line in each.lines:
            if (line.action, line.line) in added:
                continue
            paid = held.get((each.number, line.action, line.line, True), ZERO)
            values: Values = {
                "number": each.number,
                "payer": each.payer,
                "action": line.action,
                "line": line.line,
                "amount": line.amount_signed,
                "amount_now": line.amount,
                "purpose": each.avenants[0].facts_before["objet"] if each.avenants else each.purpose,
                "signed_on": each.signed_on,
                "starts_on": _at_first(each, "debut", each.starts_on),
                "ends_on": _at_first(each, "fin", each.ends_on),
                "piece": each.piece,
                "year": each.year,
                "beneficiary": each.beneficiary,
                "kind": ConventionKind(each.kind).label,
                "circuit": each.circuit,
                "state": ConventionStatus(each.state).label,
                "ordered": paid + held.get((each.number, line.action, line.line, False), ZERO),
                "paid": paid,
                "example": each.example,
            }
            rows[key_text(CONVENTIONS, values)] = values
    return rows


def _at_first(convention: Convention, fact: str, now: date | None) -> date | None:
    """The day as it was signed, before any avenant."""
    if not convention.avenants:
        return now
    text = convention.avenants[0].facts_before[fact]
    return date.fromisoformat(text) if text else None


def schedule_rows(session: Session, years: Collection[int]) -> dict[str, Values]:
    """By key, a row for each instalment of the conventions of these millésimes whose lines follow one plan."""
    rows: dict[str, Values] = {}
    for each in outgoing(session, years):
        groups = _schedule_at_first(each)
        for rank, part in enumerate(read_plan(groups[0]["parts"]) if len(groups) == 1 else (), start=1):
            # A cap or a rounding of its own is told by the amount it made.
            size = part.size if part.cap is None and part.rounding != Rounding.NEAREST else _as_signed(each, rank)
            values: Values = {
                "convention": each.number,
                "rank": rank,
                "rate": size if isinstance(size, Fraction) else None,
                "amount": size if isinstance(size, Money) else None,
                "moment": part.condition,
                "due_on": part.due_on,
            }
            rows[key_text(SCHEDULES, values)] = values
    return rows


def _schedule_at_first(convention: Convention) -> list[dict[str, Any]]:
    """The schedule as it was signed, before any avenant that gave another."""
    kept = (each.facts_before["echeancier"] for each in convention.avenants if "echeancier" in each.facts_before)
    return next(kept, convention.schedule) or []


def _as_signed(convention: Convention, rank: int) -> Money:
    """What the instalment paid before any avenant."""
    if not convention.avenants:
        return total(each.amount for each in convention.instalments if each.rank == rank)
    before = convention.avenants[0].facts_before["echeances"]
    return total(parse_money(each["montant"]) for each in before if each["rang"] == rank)


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
