"""Ordering a payment (liquidation, mandat): what is due now, never more than the grant, never before its condition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.duty import check_duty
from ledger.conventions.lookups import check_state
from ledger.conventions.model import Convention
from ledger.core.errors import NotFound
from ledger.core.money import ZERO, Money, total
from ledger.core.split import split
from ledger.execution.bilan_control import check_bilans
from ledger.execution.due import LineKey, NothingDue, due_now
from ledger.execution.lookups import check_day, of_position
from ledger.execution.model import PaymentOrder, PaymentOrderLine
from ledger.execution.piece_control import check_pieces
from ledger.execution.tally import Tally
from ledger.journal.keys import AccountKey, Position
from ledger.journal.posting import Draft, Move, Posted
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
    account: str = "",
    waiver: str = "",
) -> tuple[PaymentOrder, Posted]:
    """The order and its entry: ENGAGE → ORDONNE; what is set off of an earlier overpayment goes to VERSE at once.

    amount: gross; None for the next instalment. reference: the mandat's; one is given when none is typed.
    account: the one of the beneficiary's kind in the budget of that year, when none is typed.
    waiver: why it is ordered although the porteur is late with a bilan, or a document of it is missing.
    raises: WrongState, DateOutside, ConventionRequired, NothingDue, BilanOverdue, PieceMissing,
        OtherContent, DayClosed.
    """
    tally = Tally(session, [convention])
    order, earlier = decide_order(tally, convention, amount, on=on, reference=reference, account=account, waiver=waiver)
    return order, earlier or tally.write()[-1]


def decide_order(
    tally: Tally,
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
    existing = tally.orders(convention)
    reference = reference.strip() or _free_number(tally, convention, len(existing) + 1)
    draft, earlier = tally.placed(_draft(convention, reference, amount, on))
    if earlier is not None:
        return tally.session.get_one(PaymentOrder, (convention.contract, reference)), earlier
    aside = (
        *check_bilans(convention, tally.late(convention, on), waiver),
        *check_pieces(tally.session, tally.formalities(on), convention, waiver),
    )
    engaged = of_position(tally.drawable(convention, on), Position.ENGAGE)
    asked = _asked(tally, convention, engaged, amount, on)
    lines, moves = _lines(convention, engaged, asked, tally.set_offs(convention), reference)
    order = PaymentOrder(
        contract=convention.contract,
        reference=reference,
        convention=convention.number,
        rank=sum(each.rejected_on is None for each in existing) + 1,
        ordered_on=on,
        account=account or tally.account(convention, on.year),
        waiver=waiver_words(aside),
    )
    order.lines.extend(lines)
    tally.decide(replace(draft, moves=tuple(moves), motive=waiver_words(aside)), order, aside)
    return order, None


def _free_number(tally: Tally, convention: Convention, rank: int) -> str:
    """A number that no mandat bears: people may have typed this one."""
    while tally.bears_order(f"M-{convention.number}-{rank}"):
        rank += 1
    return f"M-{convention.number}-{rank}"


def _draft(convention: Convention, reference: str, amount: Money | None, on: date) -> Draft:
    return Draft(
        reference=ORDER_ACT.format(reference),
        kind="ordre_de_paiement",
        label=f"Ordre de payer {reference}, convention {convention.number}",
        piece=reference,
        effect_on=on,
        moves=(),
        facts=(convention.number, amount.plain() if amount else "échéance"),
    )


def _check_orderable(convention: Convention, on: date) -> None:
    check_state(convention, "signee")
    check_day(convention, on)
    if convention.circuit == Circuit.DIRECT:
        raise NothingDue(
            f"La convention {convention.number} est payée directement par {convention.payer} : la CAPH n'ordonne rien.",
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
    tally: Tally, convention: Convention, engaged: Mapping[AccountKey, Money], amount: Money | None, on: date
) -> dict[LineKey, Money]:
    assert convention.signed_on is not None
    check_duty(tally.session, tally.formalities(convention.signed_on), convention, tally.granted(convention))
    next_due, all_due, waiting = due_now(convention, engaged, tally.settled(convention), on)
    if amount is None:
        if next_due:
            return next_due
        raise NothingDue(
            f"Rien n'est à payer aujourd'hui sur la convention {convention.number}"
            + (f" : {waiting}" if waiting else " : tout est déjà ordonné ou dégagé")
            + f"{tally.last_order(convention)}.",
            f"Consultez son échéancier : cofiville convention montrer {convention.number}.",
        )
    most = total(all_due.values())
    if amount > most:
        raise NothingDue(
            f"{amount.french()} dépassent ce qui est dû sur la convention {convention.number} : {most.french()}"
            + (f" ({waiting})" if waiting else "")
            + f"{tally.last_order(convention)}.",
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
