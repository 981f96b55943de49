"""Where each titre stands: what came in, what it waits for, or why it was cancelled."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger.core.money import ZERO, Money, total
from ledger.execution.model import Titre
from ledger.execution.recoveries import titres
from ledger.execution.titre_claims import claims
from ledger.journal.keys import Position
from ledger.journal.reversal import entry_moves


@dataclass(frozen=True, slots=True)
class TitreState:
    """A titre, what came in on it, and what it still waits for (nothing once cancelled)."""

    titre: Titre
    collected: Money
    left: Money

    @property
    def word(self) -> str:
        """ "annulé", "encaissé" or "en cours"."""
        if self.titre.cancelled_on is not None:
            return "annulé"
        return "en cours" if self.left else "encaissé"


def titre_states(session: Session) -> list[TitreState]:
    """Every titre of the contract with where it stands."""
    return [titre_state(session, titre) for titre in titres(session)]


def titre_state(session: Session, titre: Titre) -> TitreState:
    """Where this titre stands."""
    left = total(claim.amount for claim in claims(session, titre))
    return TitreState(titre, titre.amount - left - _cancelled(session, titre), left)


def _cancelled(session: Session, titre: Titre) -> Money:
    if titre.cancelled_on is None:
        return ZERO
    if titre.cancellation_number is None:
        return titre.amount
    moves = entry_moves(session, titre.cancellation_number)
    waiting = (move for move in moves if move.credit.position is Position.A_ENCAISSER)
    return total(move.amount for move in waiting)
