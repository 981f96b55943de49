"""The comptable rejects an order: a new entry reverses it, with the reason."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.lookups import find_convention, hold
from ledger.core.errors import LedgerError
from ledger.core.money import total
from ledger.core.period import french_day
from ledger.execution.lookups import DateOutside, orders, payments
from ledger.execution.model import PaymentOrder
from ledger.journal.posting import NOT_KEPT, Posted, written_by
from ledger.journal.reversal import reverse


class RejectionRefused(LedgerError):
    """The order cannot be rejected: it is already, or it is paid."""

    code = "rejet_refuse"


def reject(session: Session, order: PaymentOrder, *, motive: str, on: date) -> Posted:
    """The entry that reverses an order: what it ordered is engaged again, what it set off is to be set off again.

    raises: InvalidValue without a motive, RejectionRefused when it is rejected or paid already, DateOutside, DayClosed.
    """
    hold(session, [order.convention])
    session.refresh(order)
    if order.rejected_on is not None:
        by = f", par {written_by(session, order.reversal_number)}" if order.reversal_number is not None else ""
        raise RejectionRefused(
            f"Le mandat {order.reference} est déjà rejeté depuis le {french_day(order.rejected_on)}{by}. {NOT_KEPT}",
            f"Ordonnez de nouveau : cofiville versement ordonner {order.convention}.",
        )
    if on < order.ordered_on:
        raise DateOutside(
            f"Le mandat {order.reference} est du {french_day(order.ordered_on)} : il n'est pas rejeté avant.",
            "Corrigez la date (--le).",
        )
    convention = find_convention(session, order.convention)
    standing = [each for each in orders(session, convention.number) if each.rejected_on is None]
    unpaid = total(each.gross - each.set_off for each in standing) - total(
        each.amount for each in payments(session, convention.number)
    )
    if order.gross - order.set_off > unpaid:
        raise RejectionRefused(
            f"Le mandat {order.reference} est payé, en tout ou en partie : le comptable ne le rejette plus.",
            "Annulez d'abord le paiement : cofiville versement lister, puis cofiville journal annuler NUMERO.",
        )
    if order.entry_number is None:
        raise RejectionRefused(
            f"Le mandat {order.reference} n'est rattaché à aucune écriture : il ne se rejette pas.",
            "Contrôlez la base : cofiville base controler.",
        )
    posted = reverse(session, order.entry_number, motive=motive, on=on)
    order.rejected_on, order.rejection, order.reversal_number = on, motive.strip(), posted.sequence
    session.flush()
    return posted
