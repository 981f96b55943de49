"""Undoing a signature: the convention is a draft again. An avenant or a cancellation is answered by another act."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.followed_model import Avenant, Upstream
from ledger.conventions.model import Convention, ConventionLine
from ledger.conventions.stages import stages_of
from ledger.conventions.vocabulary import ConventionKind, ConventionStage, ConventionStatus
from ledger.journal.balances import balances
from ledger.journal.model import Entry
from ledger.journal.positions import ORDERED
from ledger.journal.reversal import NotReversible, entry_moves
from ledger.programming.lookups import find_action
from ledger.programming.moving import leave

_SIGNED_FOR_GOOD = ("avenant", "avenant_droit", "resiliation")


def check_undoable(session: Session, entry: Entry) -> None:
    """Nothing when this entry may be reversed. raises: NotReversible for what another act answers."""
    if entry.kind in _SIGNED_FOR_GOOD:
        raise NotReversible(
            f"L'écriture {entry.sequence} ({entry.label}) ne s'annule pas : ce qui est signé reste écrit.",
            _answer(session, entry),
        )
    if entry.kind == "droit_acquis" and (changed := signed_convention(session, entry)).avenants:
        raise NotReversible(
            f"Le droit {changed.number} a été modifié par un acte complémentaire : il ne s'annule plus.",
            _lowering(changed),
        )
    if entry.kind == "engagement" and (amended := signed_convention(session, entry)).avenants:
        raise NotReversible(
            f"La convention {amended.number} a été modifiée par avenant : sa signature ne s'annule plus.",
            _lowering(amended)
            if balances(session, convention=amended.number, positions=ORDERED)
            else f"Annulez-la par une décision : cofiville convention annuler {amended.number} --motif MOTIF"
            " --piece PIECE.",
        )


def _lowering(convention: Convention) -> str:
    line = convention.lines[0].line
    return (
        f"Baissez-{'le' if convention.kind == ConventionKind.RIGHT else 'la'} par un avenant : cofiville convention"
        f" avenant {convention.number} --montant {line}=-MONTANT --piece PIECE."
    )


def _answer(session: Session, entry: Entry) -> str:
    """The act that answers what was signed: the opposite avenant, or the convention drafted again."""
    if entry.kind == "resiliation":
        moves = entry_moves(session, entry.sequence)
        given_up = next((key for move in moves for key in (move.credit, move.debit) if key.action), None)
        action = given_up.action if given_up is not None else "ACTION"
        line = given_up.line if given_up is not None else "LIGNE"
        return (
            f"Accordez de nouveau (cofiville allocation accorder {action} {line} MONTANT --piece PIECE), puis préparez"
            f" une nouvelle convention : cofiville convention saisir {action}."
        )
    avenant = session.scalar(select(Avenant).where(Avenant.entry_number == entry.sequence))
    if avenant is None or len({each.action for each in avenant.lines}) != 1:
        number = "CONVENTION" if avenant is None else avenant.convention
        return f"Signez un avenant contraire : cofiville convention avenant {number} --montant LIGNE=±MONTANT."
    amounts = "".join(
        f" --montant {each.line}={'+' if each.amount_before > each.amount_after else ''}"
        f"{(each.amount_before - each.amount_after).plain()}"
        for each in avenant.lines
    )
    return (
        f"Signez un avenant contraire : cofiville convention avenant {avenant.convention}"
        f" --action {avenant.lines[0].action}{amounts} --piece PIECE."
    )


def unsign(session: Session, convention: Convention, *, motive: str, on: date) -> None:
    """The convention, whose signature is undone, is a draft again: its paper is not signed, nor its actions held by it.

    Actions that another convention signed holds stay as they are.
    """
    convention.state, convention.signed_on, convention.piece = "brouillon", None, ""
    for stage in stages_of(session, convention):
        if stage.stage in (ConventionStage.SIGNED, ConventionStage.NOTIFIED):
            session.delete(stage)
    session.flush()
    mine = {line.action for line in convention.lines}
    free = [find_action(session, number) for number in sorted(mine - _held_by_another(session, convention, mine))]
    leave(session, free, "conventionne", on=on, reason=motive)


def withdraw_right(session: Session, right: Convention) -> None:
    """The right acquired, undone, is no right any more; it may be recorded again."""
    right.state, right.signed_on = "annulee", None
    passing_on = select(Upstream).where(Upstream.upstream == right.number)
    for each in session.scalars(passing_on):
        session.delete(each)


def reopen(session: Session, entry: Entry, numbers: Collection[str]) -> None:
    """These conventions, settled, are to be settled again: money moved back on them."""
    for number in numbers:
        convention = session.get(Convention, (entry.contract, number))
        if convention is not None and convention.state == ConventionStatus.SETTLED:
            convention.state = ConventionStatus.SIGNED


def _held_by_another(session: Session, convention: Convention, actions: Collection[str]) -> set[str]:
    query = (
        select(ConventionLine.action)
        .join(
            Convention,
            Convention.number == ConventionLine.convention,
        )
        .where(
            Convention.number != convention.number,
            Convention.state.in_((ConventionStatus.SIGNED, ConventionStatus.SETTLED)),
            ConventionLine.action.in_(actions),
        )
    )
    return set(session.scalars(query))


def signed_convention(session: Session, entry: Entry) -> Convention:
    """The convention that this entry signs, or acquires as a right. raises: NotReversible when none is tied to it."""
    found = session.scalar(select(Convention).where(Convention.entry_number == entry.sequence))
    if found is None:
        raise NotReversible(
            f"L'écriture {entry.sequence} ({entry.label}) n'est rattachée à aucune convention :"
            " elle ne s'annule pas seule.",
            "Contrôlez la base : cofiville base controler.",
        )
    return found
