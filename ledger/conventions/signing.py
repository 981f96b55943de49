"""Signing commits: what was programmed for the actions becomes engaged under the convention."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.lookups import WrongState, check_state
from ledger.conventions.model import Convention
from ledger.conventions.stages import record_stage
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.period import french_day
from ledger.journal.keys import AccountKey, Position
from ledger.journal.posting import Draft, Move, Posted, post
from ledger.journal.reversal import placed
from ledger.programming.lookups import find_action
from ledger.programming.moving import reach


class SignatureRefused(LedgerError):
    """The convention cannot be signed as asked."""

    code = "signature_refusee"


def sign(session: Session, convention: Convention, *, piece: str, on: date) -> Posted:
    """The entry that commits the convention's lines: PROGRAMME → ENGAGE; the convention is then signed
    and its actions "conventionnées".

    Where no convention is required, this is its notification.
    raises: WrongState, InvalidValue without a piece, SignatureRefused after its end, Overdraft above what is
    programmed, DayClosed.
    """
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
    draft = Draft(
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
    draft, _ = placed(session, draft)
    posted = post(session, [draft])[0]
    convention.state, convention.signed_on, convention.piece = "signee", on, piece
    record_stage(session, convention, "signee" if convention.kind == "convention" else "notifiee", on=on)
    named = sorted({line.action for line in convention.lines})
    reach(session, [find_action(session, number) for number in named], "conventionne", on=on, reason=piece)
    return posted


def formalise(session: Session, convention: Convention, *, piece: str, on: date) -> None:
    """Make a convention of a grant that was only notified; nothing moves, it was committed already.

    raises: WrongState unless it is a notification, InvalidValue without a piece.
    """
    check_state(convention, "signee")
    if convention.kind != "notification":
        raise WrongState(
            f"{convention.number} n'est pas une notification : elle n'a pas à devenir une convention.",
            f"Consultez-la : cofiville convention montrer {convention.number}.",
        )
    if not piece.strip():
        raise InvalidValue("La convention signée manque.", 'Nommez-la : --piece "Convention du 02/05/2016".')
    convention.kind = "convention"
    record_stage(session, convention, "signee", on=on, remark=piece)


def cancel_draft(session: Session, convention: Convention) -> None:
    """The draft is set aside; nothing was committed by it.

    raises: WrongState once signed.
    """
    check_state(convention, "brouillon")
    convention.state = "annulee"
    session.flush()
