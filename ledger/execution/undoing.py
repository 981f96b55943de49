"""Undoing an entry of execution: the reversal in the book, and what its business row then says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.undoing import check_undoable, reopen, signed_number, unsign, withdraw_right
from ledger.execution.lookups import settled_actions
from ledger.execution.model import Bilan, Compensation, Payment, PaymentOrder, SetOff, Titre
from ledger.journal.context import context
from ledger.journal.keys import Position
from ledger.journal.model import Entry
from ledger.journal.posting import Posted
from ledger.journal.reading import find_entry
from ledger.journal.reversal import NotReversible, entry_moves, reverse
from ledger.programming.lookups import find_action
from ledger.programming.moving import leave


def undo(session: Session, sequence: int, *, motive: str, on: date) -> Posted:
    """The entry that reverses this one; its payment, order, bilan, titre or set-off no longer stands.

    raises: as reverse; Overdraft when its money has moved on since: the later act is undone first.
    """
    key = (context(session).contract, sequence)
    if (found := session.get(Entry, key)) is not None:
        check_undoable(session, found)
        _check_no_bilan(session, found)
    posted = reverse(session, sequence, motive=motive, on=on)
    entry = session.get_one(Entry, key)
    if (mark := _MARKS.get(entry.kind)) is not None:
        mark(session, entry, motive.strip(), on)
    moves = entry_moves(session, sequence)
    reopen(session, entry, {key.convention for move in moves for key in (move.debit, move.credit) if key.convention})
    session.flush()
    return posted


def _check_no_bilan(session: Session, entry: Entry) -> None:
    if entry.kind != "engagement":
        return
    number = signed_number(entry)
    for _, action in settled_actions(session, [number]):
        bilan = find_entry(session, f"BILAN {number} {action}")
        raise NotReversible(
            f"Le bilan de l'action {action} est arrêté sur la convention {number} : sa signature ne s'annule plus.",
            f"Annulez d'abord ce bilan : cofiville journal annuler {bilan}.",
        )


def _signature(session: Session, entry: Entry, motive: str, on: date) -> None:
    unsign(session, entry, motive=motive, on=on)


def _right(session: Session, entry: Entry, _motive: str, _on: date) -> None:
    withdraw_right(session, entry)
    kept = Compensation.contract == entry.contract, Compensation.recette == signed_number(entry)
    for each in session.scalars(select(Compensation).where(*kept)):
        session.delete(each)


def _order(session: Session, entry: Entry, motive: str, on: date) -> None:
    order = session.get_one(PaymentOrder, (entry.contract, entry.piece))
    order.rejected_on, order.rejection = on, motive


def _payment(session: Session, entry: Entry, _motive: str, on: date) -> None:
    session.get_one(Payment, (entry.contract, entry.piece)).undone_on = on


def _titre(session: Session, entry: Entry, motive: str, on: date) -> None:
    titre = session.get(Titre, (entry.contract, entry.piece))
    if titre is not None:
        titre.cancelled_on, titre.cancellation = on, motive


def _cancelled_titre(session: Session, entry: Entry, _motive: str, _on: date) -> None:
    number = entry.reference.removeprefix("ANNULATION TITRE ").partition(" (")[0]
    titre = session.get_one(Titre, (entry.contract, number))
    titre.cancelled_on, titre.cancellation, titre.cancellation_piece = None, "", ""


def _bilan(session: Session, entry: Entry, motive: str, on: date) -> None:
    _, convention, action = entry.reference.split(" ")[:3]
    session.get_one(Bilan, (entry.contract, convention, action)).undone_on = on
    leave(session, [find_action(session, action)], "realise", on=on, reason=motive)


def _set_off(session: Session, entry: Entry, _motive: str, on: date) -> None:
    _, convention, year = entry.reference.split(" ")[:3]
    query = select(SetOff).where(
        SetOff.contract == entry.contract, SetOff.convention == convention, SetOff.year == int(year)
    )
    for each in session.scalars(query):
        each.undone_on = on


def _receipt(session: Session, entry: Entry, _motive: str, _on: date) -> None:
    [right] = {
        move.debit.convention for move in entry_moves(session, entry.sequence) if move.debit.position is Position.TRESOR
    }
    query = select(Compensation).where(
        Compensation.contract == entry.contract,
        Compensation.recette == right,
        Compensation.realised_on == entry.effect_on,
    )
    for each in session.scalars(query):
        each.realised_on = None


_MARKS: Mapping[str, Callable[[Session, Entry, str, date], None]] = {
    "engagement": _signature,
    "droit_acquis": _right,
    "ordre_de_paiement": _order,
    "paiement": _payment,
    "constat_paiement": _payment,
    "titre": _titre,
    "remise": _cancelled_titre,
    "annulation_titre": _cancelled_titre,
    "bilan": _bilan,
    "compensation": _set_off,
    "recette": _receipt,
}
