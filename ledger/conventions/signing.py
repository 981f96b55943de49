"""Signing commits: what was programmed for the actions becomes engaged under the convention."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from ledger.conventions.lookups import WrongState, check_state, hold
from ledger.conventions.model import Convention
from ledger.conventions.stages import record_stage, stage_reached, stages_of_all
from ledger.conventions.vocabulary import ConventionKind, ConventionStage, ConventionStatus
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.period import french_day
from ledger.journal.keys import AccountKey, Position
from ledger.journal.posting import Draft, Move, Posted, post, unknown
from ledger.journal.reversal import placed
from ledger.programming.lookups import find_action
from ledger.programming.moving import reach_each
from ledger.storage.history import count_from


class SignatureRefused(LedgerError):
    """The convention cannot be signed as asked."""

    code = "signature_refusee"


class Signature(NamedTuple):
    """A convention, the piece that was signed and the day it was."""

    convention: Convention
    piece: str
    on: date


def sign(session: Session, convention: Convention, *, piece: str, on: date) -> Posted:
    """The entry that commits the convention's lines: PROGRAMME → ENGAGE; the convention is then signed
    and its actions "conventionnées".

    Where no convention is required, this is its notification.
    raises: WrongState, InvalidValue without a piece, SignatureRefused after its end, Overdraft above what is
    programmed, DayClosed.
    """
    return sign_together(session, [Signature(convention, piece, on)])[0]


def sign_together(session: Session, signatures: Sequence[Signature]) -> list[Posted]:
    """As sign, for several conventions written together, in this order; none when one is refused."""
    if not signatures:
        return []
    hold(session, [each.convention.number for each in signatures])
    drafts = [_draft(each) for each in signatures]
    free = unknown(session, [draft.reference for draft in drafts])
    drafts = [draft if draft.reference in free else placed(session, draft)[0] for draft in drafts]
    posted = post(session, drafts)
    before = stages_of_all(session, [each.convention for each in signatures])
    proved: dict[date, dict[str, str]] = {}
    for (convention, piece, on), written in zip(signatures, posted, strict=True):
        convention.entry_number, convention.reversal_number = written.sequence, None
        convention.state, convention.signed_on, convention.piece = "signee", on, piece
        stage = ConventionStage.SIGNED if convention.kind == ConventionKind.CONVENTION else ConventionStage.NOTIFIED
        session.add(stage_reached(convention, before.get(convention.number, ()), stage, on=on))
        for line in convention.lines:
            proved.setdefault(on, {}).setdefault(line.action, piece)
    for on, pieces in proved.items():
        proofs = [(find_action(session, number), piece) for number, piece in sorted(pieces.items())]
        reach_each(session, proofs, "conventionne", on=on)
    session.flush()
    return posted


def _draft(signature: Signature) -> Draft:
    convention, piece, on = signature
    check_state(convention, "brouillon")
    if not convention.lines:
        raise WrongState(
            f"La convention {convention.number} ne porte aucun montant.", "Saisissez ses lignes avant de la signer."
        )
    if not piece.strip():
        raise InvalidValue("La pièce signée manque.", 'Nommez-la : --piece "Délibération du 11/04/2016".')
    if convention.ends_on is not None and on > convention.ends_on:
        raise SignatureRefused(
            f"La convention {convention.number} finit le {french_day(convention.ends_on)} :"
            f" elle ne peut pas être signée le {french_day(on)}.",
            "Vérifiez la date de signature (--le), ou préparez-la de nouveau avec une autre fin (--fin).",
        )
    return Draft(
        reference=f"ENGAGEMENT {convention.number}",
        kind="engagement",
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
    check_state(convention, "signee")
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
    if not piece.strip():
        raise InvalidValue("La convention signée manque.", 'Nommez-la : --piece "Convention du 02/05/2016".')
    count_from(session, on)
    convention.kind = ConventionKind.CONVENTION
    record_stage(session, convention, "signee", on=on, remark=piece)


def cancel_draft(session: Session, convention: Convention, *, on: date) -> None:
    """The draft is set aside from this day; nothing was committed by it.

    raises: WrongState once signed.
    """
    check_state(convention, "brouillon")
    count_from(session, on)
    convention.state = ConventionStatus.CANCELLED
    session.flush()
