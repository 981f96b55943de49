"""Undoing an entry of execution: the reversal in the book, and what its business row then says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ledger.allocation.model import AuthorityProgramming
from ledger.allocation.record_authority_decision import least_programmed
from ledger.allocation.validate_scenario import withdraw_grant
from ledger.conventions.actions_held import reopen_actions
from ledger.conventions.model import Convention
from ledger.conventions.sign_convention import (
    check_undoable,
    reopen_convention,
    signed_convention,
    undo_signature,
    withdraw_right,
)
from ledger.conventions.undo_move import moved_from, moves_undone_with, undo_move
from ledger.core.errors import LedgerError
from ledger.execution.bilans.action_bilan import action_bilan
from ledger.execution.bilans.model import FinalDecision, FinanceurRecovery
from ledger.execution.bilans.record_final_decision import bilans_undone_with
from ledger.execution.model import Bilan, Collection, Compensation, DebtLoss, Payment, PaymentOrder, SetOff, Titre
from ledger.execution.queries import bilans_of_conventions, through_the_purse
from ledger.journal.announcements import thaws_after
from ledger.journal.model import CreditAnnouncement, Entry
from ledger.journal.overdraft import Overdraft
from ledger.journal.positions import Position
from ledger.journal.posting import Posted
from ledger.journal.reversal import FINAL_KINDS, NotReversible, entry_moves, last_withdrawal, reverse_entry, reversible
from ledger.journal.seal import Move
from ledger.journal.vocabulary import EntryKind
from ledger.programming.actions.move_status import put_back
from ledger.programming.queries import find_action
from ledger.programming.vocabulary import ActionState
from ledger.rules.enveloppe_ceilings import check_ceiling
from ledger.storage.session import context

Row = TypeVar("Row")
_Act = Payment | Collection | DebtLoss | SetOff | FinalDecision | FinanceurRecovery | AuthorityProgramming


def undo_act(session: Session, sequence: int, *, motive: str, on: date) -> Posted:
    """The entry that reverses this one; its payment, order, bilan, titre, collection or set-off no longer stands.

    A bilan is the action's: those of its other conventions are undone with it, each by an entry of its own.
    raises: as reverse_entry; AboveTheCeiling; Overdraft when its money has moved on since. Its remedy, and that of a
    refusal that comes from a later act, names the act to undo first: the latest, which may be undone now.
    """
    try:
        return _undo_all(session, sequence, motive=motive, on=on)
    except (Overdraft, NotReversible) as refused:
        if (remedy := _way_out(session, sequence, refused, on)) is not None:
            refused.remedy = remedy + _gap_of_one(session, sequence, refused)
        raise


_CREDITS = " Pour un écart seul : cofiville enveloppe modifier {line} {year} ±MONTANT --piece PIECE."
_GAPS: Mapping[str, str] = {
    EntryKind.NOTIFICATION: _CREDITS,
    EntryKind.MODIFICATION: _CREDITS,
    EntryKind.VOTED_CHANGE: _CREDITS,
    EntryKind.GRANT: " Pour un complément seul : cofiville allocation accorder {action} {line} MONTANT --piece PIECE.",
}


def _gap_of_one(session: Session, sequence: int, refused: Overdraft | NotReversible) -> str:
    """The act that records a gap beside a notification or a grant that is used already; "" for any other act."""
    entry = session.get_one(Entry, (context(session).contract, sequence))
    if not isinstance(refused, Overdraft) or entry.kind not in _GAPS:
        return ""
    key = refused.key
    return _GAPS[entry.kind].format(line=key.line, year=key.year, action=key.action)


def _undo_all(session: Session, sequence: int, *, motive: str, on: date) -> Posted:
    for each in (*bilans_undone_with(session, sequence), *moves_undone_with(session, sequence)):
        _undo_one(session, each, motive=motive, on=on)
    return _undo_one(session, sequence, motive=motive, on=on)


def _way_out(session: Session, sequence: int, refused: Overdraft | NotReversible, on: date) -> str | None:
    """The act to undo before this entry, tried; None where the refusal names no act in the way."""
    if isinstance(refused, Overdraft):
        taker = last_withdrawal(session, refused.key, before=sequence)
    else:
        taker = None if refused.after is None else session.get(Entry, (context(session).contract, refused.after))
    if taker is None:
        return None
    if taker.kind in FINAL_KINDS:
        return (
            f"La clôture de l'exercice {taker.effect_on.year} l'a pris et ne s'annule pas : enregistrez la correction"
            f" sur l'exercice en cours ; le livre : cofiville journal lister {taker.effect_on.year}."
        )
    number, label = taker.sequence, taker.label
    trial = session.begin_nested()
    try:
        _undo_all(session, number, motive="essai", on=max(on, taker.effect_on))
    except (Overdraft, NotReversible) as deeper:
        trial.rollback()
        return _way_out(session, number, deeper, on) or deeper.remedy
    except LedgerError as deeper:
        trial.rollback()
        return deeper.remedy
    trial.rollback()
    return f"Annulez d'abord l'écriture {number} ({label}) : cofiville journal annuler {number} --motif MOTIF."


def _undo_one(session: Session, sequence: int, *, motive: str, on: date) -> Posted:
    entry = reversible(session, sequence)
    check_undoable(session, entry)
    _check_no_bilan(session, entry)
    _check_no_bilan_since(session, entry)
    mark = _MARKS.get(entry.kind)
    rows = [] if mark is None else mark.rows(session, entry)
    for row in rows:
        _check_still_programmed(session, row)
    posted = reverse_entry(
        session, sequence, motive=motive, on=on, drawn=lambda moves: through_the_purse(session, moves, on)
    )
    for row in rows:
        assert mark is not None
        mark.say(session, row, UndoneAct(posted.sequence, motive.strip(), on))
    moves = entry_moves(session, sequence)
    _check_ceilings(session, moves)
    if entry.kind == EntryKind.GRANT:
        withdraw_grant(session, entry, {move.debit.action for move in moves}, reason=motive.strip(), on=on)
    touched = [key for move in moves for key in (move.debit, move.credit)]
    reopen_convention(session, entry, {key.convention for key in touched if key.convention})
    reopen_actions(session, {key.action for key in touched if key.action}, on=on, reason=motive.strip())
    session.flush()
    return posted


def _check_still_programmed(session: Session, row: Any) -> None:
    """Nothing while no later constat takes out what this one programmed. raises: NotReversible."""
    if not isinstance(row, AuthorityProgramming):
        return
    least = least_programmed(session, row.action, row.line, row.decided_on)
    if least < row.amount:
        year = find_action(session, row.action).year
        raise NotReversible(
            f"Une baisse porte sur ces {row.amount.french()} programmés pour {row.action} sur {row.line}.",
            f"Annulez d'abord la baisse ; son écriture : cofiville allocation constats {year}.",
        )


def _check_ceilings(session: Session, moves: Sequence[Move]) -> None:
    """Nothing while what undoing these moves opens again stays within its ceiling. raises: AboveTheCeiling."""
    closed = (Position.NOTIFIE, Position.RESERVE_LEVEE)
    for line, year in sorted({(move.debit.line, move.debit.year) for move in moves if move.debit.position in closed}):
        check_ceiling(session, line, year)


class UndoneAct(NamedTuple):
    """The reversal of an act: the number of its entry, why, the day it counts for."""

    number: int
    motive: str
    on: date


@dataclass(frozen=True, slots=True)
class _Mark(Generic[Row]):
    """How the row of an entry of some kind is found, by the number of the entry alone, and what undoing says in it."""

    number: InstrumentedAttribute[int | None]
    say: Callable[[Session, Row, UndoneAct], None]
    always: bool = True

    def rows(self, session: Session, entry: Entry) -> Sequence[Row]:
        """Its rows. raises: NotReversible where it should have one and none is tied to it."""
        rows: Sequence[Row] = session.scalars(select(self.number.class_).where(self.number == entry.sequence)).all()
        if not rows and self.always:
            raise NotReversible(
                f"L'écriture {entry.sequence} ({entry.label}) n'est rattachée à aucun acte :"
                " elle ne s'annule pas seule.",
                "Contrôlez la base : cofiville base controler.",
            )
        return rows


def _check_no_bilan(session: Session, entry: Entry) -> None:
    if entry.kind not in (EntryKind.COMMITMENT, EntryKind.COMMITMENT_MOVED):
        return
    convention = signed_convention(session, entry)
    source = moved_from(session, convention) if entry.kind == EntryKind.COMMITMENT_MOVED else None
    both = [convention.number, *([] if source is None else [source.number])]
    for bilan in [each for number in both for each in bilans_of_conventions(session, number).values()]:
        raise NotReversible(
            f"Le bilan de l'action {bilan.action} est arrêté sur la convention {bilan.convention} :"
            " sa signature ne s'annule plus.",
            f"Annulez d'abord ce bilan : cofiville journal annuler {bilan.entry_number} --motif MOTIF.",
            after=bilan.entry_number,
        )


def _check_no_bilan_since(session: Session, entry: Entry) -> None:
    """Nothing unless it is a release that a later bilan took off. raises: NotReversible."""
    if entry.kind != EntryKind.RELEASE:
        return
    freed = {(key.action, key.convention) for move in entry_moves(session, entry.sequence) for key in [move.credit]}
    for action, number in sorted(each for each in freed if all(each)):
        known = action_bilan(session, action)
        mine = next((each for each in known.conventions if each.number == number), None)
        for each in known.settled_jointly(mine) if mine is not None else ():
            bilan = known.bilans.get(each.number)
            if bilan is not None and (bilan.entry_number or 0) > entry.sequence:
                raise NotReversible(
                    f"Le bilan de l'action {action} ({bilan.convention}) compte ce que ce dégagement a libéré"
                    f" sur {number}.",
                    f"Annulez d'abord ce bilan : cofiville journal annuler {bilan.entry_number} --motif MOTIF.",
                    after=bilan.entry_number,
                )


def _signature(session: Session, convention: Convention, undone: UndoneAct) -> None:
    convention.reversal_number = undone.number
    undo_signature(session, convention, motive=undone.motive, on=undone.on)


def _moved(session: Session, convention: Convention, undone: UndoneAct) -> None:
    undo_move(session, convention, undone.number, motive=undone.motive, on=undone.on)


def _right(session: Session, right: Convention, undone: UndoneAct) -> None:
    for each in session.scalars(select(Compensation).where(Compensation.entry_number == right.entry_number)):
        session.delete(each)
    right.reversal_number = undone.number
    withdraw_right(session, right)


def _announced(session: Session, row: CreditAnnouncement, undone: UndoneAct) -> None:
    if thaws := thaws_after(session, row):
        raise NotReversible(
            f"Ce gel de {row.line} {row.year} a été levé depuis, en tout ou en partie.",
            f"Annulez d'abord sa levée : cofiville journal annuler {thaws[0].entry_number} --motif MOTIF.",
            after=thaws[0].entry_number,
        )
    row.reversal_number, row.undone_on = undone.number, undone.on


def _not_effective(_session: Session, row: CreditAnnouncement, undone: UndoneAct) -> None:
    row.restored_on = undone.on


def _order(_session: Session, order: PaymentOrder, undone: UndoneAct) -> None:
    order.reversal_number, order.rejected_on, order.rejection = undone.number, undone.on, undone.motive


def _act(_session: Session, row: _Act, undone: UndoneAct) -> None:
    row.reversal_number, row.undone_on = undone.number, undone.on


def _titre(_session: Session, titre: Titre, undone: UndoneAct) -> None:
    titre.reversal_number, titre.cancelled_on, titre.cancellation = undone.number, undone.on, undone.motive


def _cancelled_titre(_session: Session, titre: Titre, _undone: UndoneAct) -> None:
    titre.cancelled_on, titre.cancellation, titre.cancellation_piece = None, "", ""
    titre.cancellation_number = None


def _bilan(session: Session, bilan: Bilan, undone: UndoneAct) -> None:
    bilan.reversal_number, bilan.undone_on = undone.number, undone.on
    session.flush()
    standing = select(Bilan.entry_number).where(Bilan.action == bilan.action, Bilan.undone_on.is_(None)).limit(1)
    action = find_action(session, bilan.action)
    if action.status in (ActionState.REALISED, ActionState.SETTLED) and session.scalar(standing) is None:
        put_back(session, action, ActionState.CONVENTIONED, on=undone.on, reason=undone.motive)


def _receipt(_session: Session, compensation: Compensation, _undone: UndoneAct) -> None:
    compensation.realised_on, compensation.realised_number = None, None


_MARKS: Mapping[str, _Mark[Any]] = {
    EntryKind.COMMITMENT: _Mark(Convention.entry_number, _signature),
    EntryKind.COMMITMENT_MOVED: _Mark(Convention.entry_number, _moved),
    EntryKind.RIGHT: _Mark(Convention.entry_number, _right),
    EntryKind.ORDER: _Mark(PaymentOrder.entry_number, _order),
    EntryKind.PAYMENT: _Mark(Payment.entry_number, _act),
    EntryKind.PAYMENT_ELSEWHERE: _Mark(Payment.entry_number, _act),
    # A titre that regularises what was received has no row of its own.
    EntryKind.TITRE: _Mark(Titre.entry_number, _titre, always=False),
    EntryKind.COLLECTION: _Mark(Collection.entry_number, _act),
    EntryKind.WAIVED_TITRE: _Mark(Titre.cancellation_number, _cancelled_titre),
    EntryKind.CANCELLED_TITRE: _Mark(Titre.cancellation_number, _cancelled_titre),
    EntryKind.REMISSION: _Mark(DebtLoss.entry_number, _act),
    EntryKind.WRITE_OFF: _Mark(DebtLoss.entry_number, _act),
    EntryKind.EXTINCTION: _Mark(DebtLoss.entry_number, _act),
    EntryKind.BILAN: _Mark(Bilan.entry_number, _bilan),
    EntryKind.FINAL_DECISION: _Mark(FinalDecision.entry_number, _act),
    EntryKind.SET_OFF: _Mark(SetOff.entry_number, _act),
    EntryKind.FINANCEUR_RECOVERY: _Mark(FinanceurRecovery.entry_number, _act),
    EntryKind.ANNOUNCEMENT: _Mark(CreditAnnouncement.entry_number, _announced),
    # A change of credits that nobody announced has no row of its own.
    EntryKind.MODIFICATION: _Mark(CreditAnnouncement.effect_number, _not_effective, always=False),
    EntryKind.VOTED_CHANGE: _Mark(CreditAnnouncement.effect_number, _not_effective, always=False),
    EntryKind.AUTHORITY_GRANT: _Mark(AuthorityProgramming.entry_number, _act),
    EntryKind.RECEIPT: _Mark(Compensation.realised_number, _receipt, always=False),
}
