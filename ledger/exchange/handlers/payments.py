"""Versements: each row pays once; a payment written never changes by a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NoReturn

from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.queries import conventions, find_convention
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.money import Money
from ledger.exchange.declaration import value_required, value_said
from ledger.exchange.handlers.convention_rows import payment_rows, years_of
from ledger.exchange.importing.diff import RowDiff, SheetDiff, compare_rows
from ledger.exchange.importing.handling import Handler, ImportAct, ImportBatch, RowsOrigin
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.conventions import PAYMENTS
from ledger.exchange.vocabulary import State
from ledger.execution.payments.batch import PaymentBatch
from ledger.execution.payments.order_payment import ORDER_ACT, decide_order
from ledger.execution.payments.record_payment import PAYMENT_ACT, decide_payment
from ledger.rules.vocabulary import Circuit

_MOST_PER_BATCH = 1000


class WrittenPayment(LedgerError):
    """A row that would change a payment already written."""

    code = "paiement_ecrit"


class PaymentHandler(Handler):
    """Rows of the sheet Versements."""

    sheets = (PAYMENTS,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The payments of the file against those of the millésimes its conventions belong to."""
        found = [row.without_blank("ordered_on") for row in rows[PAYMENTS.name]]
        return [compare_rows(PAYMENTS, found, payment_rows(session, years_of(session, found)))]

    def acts(
        self, session: Session, diffs: Sequence[SheetDiff], origin: RowsOrigin
    ) -> Iterator[ImportAct | ImportBatch]:
        """One act a new payment, in the order of days, many read and written together."""
        new = sorted(
            (diff for diff in diffs[0].rows if diff.state is State.NEW),
            key=lambda diff: value_required(diff.row.values, "paid_on", date),
        )
        for start in range(0, len(new), _MOST_PER_BATCH):
            part = new[start : start + _MOST_PER_BATCH]
            single = tuple(
                ImportAct((diff,), lambda diff=diff: _pay_all(session, [diff], origin))  # type: ignore[misc]
                for diff in part
            )
            yield ImportBatch(single, lambda part=part: _pay_all(session, part, origin))  # type: ignore[misc]
        for diff in diffs[0].rows:
            if diff.state is State.CHANGED:
                yield ImportAct((diff,), lambda diff=diff: _refuse(diff))  # type: ignore[misc]


def _pay_all(session: Session, diffs: Sequence[RowDiff], origin: RowsOrigin) -> Sequence[bool]:
    """Every payment of these rows, ordered first where it is to be: all done, or the first that cannot be refused."""
    numbers = {str(diff.row.values["convention"]).strip().upper() for diff in diffs}
    known = {each.number: each for each in conventions(session, numbers=numbers)}
    references = [str(diff.row.values["reference"]).strip() for diff in diffs]
    acts = [name.format(each) for each in references for name in (ORDER_ACT, PAYMENT_ACT)]
    batch = PaymentBatch(session, list(known.values()), acts)
    for diff, reference in zip(diffs, references, strict=True):
        number = str(diff.row.values["convention"])
        convention = known.get(number.strip().upper()) or find_convention(session, number)
        _pay(batch, convention, reference, diff, origin)
    batch.write()
    return [True] * len(diffs)


def _pay(batch: PaymentBatch, convention: Convention, reference: str, diff: RowDiff, origin: RowsOrigin) -> None:
    values = diff.row.values
    on, amount = value_required(values, "paid_on", date), value_required(values, "amount", Money)
    waiver, ordered_on = str(values.get("waiver") or "").strip(), value_said(values, "ordered_on", date)
    if convention.circuit == Circuit.BUDGET and (ordered_on or origin.takeover):
        decide_order(batch, convention, amount, on=ordered_on or on, reference=reference, waiver=waiver)
    elif waiver:
        raise InvalidValue(
            f"Le versement {reference} n'est pas ordonné par cette ligne : « {waiver} » n'y écarte aucune règle.",
            "Donnez le jour du mandat (colonne « Ordonné le »), ou laissez la colonne « Malgré » vide.",
        )
    decide_payment(batch, convention, amount, on=on, reference=reference)


def _refuse(diff: RowDiff) -> NoReturn:
    names = ", ".join(change.column.title.lower() for change in diff.changes)
    raise WrittenPayment(
        f"Le paiement {diff.row.values['reference']} est déjà au livre avec une autre valeur ({names}).",
        "Annulez-le par une écriture inverse (cofiville journal annuler), puis saisissez le bon.",
    )
