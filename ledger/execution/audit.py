"""What was ordered, paid, justified and taken back, as the audit compares it with the book; the audit of every act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, selectinload

from ledger.allocation.audit import GRANT_MEASURES, granted_rows
from ledger.conventions.audit import CONVENTION_MEASURES, signed_rows
from ledger.conventions.model import Convention
from ledger.core.grouping import grouped
from ledger.core.money import Money, total
from ledger.execution.bilans.model import FinalDecision, FinanceurRecovery
from ledger.execution.bilans.queries import standing_final_decisions
from ledger.execution.model import Bilan, Collection, Compensation, DebtLoss, Payment, PaymentOrder, SetOff, Titre
from ledger.execution.vocabulary import DebtLossKind
from ledger.journal.findings import ActRow, Finding, Measure, printable, tied_findings
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.positions import Position
from ledger.journal.vocabulary import EntryKind

EXECUTION_MEASURES: Mapping[str, Measure | None] = {
    EntryKind.ORDER: Measure(Position.ENGAGE, credited=True),
    EntryKind.PAYMENT: Measure(Position.VERSE),
    EntryKind.PAYMENT_ELSEWHERE: Measure(Position.VERSE),
    EntryKind.BILAN: None,
    EntryKind.FINAL_DECISION: None,
    # A titre that regularises what was received has no row of its own: it claims nothing.
    EntryKind.TITRE: Measure(Position.A_ENCAISSER, needed=True),
    EntryKind.COLLECTION: Measure(Position.A_ENCAISSER, credited=True),
    EntryKind.CANCELLED_TITRE: None,
    EntryKind.WAIVED_TITRE: None,
    EntryKind.REMISSION: Measure(Position.TITRE),
    EntryKind.WRITE_OFF: Measure(Position.NON_VALEUR),
    EntryKind.EXTINCTION: Measure(Position.TITRE),
    EntryKind.SET_OFF: Measure(Position.A_RECOUVRER, credited=True),
    # Asked by its financeur, an overpayment does not move.
    EntryKind.FINANCEUR_RECOVERY: None,
}
Row = TypeVar("Row", Bilan, Collection, DebtLoss, FinalDecision, FinanceurRecovery, Payment, SetOff, Titre)


def check_tied(session: Session) -> list[Finding]:
    """Every act whose row and entry do not say the same, and each of one without the other, in every room."""
    measures: Mapping[str, Measure | None] = {**GRANT_MEASURES, **CONVENTION_MEASURES, **EXECUTION_MEASURES}
    rows = [*granted_rows(session), *signed_rows(session), *execution_rows(session)]
    effects = (*_bilan_effects(session), *_decision_effects(session), *_compensations(session))
    return [*tied_findings(session, measures, rows), *effects]


def execution_rows(session: Session) -> Iterator[ActRow]:
    """What each order, payment, bilan, titre, collection and set-off says of its entry."""
    yield from _orders(session)
    for paid in _all(session, Payment):
        kinds, name = frozenset({EntryKind.PAYMENT, EntryKind.PAYMENT_ELSEWHERE}), f"PAIEMENT {paid.reference}"
        yield _row(f"paiement {paid.reference}", kinds, name, paid, paid.paid_on, paid.amount)
    for bilan in _all(session, Bilan):
        subject, name = f"bilan {bilan.convention} {bilan.action}", f"BILAN {bilan.convention} {bilan.action}"
        yield _row(subject, frozenset({EntryKind.BILAN}), name, bilan, bilan.settled_on, None)
    for decision in {each.entry_number: each for each in _all(session, FinalDecision)}.values():
        of = f"{decision.convention} {decision.action}"
        kinds = frozenset({EntryKind.FINAL_DECISION})
        yield _row(f"décision {of}", kinds, f"DECISION {of}", decision, decision.decided_on, None)
    for titre in _all(session, Titre):
        yield from _titre(titre)
    for each in _all(session, Collection):
        kinds, name = frozenset({EntryKind.COLLECTION}), f"ENCAISSEMENT {each.reference}"
        yield _row(f"encaissement {each.reference}", kinds, name, each, each.collected_on, each.amount)
    for loss in _all(session, DebtLoss):
        kind = DebtLossKind(loss.kind)
        yield _row(
            f"{kind.label} {loss.titre}",
            frozenset({kind.entry}),
            f"{kind.label.upper()} {loss.titre} {loss.piece}",
            loss,
            loss.decided_on,
            loss.amount,
        )
    yield from _set_offs(session)
    for back in _all(session, FinanceurRecovery):
        name = f"CONSTAT {back.convention} {back.step} {back.piece}"
        yield _row(f"constat {name}", frozenset({EntryKind.FINANCEUR_RECOVERY}), name, back, back.reached_on, None)


def _all(session: Session, entity: type[Row]) -> Sequence[Row]:
    return session.scalars(select(entity)).all()


def _row(
    subject: str,
    kinds: frozenset[str],
    reference: str,
    row: Payment | Bilan | Collection | DebtLoss | FinalDecision | SetOff | FinanceurRecovery,
    on: date,
    amount: Money | None,
) -> ActRow:
    undone_on = row.undone_on
    return ActRow(
        subject,
        kinds,
        (reference,),
        row.entry_number,
        on,
        amount,
        row.reversal_number,
        undone=undone_on is not None,
        undone_on=undone_on,
    )


def _orders(session: Session) -> Iterator[ActRow]:
    for order in session.scalars(select(PaymentOrder).options(selectinload(PaymentOrder.lines))):
        yield ActRow(
            f"mandat {order.reference}",
            frozenset({EntryKind.ORDER}),
            (f"ORDRE {order.reference}",),
            order.entry_number,
            order.ordered_on,
            order.gross,
            order.reversal_number,
            undone=order.rejected_on is not None,
            undone_on=order.rejected_on,
        )


def _titre(titre: Titre) -> Iterator[ActRow]:
    undone = titre.cancelled_on is not None and titre.cancellation_number is None
    yield ActRow(
        f"titre {titre.reference}",
        frozenset({EntryKind.TITRE}),
        (f"TITRE {titre.reference}",),
        titre.entry_number,
        titre.issued_on,
        titre.amount,
        titre.reversal_number,
        undone=undone,
        undone_on=titre.cancelled_on if undone else None,
    )
    if titre.cancellation_number is not None:
        yield ActRow(
            f"annulation du titre {titre.reference}",
            frozenset({EntryKind.CANCELLED_TITRE, EntryKind.WAIVED_TITRE}),
            (f"ANNULATION DU TITRE {titre.reference}", f"ANNULATION TITRE {titre.reference}"),
            titre.cancellation_number,
            titre.cancelled_on,
        )


def _set_offs(session: Session) -> Iterator[ActRow]:
    """One act an entry, for all the lines of its convention."""
    acts: dict[tuple[str, int, int | None, date, date | None], list[SetOff]] = grouped(
        ((each.convention, each.year, each.entry_number, each.decided_on, each.undone_on), each)
        for each in _all(session, SetOff)
    )
    for (number, year, *_), parts in acts.items():
        subject, name = f"compensation de {number} sur {year}", f"COMPENSATION {number} {year}"
        amount = total(part.amount for part in parts)
        yield _row(subject, frozenset({EntryKind.SET_OFF}), name, parts[0], parts[0].decided_on, amount)


def _compensations(session: Session) -> Iterator[Finding]:
    """Every compensation that is not tied to its right, or not to the receipt that realised it."""
    receipts = aliased(Entry)
    query = (
        select(Compensation, Convention.entry_number, receipts.effect_on)
        .join(Convention, Convention.number == Compensation.recette)
        .outerjoin(
            receipts,
            (receipts.sequence == Compensation.realised_number) & (receipts.kind == EntryKind.RECEIPT),
        )
    )
    for each, right, received_on in session.execute(query):
        subject = printable(f"compensation de {each.convention} sur {each.recette}")
        if each.entry_number is None or each.entry_number != right:
            yield Finding("acte_sans_ecriture", subject, "La compensation n'est pas celle de l'écriture de son droit.")
        if each.realised_on != received_on:
            yield Finding("acte_ecart_jour", subject, "La compensation n'est pas du jour de la recette qui la réalise.")


def _bilan_effects(session: Session) -> Iterator[Finding]:
    """Every bilan whose entry does not leave, on a line, its final amount, or all there was when there was less."""
    standing = [each for each in _all(session, Bilan) if each.undone_on is None and each.entry_number is not None]
    moved = _kept_by_line(session, {each.convention for each in standing})
    for bilan in standing:
        for line in bilan.lines:
            moves = moved.get((bilan.convention, bilan.action, line.line), ())
            before = sum(cents for number, cents in moves if number < (bilan.entry_number or 0))
            left = sum(cents for number, cents in moves if number <= (bilan.entry_number or 0))
            if left != (expected := min(before, line.amount_final.cents)):
                yield Finding(
                    "bilan_ecart_effet",
                    printable(f"bilan {bilan.convention} {bilan.action}"),
                    f"Sur {line.line}, le bilan garde {Money(expected).french()} et son écriture {bilan.entry_number}"
                    f" en laisse {Money(left).french()}.",
                )


def _decision_effects(session: Session) -> Iterator[Finding]:
    """Every decision whose entry does not leave, on its line, what was decided, or all there was when it was less."""
    standing = standing_final_decisions(session)
    moved = _kept_by_line(session, {each.convention for each in standing})
    proposed = {
        (each.convention, each.action): each.entry_number for each in _all(session, Bilan) if each.undone_on is None
    }
    for each in standing:
        moves = [
            (number, cents)
            for number, cents in moved.get((each.convention, each.action, each.line), ())
            if number <= each.entry_number
        ]
        mine = {proposed.get((each.convention, each.action)), each.entry_number}
        before = sum(cents for number, cents in moves if number not in mine)
        left = sum(cents for _, cents in moves)
        if left != (expected := min(before, each.amount.cents)):
            yield Finding(
                "decision_ecart_effet",
                printable(f"décision {each.convention} {each.action}"),
                f"Sur {each.line}, la décision garde {Money(expected).french()} et son écriture {each.entry_number}"
                f" en laisse {Money(left).french()}.",
            )


def _kept_by_line(session: Session, numbers: Set[str]) -> dict[tuple[str, str, str], list[tuple[int, int]]]:
    """By convention, action and line, what each entry adds to what is engaged or paid, in cents."""
    found: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for sign, side in ((1, Transfer.debit_account), (-1, Transfer.credit_account)):
        query = (
            select(Transfer.sequence, Account.convention, Account.action, Account.line, Transfer.amount)
            .join(Account, Account.id == side)
            .where(
                Account.position.in_((Position.ENGAGE, Position.VERSE)),
                Account.convention.in_(numbers),
            )
        )
        for number, convention, action, line, amount in session.execute(query):
            found.setdefault((convention, action, line), []).append((number, sign * amount.cents))
    return found
