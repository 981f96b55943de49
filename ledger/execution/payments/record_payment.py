"""Paying: the comptable pays what was ordered; on the direct circuit, the financeur's own payment is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.queries import check_state, conventions, is_passed_on
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.grouping import sums_by
from ledger.core.money import Money, total
from ledger.core.period import french_day
from ledger.core.split import split
from ledger.execution.model import Payment
from ledger.execution.payments.batch import PaymentBatch
from ledger.execution.queries import DateOutside, check_day, of_position
from ledger.journal.balances import balance_by
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import Posted
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind
from ledger.rules.vocabulary import Circuit

PAYMENT_ACT = "PAIEMENT {}"


class PaymentRefused(LedgerError):
    """The payment cannot be recorded as asked."""

    code = "paiement_refuse"


def record_payment(session: Session, convention: Convention, amount: Money, *, on: date, reference: str) -> Posted:
    """The entry of a payment: ORDONNE → VERSE (or ENGAGE → VERSE, direct circuit); the same reference pays once.

    What passes another financeur's money on is also counted as passed on, from what is held, else advanced.
    raises: WrongState, InvalidValue without a reference, DateOutside, PaymentRefused above what is ordered,
        OtherContent, DayClosed.
    """
    batch = PaymentBatch(session, [convention])
    return decide_payment(batch, convention, amount, on=on, reference=reference) or batch.write()[-1]


def decide_payment(
    batch: PaymentBatch, convention: Convention, amount: Money, *, on: date, reference: str
) -> Posted | None:
    """As record_payment, the payment decided and still to be written: None; where it stands, when the book holds it
    already."""
    check_state(convention, ConventionStatus.SIGNED)
    check_day(convention, on)
    reference = reference.strip()
    if not reference:
        raise InvalidValue("La référence du paiement manque.", 'Donnez celle du comptable : --reference "B12 M345".')
    draft, earlier = batch.find_or_place(_draft(convention, amount, reference, on))
    if earlier is not None:
        return earlier
    position = Position.ENGAGE if convention.circuit == Circuit.DIRECT else Position.ORDONNE
    held = total(of_position(batch.held(convention), position).values())
    drawable = of_position(batch.drawable(convention, on), position)
    if amount <= held:
        if convention.circuit == Circuit.BUDGET:
            _check_ordered_before(batch, convention, amount, on)
        _check_held_by_then(convention, amount, total(drawable.values()), on)
    shares = _shares(batch, convention, drawable, amount)
    moves = [Move(key._replace(position=Position.VERSE), key, share) for key, share in shares.items()]
    moves.extend(_passing_on(batch, convention, shares, on))
    paid = Payment(
        contract=convention.contract, reference=reference, convention=convention.number, paid_on=on, amount=amount
    )
    batch.decide(replace(draft, moves=tuple(moves)), paid)
    return None


def _check_ordered_before(batch: PaymentBatch, convention: Convention, amount: Money, on: date) -> None:
    standing = [each for each in batch.orders(convention) if each.rejected_on is None]
    ordered = total(each.gross - each.set_off for each in standing if each.ordered_on <= on)
    paid = batch.paid(convention, on)
    if paid + amount > ordered:
        raise DateOutside(
            f"Au {french_day(on)}, {ordered.french()} sont ordonnés sur la convention {convention.number}"
            f" et {paid.french()} payés : {amount.french()} ne peuvent pas l'être.",
            "Corrigez la date du paiement (--le) : il suit son mandat (cofiville versement ordres).",
        )


def _check_held_by_then(convention: Convention, amount: Money, most: Money, on: date) -> None:
    if amount > most:
        raise DateOutside(
            f"Au {french_day(on)}, {most.french()} peuvent être payés sur la convention {convention.number} : ce qui"
            f" fait {amount.french()} y est daté d'après.",
            "Corrigez la date du paiement (--le) : il suit ce qui le permet (cofiville convention montrer"
            f" {convention.number}).",
        )


def _draft(convention: Convention, amount: Money, reference: str, on: date) -> Draft:
    constat = convention.circuit == Circuit.DIRECT
    return Draft(
        reference=PAYMENT_ACT.format(reference),
        kind=EntryKind.PAYMENT_ELSEWHERE if constat else EntryKind.PAYMENT,
        label=f"{'Constat de paiement' if constat else 'Paiement'} {reference}, convention {convention.number}",
        piece=reference,
        effect_on=on,
        moves=(),
        facts=(convention.number, amount.plain()),
    )


def _shares(
    batch: PaymentBatch, convention: Convention, payable: Mapping[AccountKey, Money], amount: Money
) -> dict[AccountKey, Money]:
    most = total(payable.values())
    if amount > most:
        ordered = "engagés" if convention.circuit == Circuit.DIRECT else "ordonnés et non payés"
        if convention.circuit == Circuit.DIRECT:
            remedy = f"Réduisez le montant de {(amount - most).french()}."
        elif most:
            command = f"cofiville versement payer {convention.number} {most.plain()} --reference REFERENCE"
            remedy = f"Payez ce qui est ordonné : {command}."
        else:
            remedy = f"Ordonnez d'abord le versement : cofiville versement ordonner {convention.number}."
        raise PaymentRefused(
            f"La convention {convention.number} n'a que {most.french()} {ordered} ; {amount.french()} sont demandés"
            f"{batch.last_payment(convention)}.",
            remedy,
        )
    if amount == most:
        return dict(payable)
    shares = split(amount, [held.cents for held in payable.values()])
    return {key: share for key, share in zip(payable, shares, strict=True) if share}


def _passing_on(
    batch: PaymentBatch, convention: Convention, shares: Mapping[AccountKey, Money], on: date
) -> list[Move]:
    passed: dict[str, Money] = sums_by(
        (key.line, share) for key, share in shares.items() if is_passed_on(batch.session, convention, key.line)
    )
    moves: list[Move] = []
    for line, amount in passed.items():
        target = AccountKey(Position.REVERSE, line, convention.year)
        moves.extend(batch.purses.of(line, convention.year, on).spend(target, amount))
    return moves


def payable_orders(session: Session, year: int | None) -> list[tuple[Convention, Money]]:
    """The conventions of the millésime with something ordered and not paid, and how much."""
    waiting = balance_by(session, Position.ORDONNE, "convention")
    numbers = [number for (number,) in waiting]
    return [(each, waiting[each.number,]) for each in conventions(session, year, numbers=numbers)]
