"""Signing commits what was programmed; undoing a signature makes the convention a draft again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.actions_held import follow_conventions_undone
from ledger.conventions.deliberations.enforceable import check_deliberated
from ledger.conventions.model import Avenant, Convention, Upstream
from ledger.conventions.queries import WrongState, check_state, lock_conventions
from ledger.conventions.stages import record_stage, stage_of_convention, stages_of, stages_of_all
from ledger.conventions.undo_move import check_move_undoable
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.errors import LedgerError, require_words
from ledger.core.grouping import sums_by
from ledger.core.period import french_day
from ledger.journal.balances import balances
from ledger.journal.model import Entry
from ledger.journal.positions import ORDERED_POSITIONS, AccountKey, Position
from ledger.journal.posting import Posted, post_acts, unknown_references
from ledger.journal.reversal import NotReversible, entry_moves, find_or_place
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind
from ledger.programming.actions.move_status import raise_status_by_proof
from ledger.programming.queries import find_action
from ledger.programming.vocabulary import ActionState
from ledger.referential.end_porteur import check_not_ended
from ledger.referential.queries import find_porteur
from ledger.rules.vocabulary import ConventionStage
from ledger.storage.history import count_from


class SignatureRefused(LedgerError):
    """The convention cannot be signed as asked."""

    code = "signature_refusee"


class Signature(NamedTuple):
    """A convention, the piece that was signed and the day it was.

    foreseen: it opens a year that a convention signed already foresees: no délibération of its own is asked.
    """

    convention: Convention
    piece: str
    on: date
    foreseen: bool = False


def sign_convention(
    session: Session, convention: Convention, *, piece: str, on: date, foreseen: bool = False
) -> Posted:
    """The entry that commits the convention's lines: PROGRAMME → ENGAGE; the convention is then signed
    and its actions "conventionnées".

    Where no convention is required, this is its notification. foreseen: see Signature.
    raises: WrongState, InvalidValue without a piece, SignatureRefused after its end, NotDeliberated, Overdraft above
    what is programmed, DayClosed.
    """
    return sign_several(session, [Signature(convention, piece, on, foreseen)])[0]


def sign_several(session: Session, signatures: Sequence[Signature]) -> list[Posted]:
    """As sign_convention, for several conventions written together, in this order; none when one is refused."""
    if not signatures:
        return []
    lock_conventions(session, [each.convention.number for each in signatures])
    for each in signatures:
        if each.convention.beneficiary is not None:
            check_not_ended([find_porteur(session, each.convention.beneficiary)], each.on)
        if not each.foreseen:
            wanted = sums_by(((line.action, line.line), line.amount) for line in each.convention.lines)
            check_deliberated(session, each.convention, wanted, each.on)
    drafts = [_draft(each) for each in signatures]
    free = unknown_references(session, [draft.reference for draft in drafts])
    drafts = [draft if draft.reference in free else find_or_place(session, draft)[0] for draft in drafts]
    posted = post_acts(session, drafts)
    before = stages_of_all(session, [each.convention for each in signatures])
    proved: dict[date, dict[str, str]] = {}
    for (convention, piece, on, _), written in zip(signatures, posted, strict=True):
        convention.entry_number, convention.reversal_number = written.sequence, None
        convention.state, convention.signed_on, convention.piece = "signee", on, piece
        stage = ConventionStage.SIGNED if convention.kind == ConventionKind.CONVENTION else ConventionStage.NOTIFIED
        session.add(stage_of_convention(convention, before.get(convention.number, ()), stage, on=on))
        for line in convention.lines:
            proved.setdefault(on, {}).setdefault(line.action, piece)
    for on, pieces in proved.items():
        proofs = [(find_action(session, number), piece) for number, piece in sorted(pieces.items())]
        raise_status_by_proof(session, proofs, ActionState.CONVENTIONED, on=on)
    session.flush()
    return posted


def _draft(signature: Signature) -> Draft:
    convention, piece, on, _ = signature
    check_state(convention, ConventionStatus.DRAFT)
    if not convention.lines:
        raise WrongState(
            f"La convention {convention.number} ne porte aucun montant.", "Saisissez ses lignes avant de la signer."
        )
    require_words(piece, "La pièce signée manque.", 'Nommez-la : --piece "Délibération du 11/04/2016".')
    if convention.ends_on is not None and on > convention.ends_on:
        raise SignatureRefused(
            f"La convention {convention.number} finit le {french_day(convention.ends_on)} :"
            f" elle ne peut pas être signée le {french_day(on)}.",
            f"Vérifiez la date de signature (--le), ou mettez ce brouillon de côté (cofiville convention annuler"
            f" {convention.number}) et préparez-en un autre qui finisse plus tard (--fin).",
        )
    return Draft(
        reference=f"ENGAGEMENT {convention.number}",
        kind=EntryKind.COMMITMENT,
        label=f"Engagement de la convention {convention.number}",
        piece=piece,
        effect_on=on,
        moves=tuple(
            Move(
                AccountKey(Position.ENGAGE, line.line, convention.year, convention.number, line.action),
                AccountKey(Position.PROGRAMME, line.line, convention.year, action=line.action),
                line.amount,
            )
            for line in convention.lines
        ),
    )


def formalise(session: Session, convention: Convention, *, piece: str, on: date) -> None:
    """Make a convention of a grant that was only notified; nothing moves, it was committed already.

    raises: WrongState unless it is a notification, InvalidValue without a piece, SignatureRefused before it.
    """
    check_state(convention, ConventionStatus.SIGNED)
    if convention.kind != ConventionKind.NOTIFICATION:
        raise WrongState(
            f"{convention.number} n'est pas une notification : elle n'a pas à devenir une convention.",
            f"Consultez-la : cofiville convention montrer {convention.number}.",
        )
    assert convention.signed_on is not None
    if on < convention.signed_on:
        raise SignatureRefused(
            f"{convention.number} a été notifiée le {french_day(convention.signed_on)} : sa convention vient après.",
            "Vérifiez la date : --le.",
        )
    require_words(piece, "La convention signée manque.", 'Nommez-la : --piece "Convention du 02/05/2016".')
    count_from(session, on)
    convention.kind = ConventionKind.CONVENTION
    record_stage(session, convention, ConventionStage.SIGNED, on=on, remark=piece)


def cancel_draft(session: Session, convention: Convention, *, on: date) -> None:
    """The draft is set aside from this day; nothing was committed by it.

    raises: WrongState once signed.
    """
    check_state(convention, ConventionStatus.DRAFT)
    count_from(session, on)
    convention.state = ConventionStatus.CANCELLED
    session.flush()


_SIGNED_FOR_GOOD = (EntryKind.AVENANT, EntryKind.RIGHT_AVENANT, EntryKind.END)


def check_undoable(session: Session, entry: Entry) -> None:
    """Nothing when this entry may be reversed. raises: NotReversible for what another act answers."""
    if entry.kind in _SIGNED_FOR_GOOD:
        raise NotReversible(
            f"L'écriture {entry.sequence} ({entry.label}) ne s'annule pas : ce qui est signé reste écrit.",
            _answer(session, entry),
        )
    if entry.kind == EntryKind.RIGHT and (changed := signed_convention(session, entry)).avenants:
        raise NotReversible(
            f"Le droit {changed.number} a été modifié par un acte complémentaire : il ne s'annule plus.",
            _lowering(changed),
        )
    if entry.kind == EntryKind.COMMITMENT_MOVED:
        check_move_undoable(session, signed_convention(session, entry))
    if entry.kind == EntryKind.COMMITMENT and (amended := signed_convention(session, entry)).avenants:
        raise NotReversible(
            f"La convention {amended.number} a été modifiée par avenant : sa signature ne s'annule plus.",
            _lowering(amended)
            if balances(session, convention=amended.number, positions=ORDERED_POSITIONS)
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
    if entry.kind == EntryKind.END:
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
        act = f"cofiville convention avenant {number} --montant LIGNE=±MONTANT --piece PIECE"
        return f"Signez un avenant contraire : {act}."
    amounts = "".join(
        f" --montant {each.line}={'+' if each.amount_before > each.amount_after else ''}"
        f"{(each.amount_before - each.amount_after).plain()}"
        for each in avenant.lines
    )
    return (
        f"Signez un avenant contraire : cofiville convention avenant {avenant.convention}"
        f" --action {avenant.lines[0].action}{amounts} --piece PIECE."
    )


def undo_signature(session: Session, convention: Convention, *, motive: str, on: date) -> None:
    """The convention, whose signature is undone, is a draft again: its paper is not signed, nor its actions held by it.

    Actions that another convention signed holds stay as they are.
    """
    convention.state, convention.signed_on, convention.piece = "brouillon", None, ""
    for stage in stages_of(session, convention):
        if stage.stage in (ConventionStage.SIGNED, ConventionStage.NOTIFIED):
            session.delete(stage)
    session.flush()
    follow_conventions_undone(session, {line.action for line in convention.lines}, on=on, reason=motive)


def withdraw_right(session: Session, right: Convention) -> None:
    """The right acquired, undone, is no right any more; it may be recorded again."""
    right.state, right.signed_on = "annulee", None
    passing_on = select(Upstream).where(Upstream.upstream == right.number)
    for each in session.scalars(passing_on):
        session.delete(each)


def reopen_convention(session: Session, entry: Entry, numbers: Collection[str]) -> None:
    """These conventions, settled, are to be settled again: money moved back on them."""
    for number in numbers:
        convention = session.get(Convention, (entry.contract, number))
        if convention is not None and convention.state == ConventionStatus.SETTLED:
            convention.state = ConventionStatus.SIGNED


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
