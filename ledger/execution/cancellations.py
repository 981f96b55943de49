"""Cancelling what is left of a titre by decision: the debt stays, or is waived with it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.freeing import lost_right
from ledger.conventions.lookups import find_convention, is_passed_on
from ledger.core.errors import InvalidValue
from ledger.core.money import Money, total
from ledger.execution.model import Titre
from ledger.execution.recoveries import (
    RecoveryRefused,
    check_collectable,
    check_own_money,
    hold_titre,
    last_collection,
    to_the_budget,
)
from ledger.execution.titre_claims import claims
from ledger.journal.keys import Position
from ledger.journal.posting import Draft, Move, Posted
from ledger.journal.reversal import record


def cancel_titre(
    session: Session, titre: Titre, *, motive: str, piece: str, on: date, waived: bool
) -> tuple[Posted, Money]:
    """The entry that cancels what is left of a titre, by decision, and the amount.

    waived: the debt goes with the titre (remise, admission en non-valeur): what was paid stays paid, and what is
    another financeur's is no longer owed back to it, so the decision is its own. Otherwise the debt stays, to be
    claimed again or set off.
    raises: InvalidValue without a motive or a piece, RecoveryRefused when nothing is left, DayClosed.
    """
    if not motive.strip() or not piece.strip():
        raise InvalidValue(
            "L'annulation d'un titre se fonde sur une décision et un motif.",
            'Donnez les deux : --piece "Délibération du …" --motif "Remise gracieuse".',
        )
    hold_titre(session, titre)
    check_collectable(session, titre, on)
    convention = find_convention(session, titre.convention)
    waiting = claims(session, titre)
    if not waiting:
        raise RecoveryRefused(
            f"Le titre {titre.reference} est entièrement encaissé{last_collection(session, titre)} :"
            " il n'y a rien à annuler.",
            "Consultez-le : cofiville recouvrement lister.",
        )
    moves: list[Move] = []
    for key, account, amount in waiting:
        moves.append(Move(key._replace(position=Position.TITRE), account, amount))
        if waived:
            moves.append(Move(key._replace(position=Position.VERSE), key, amount))
            if is_passed_on(session, convention, key.line):
                lost = lost_right(convention, key.line, amount)
                moves.append(Move(lost.credit, lost.debit, amount))
    if waived:
        check_own_money(convention)
        moves.extend(to_the_budget(session, convention, []))
    draft = Draft(
        reference=f"ANNULATION DU TITRE {titre.reference}",
        kind="remise" if waived else "annulation_titre",
        label=f"{'Remise' if waived else 'Annulation'} du titre {titre.reference}, convention {convention.number}",
        piece=piece.strip(),
        effect_on=on,
        moves=tuple(moves),
        motive=motive.strip(),
    )
    posted = record(session, draft)
    titre.cancellation_number = posted.sequence
    titre.cancelled_on, titre.cancellation, titre.cancellation_piece = on, motive.strip(), piece.strip()
    session.flush()
    return posted, total(claim.amount for claim in waiting)
