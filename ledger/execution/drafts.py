"""Acts typed and not decided yet: kept as their words, edited or given up freely, played when they are validated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError, NotFound
from ledger.execution.bilans.model import Brouillon
from ledger.execution.vocabulary import BrouillonState
from ledger.storage.session import context
from ledger.storage.standing import standing_act


class BrouillonClosed(LedgerError):
    """A brouillon that was validated or given up: it is edited no more."""

    code = "brouillon_decide"


def keep_brouillon(session: Session, words: Sequence[str], *, agent: str, at: datetime) -> Brouillon:
    """The act kept under the next number."""
    contract = context(session).contract
    last = session.scalar(select(func.max(Brouillon.number)))
    kept = Brouillon(contract=contract, number=(last or 0) + 1, words=list(words), agent=agent, recorded_at=at)
    session.add(kept)
    session.flush()
    return kept


def brouillons(session: Session, *, pending: bool = True) -> Sequence[Brouillon]:
    """The brouillons not decided yet (or all of them), in the order they were typed."""
    query = select(Brouillon)
    if pending:
        query = query.where(Brouillon.state == BrouillonState.PENDING)
    return session.scalars(query.order_by(Brouillon.number)).all()


def find_brouillon(session: Session, number: int) -> Brouillon:
    """The brouillon of this number, not decided yet. raises: NotFound, Decided."""
    found = session.get(Brouillon, (context(session).contract, number))
    if found is None:
        raise NotFound(f"Le brouillon {number} n'existe pas.", "La liste : cofiville brouillon lister.")
    if found.state != BrouillonState.PENDING:
        raise BrouillonClosed(
            f"Le brouillon {number} est déjà {BrouillonState(found.state).label}{standing_act(found, 'state')}.",
            "Ce qui est validé se corrige (cofiville journal corriger --motif MOTIF NUMERO COMMANDE), ce qui est"
            " abandonné se retape.",
        )
    return found


def edit_brouillon(session: Session, brouillon: Brouillon, words: Sequence[str]) -> None:
    """Other words in the place of those typed."""
    brouillon.words = list(words)
    session.flush()


def close_brouillon(session: Session, brouillon: Brouillon, state: str, *, at: datetime) -> None:
    """Validated ("valide") or given up ("abandonne")."""
    brouillon.state, brouillon.decided_at = state, at
    session.flush()
