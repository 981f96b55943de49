"""The last act of somebody that still stands: what a slip of the hand most often wants to take back."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ledger.core.errors import NotFound
from ledger.journal.locking import CLOSING, OPENING
from ledger.journal.model import Entry


def last_act_of(session: Session, agent: str) -> int:
    """The number of the last entry of this agent that is no reversal, is not reversed and closes nothing.

    raises: NotFound.
    """
    undoing = aliased(Entry)
    reversed_already = select(undoing.sequence).where(undoing.reverses == Entry.sequence).exists()
    query = (
        select(Entry.sequence)
        .where(
            Entry.agent == agent,
            Entry.reverses.is_(None),
            Entry.kind.not_in((CLOSING, OPENING)),
            ~reversed_already,
        )
        .order_by(Entry.sequence.desc())
        .limit(1)
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound(
            f"Le livre ne contient aucun acte de {agent} à annuler.",
            "Donnez le numéro d'une écriture : cofiville journal lister.",
        )
    return found
