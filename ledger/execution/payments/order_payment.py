"""Ordering a payment (liquidation, mandat): what is due, never more than the grant; rejection by the comptable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.granted import check_duty
from ledger.conventions.model import Convention
from ledger.conventions.queries import check_state, find_convention, lock_conventions
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.errors import LedgerError, NotFound
from ledger.core.money import ZERO, Money, total
from ledger.core.period import french_day
from ledger.core.split import split
from ledger.execution.model import PaymentOrder, PaymentOrderLine
from ledger.execution.payments.batch import PaymentBatch
from ledger.execution.payments.controls import check_bilans, check_pieces
from ledger.execution.payments.due import LineKey, NothingDue, due_now
from ledger.execution.queries import DateOutside, check_day, of_position, orders_of, payments_of
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import NOT_KEPT, Posted, written_by
from ledger.journal.reversal import reverse_entry
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind
from ledger.journal.waivers import waiver_words
from ledger.rules.vocabulary import Circuit
from ledger.storage.session import context

ORDER_ACT = "ORDRE {}"


def order_payment(
    session: Session,
    convention: Convention,
    amount: Money | None,
    *,
    on: date,
    reference: str = "",
    waiver: str = "",
) -> tuple[PaymentOrder, Posted]:
    """The order and its entry: ENGAGE → ORDONNE; what is set off of an earlier overpayment goes to VERSE at once.

    amount: gross; None for the next instalment. reference: the mandat's; one is given when none is typed.
    waiver: why it is ordered although the porteur is late with a bilan, or a document of it is missing.
    raises: WrongState, DateOutside, ConventionRequired, NothingDue, BilanOverdue, PieceMissing,
        OtherContent, DayClosed.
    """
    batch = PaymentBatch(session, [convention])
    order, earlier = decide_order(batch, convention, amount, on=on, reference=reference, waiver=waiver)
    return order, earlier or batch.write()[-1]


def decide_order(
    batch: PaymentBatch,
    convention: Convention,
    amount: Money | None,
    *,
    on: date,
    reference: str = "",
    account: str = "",
    waiver: str = "",
) -> tuple[PaymentOrder, Posted | None]:
    """As order_payment, the order decided and still to be written; where it stands, when the book holds it already."""
    _check_orderable(convention, on)
    existing = batch.orders(convention)
    reference = reference.strip() or _free_number(batch, convention, len(existing) + 1)
    draft, earlier = batch.find_or_place(_draft(convention, reference, amount, on))
    if earlier is not None:
        return batch.session.get_one(PaymentOrder, (convention.contract, reference)), earlier
    aside = (
        *check_bilans(convention, batch.late(convention, on), waiver),
        *check_pieces(batch.session, batch.formalities(on), convention, waiver),
    )
    engaged = of_position(batch.drawable(convention, on), Position.ENGAGE)
    asked = _asked(batch, convention, engaged, amount, on)
    lines, moves = _lines(convention, engaged, asked, batch.set_offs(convention), reference)
    order = PaymentOrder(
        contract=convention.contract,
        reference=reference,
        convention=convention.number,
        rank=sum(each.rejected_on is None for each in existing) + 1,
        ordered_on=on,
        account=account or batch.account(convention, on.year),
        waiver=waiver_words(aside),
    )
    order.lines.extend(lines)
    batch.decide(replace(draft, moves=tuple(moves), motive=waiver_words(aside)), order, aside)
    return order, None


def _free_number(batch: PaymentBatch, convention: Convention, rank: int) -> str:
    """A number that no mandat bears: people may have typed this one."""
    while batch.bears_order(f"M-{convention.number}-{rank}"):
        rank += 1
    return f"M-{convention.number}-{rank}"


def _draft(convention: Convention, reference: str, amount: Money | None, on: date) -> Draft:
    return Draft(
        reference=ORDER_ACT.format(reference),
        kind=EntryKind.ORDER,
        label=f"Ordre de payer {reference}, convention {convention.number}",
        piece=reference,
        effect_on=on,
        moves=(),
        facts=(convention.number, amount.plain() if amount else "échéance"),
    )


def _check_orderable(convention: Convention, on: date) -> None:
    check_state(convention, ConventionStatus.SIGNED)
    check_day(convention, on)
    if convention.circuit == Circuit.DIRECT:
        raise NothingDue(
            f"La convention {convention.number} est payée directement par {convention.payer} : l'EPCI n'ordonne rien.",
            f"Constatez le paiement : cofiville versement payer {convention.number} MONTANT --le DATE --reference REF.",
        )


def find_order(session: Session, reference: str) -> PaymentOrder:
    """The order of this number. raises: NotFound."""
    found = session.get(PaymentOrder, (context(session).contract, reference.strip()))
    if found is None:
        raise NotFound(
            f"Le mandat « {reference} » n'existe pas.", "Consultez les mandats : cofiville versement ordres."
        )
    return found


def _asked(
    batch: PaymentBatch, convention: Convention, engaged: Mapping[AccountKey, Money], amount: Money | None, on: date
) -> dict[LineKey, Money]:
    assert convention.signed_on is not None
    check_duty(batch.session, batch.formalities(convention.signed_on), convention, batch.granted(convention))
    next_due, all_due, waiting = due_now(convention, engaged, batch.settled(convention), on)
    if amount is None:
        if next_due:
            return next_due
        raise NothingDue(
            f"Rien n'est à payer aujourd'hui sur la convention {convention.number}"
            + (f" : {waiting}" if waiting else " : tout est déjà ordonné ou dégagé")
            + f"{batch.last_order(convention)}.",
            f"Consultez son échéancier : cofiville convention montrer {convention.number}.",
        )
    most = total(all_due.values())
    if amount > most:
        raise NothingDue(
            f"{amount.french()} dépassent ce qui est dû sur la convention {convention.number} : {most.french()}"
            + (f" ({waiting})" if waiting else "")
            + f"{batch.last_order(convention)}.",
            f"Réduisez le montant de {(amount - most).french()}, ou enregistrez l'acte qui manque.",
        )
    for candidate in (next_due, all_due):
        if amount == total(candidate.values()):
            return candidate
    shares = split(amount, [due.cents for due in all_due.values()])
    return {key: share for key, share in zip(all_due, shares, strict=True) if share}


def _lines(
    convention: Convention,
    engaged: Mapping[AccountKey, Money],
    asked: Mapping[LineKey, Money],
    set_offs: dict[str, Money],
    reference: str,
) -> tuple[list[PaymentOrderLine], list[Move]]:
    rows: list[PaymentOrderLine] = []
    moves: list[Move] = []
    left = dict(asked)
    for key, held in engaged.items():
        gross = min(left.get((key.action, key.line), ZERO), held)
        if not gross:
            continue
        left[key.action, key.line] -= gross
        set_off = min(gross, set_offs.get(key.line, ZERO))
        if set_off:
            set_offs[key.line] -= set_off
            moves.append(Move(key._replace(position=Position.VERSE), key, set_off))
        if gross != set_off:
            moves.append(Move(key._replace(position=Position.ORDONNE), key, gross - set_off))
        rows.append(
            PaymentOrderLine(
                contract=convention.contract,
                reference=reference,
                rank=len(rows) + 1,
                action=key.action,
                line=key.line,
                year=key.year,
                gross=gross,
                set_off=set_off,
            )
        )
    return rows, moves


class RejectionRefused(LedgerError):
    """The order cannot be rejected: it is already, or it is paid."""

    code = "rejet_refuse"


def reject_order(session: Session, order: PaymentOrder, *, motive: str, on: date) -> Posted:
    """The entry that reverses an order: what it ordered is engaged again, what it set off is to be set off again.

    raises: InvalidValue without a motive, RejectionRefused when it is rejected or paid already, DateOutside, DayClosed.
    """
    lock_conventions(session, [order.convention])
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
    standing = [each for each in orders_of(session, convention.number) if each.rejected_on is None]
    payments = payments_of(session, convention.number)
    unpaid = total(each.gross - each.set_off for each in standing) - total(each.amount for each in payments)
    if order.gross - order.set_off > unpaid:
        raise RejectionRefused(
            f"Le mandat {order.reference} est payé, en tout ou en partie : le comptable ne le rejette plus.",
            f"Annulez d'abord le paiement {payments[-1].reference} : cofiville journal annuler"
            f" {payments[-1].entry_number} --motif MOTIF.",
        )
    if order.entry_number is None:
        raise RejectionRefused(
            f"Le mandat {order.reference} n'est rattaché à aucune écriture : il ne se rejette pas.",
            "Contrôlez la base : cofiville base controler.",
        )
    posted = reverse_entry(session, order.entry_number, motive=motive, on=on)
    order.rejected_on, order.rejection, order.reversal_number = on, motive.strip(), posted.sequence
    session.flush()
    return posted
