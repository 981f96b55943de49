"""Signing commits: what was programmed for the actions becomes engaged under the convention."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.lookups import WrongState, check_state
from ledger.conventions.model import Convention
from ledger.core.errors import InvalidValue
from ledger.journal.keys import AccountKey, Position
from ledger.journal.posting import Draft, Move, Posted, post
from ledger.programming.lookups import find_action
from ledger.programming.moving import reach


def sign(session: Session, convention: Convention, *, piece: str, on: date) -> Posted:
    """The entry that commits the convention's lines: PROGRAMME → ENGAGE; the convention is then signed
    and its actions "conventionnées".

    raises: WrongState, InvalidValue without a piece, Overdraft above what is programmed, DayClosed.
    """
    check_state(convention, "brouillon")
    if not convention.lines:
        raise WrongState(
            f"La convention {convention.number} ne porte aucun montant.", "Saisissez ses lignes avant de la signer."
        )
    if not piece.strip():
        raise InvalidValue("La pièce signée manque.", 'Nommez-la : --piece "Délibération du 11/04/2016".')
    posted = post(
        session,
        [
            Draft(
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
        ],
    )[0]
    convention.state, convention.signed_on, convention.piece = "signee", on, piece
    session.flush()
    named = sorted({line.action for line in convention.lines})
    reach(session, [find_action(session, number) for number in named], "conventionne", on=on, reason=piece)
    return posted


def cancel_draft(session: Session, convention: Convention) -> None:
    """The draft is set aside; nothing was committed by it.

    raises: WrongState once signed.
    """
    check_state(convention, "brouillon")
    convention.state = "annulee"
    session.flush()
