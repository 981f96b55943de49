"""Versements: each row pays once; a payment written never changes by a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NoReturn

from sqlalchemy.orm import Session

from ledger.conventions.lookups import find_convention
from ledger.conventions.model import Convention
from ledger.core.errors import LedgerError, Problem
from ledger.core.money import Money
from ledger.exchange.diff import RowDiff, SheetDiff, State, compare
from ledger.exchange.handlers.convention_rows import payment_rows
from ledger.exchange.handling import Act, Origin
from ledger.exchange.reading import Row
from ledger.exchange.sheets.payments import PAYMENTS
from ledger.execution.orders import order_payment
from ledger.execution.payments import pay
from ledger.journal.context import context


class WrittenPayment(LedgerError):
    """A row that would change a payment already written."""

    code = "paiement_ecrit"


class PaymentHandler:
    """Rows of the sheet Versements."""

    sheets = (PAYMENTS,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: Origin) -> list[SheetDiff]:
        """The payments of the file against those of the millésimes its conventions belong to."""
        found = [_without_blank_order(row) for row in rows[PAYMENTS.name]]
        contract = context(session).contract
        known = (session.get(Convention, (contract, str(row.values["convention"]))) for row in found)
        years = {convention.year for convention in known if convention is not None}
        return [compare(PAYMENTS, found, payment_rows(session, years))]

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: Origin) -> Iterator[Act]:
        """One act a new payment, in the order of days."""
        new = [diff for diff in diffs[0].rows if diff.state is State.NEW]
        for diff in sorted(new, key=_paid_on):
            yield Act((diff,), lambda diff=diff: _pay(session, diff, origin))  # type: ignore[misc]
        for diff in diffs[0].rows:
            if diff.state is State.CHANGED:
                yield Act((diff,), lambda diff=diff: _refuse(diff))  # type: ignore[misc]

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: Origin
    ) -> Iterator[Problem]:
        """Nothing more to say."""
        return iter(())


def _without_blank_order(row: Row) -> Row:
    if row.values.get("ordered_on"):
        return row
    return replace(row, values={name: value for name, value in row.values.items() if name != "ordered_on"})


def _paid_on(diff: RowDiff) -> date:
    day = diff.row.values["paid_on"]
    assert isinstance(day, date)
    return day


def _pay(session: Session, diff: RowDiff, origin: Origin) -> None:
    values, on = diff.row.values, _paid_on(diff)
    convention = find_convention(session, str(values["convention"]))
    amount, reference = values["amount"], str(values["reference"])
    assert isinstance(amount, Money)
    ordered_on = values.get("ordered_on")
    if convention.circuit == "budget" and (ordered_on or origin.takeover):
        day = ordered_on if isinstance(ordered_on, date) else on
        order_payment(session, convention, amount, on=day, reference=reference)
    pay(session, convention, amount, on=on, reference=reference)


def _refuse(diff: RowDiff) -> NoReturn:
    names = ", ".join(change.column.title.lower() for change in diff.changes)
    raise WrittenPayment(
        f"Le paiement {diff.row.values['reference']} est déjà au livre avec une autre valeur ({names}).",
        "Annulez-le par une écriture inverse (cofiville journal annuler), puis saisissez le bon.",
    )
