"""Payments by workbook and by the mandats of the comptable: each row pays once; one written never changes by a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.queries import conventions, find_convention
from ledger.core.errors import InvalidValue, LedgerError, Problem
from ledger.core.grouping import grouped
from ledger.core.money import Money
from ledger.exchange.declaration import value_required, value_said
from ledger.exchange.handlers.convention_rows import payment_rows, years_of
from ledger.exchange.importing.diff import RowDiff, SheetDiff, compare_rows
from ledger.exchange.importing.handling import Handler, ImportAct, ImportBatch, RowsOrigin
from ledger.exchange.partners.keeping import PartnerHandler
from ledger.exchange.partners.reconciling import Found, helios_sides, of_another_body, ordered_items, reconcile
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.conventions import PAYMENTS
from ledger.exchange.sheets.partners import MANDATS
from ledger.exchange.vocabulary import State
from ledger.execution.model import Payment
from ledger.execution.payments.batch import PaymentBatch
from ledger.execution.payments.order_payment import ORDER_ACT, decide_order
from ledger.execution.payments.record_payment import PAYMENT_ACT, decide_payment, record_payment
from ledger.execution.vocabulary import Agreement
from ledger.rules.vocabulary import Circuit
from ledger.storage.session import context

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
                yield ImportAct((diff,), lambda diff=diff: _refuse(session, diff))  # type: ignore[misc]


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
        _pay_row(batch, convention, reference, diff, origin)
    batch.write()
    return [True] * len(diffs)


def _pay_row(batch: PaymentBatch, convention: Convention, reference: str, diff: RowDiff, origin: RowsOrigin) -> None:
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


def _refuse(session: Session, diff: RowDiff) -> NoReturn:
    names = ", ".join(change.column.title.lower() for change in diff.changes)
    reference = str(diff.row.values["reference"]).strip()
    paid = session.get_one(Payment, (context(session).contract, reference))
    raise WrittenPayment(
        f"Le paiement {reference} est déjà au livre avec une autre valeur ({names}).",
        f"Annulez-le par une écriture inverse (cofiville journal annuler {paid.entry_number} --motif MOTIF), puis"
        " saisissez le bon.",
    )


_KEPT = PartnerHandler("helios", MANDATS, "comptable")


@dataclass(frozen=True, slots=True)
class _Payable:
    """A mandat of the file and the only convention whose whole order it pays."""

    diff: RowDiff
    convention: str


class MandatHandler(Handler):
    """Rows of the profile helios."""

    sheets = (MANDATS,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The mandats of the file against those read before."""
        return _KEPT.diffs(session, rows, origin)

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: RowsOrigin) -> Iterator[ImportAct]:
        """Each payment that leaves no doubt, in the order of days, then every row kept."""
        for each in sorted(
            _payable(session, diffs[0]), key=lambda each: value_required(each.diff.row.values, "paid_on", date)
        ):
            yield ImportAct((each.diff,), lambda each=each: _pay(session, each))  # type: ignore[misc]
        yield from _KEPT.acts(session, diffs, origin)

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: RowsOrigin
    ) -> Iterator[Problem]:
        """What the kept layout says of its rows, and each new payment to our porteurs that is left to a person."""
        yield from _KEPT.remarks(session, rows, diffs, origin)
        sure = {each.diff.row.number for each in _payable(session, diffs[0])}
        for diff, found in _found(session, diffs[0]):
            if found.local and diff.row.number not in sure:
                yield _left_to_a_person(diff.row, found)


def _found(session: Session, diff: SheetDiff) -> list[tuple[RowDiff, Found]]:
    """Each new row that stands alone or first in what was found of it; a number listed twice is left to a person."""
    rows = [each.row for each in diff.rows]
    if not rows:
        return []
    new: dict[str, list[RowDiff]] = grouped(
        (each.row.key, each)
        for each in diff.rows
        if each.state is State.NEW and (not of_another_body(session, each.row))
    )
    found = []
    for line in reconcile(helios_sides(session, rows), ordered_items(session)):
        if line.compared.file is not None and (there := new.get(line.first)):
            found.append((there.pop(0), line))
    return found


def _payable(session: Session, diff: SheetDiff) -> list[_Payable]:
    """The new rows that pay, alone, the whole order of one convention alone."""
    listed = Counter(each.row.key for each in diff.rows)
    paying = [
        (each, found.compared.conventions[0])
        for each, found in _found(session, diff)
        if found.waiting and listed[each.row.key] == 1
    ]
    times = [number for _, number in paying]
    return [_Payable(each, number) for each, number in paying if times.count(number) == 1]


def _pay(session: Session, each: _Payable) -> None:
    values = each.diff.row.values
    record_payment(
        session,
        find_convention(session, each.convention),
        value_required(values, "amount", Money),
        on=value_required(values, "paid_on", date),
        reference=f"Mandat {values['mandat']} ({values['number']})",
    )


def _left_to_a_person(row: Row, found: Found) -> Problem:
    words = f"{row.values['porteur']}, {row.values['purpose'] or 'sans objet'}"
    compared = found.compared
    if compared.state is Agreement.MATCHED:
        note = f"{words} : ce paiement est déjà au livre."
        return problem("deja_au_livre", row.tab, row.cell("amount"), row.values["mandat"], note=note)
    where = " ou ".join(compared.conventions) or "aucun versement ordonné de ce montant"
    why = found.note or "rien n'est ordonné pour ce montant"
    note = (
        f"{words} : {why} ({where}). Rien n'est payé d'office : "
        "cofiville versement payer CONVENTION MONTANT --le JOUR --reference MANDAT."
    )
    return problem("paiement_a_confirmer", row.tab, row.cell("amount"), row.values["mandat"], note=note)
