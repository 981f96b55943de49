"""What a paper says of an act annulled since, whatever was kept of it: that it is, and from which day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.end_convention import cancellation_moves
from ledger.conventions.model import Convention
from ledger.conventions.queries import find_convention
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.period import french_day
from ledger.execution.model import PaymentOrder, Titre
from ledger.journal.model import Entry
from ledger.reports.documents.fields import DocumentKind
from ledger.reports.documents.model import KeptDocument
from ledger.storage.history import counted_since
from ledger.storage.session import context

_WORDS = {
    "convention": "Convention ANNULÉE",
    "avenant": "Convention ANNULÉE",
    "mandat": "Mandat ANNULÉ",
    "titre": "Titre ANNULÉ",
}


def annulment(session: Session, kind: DocumentKind, key: str, kept: KeptDocument | None) -> str:
    """ "Convention ANNULÉE le 01/06/2016."; "" for what stands, and for a letter about no act of its own."""
    words = _WORDS.get(kind.subject)
    if words is None:
        return ""
    if kept is not None and (undone := _undone_on(session, kept)) is not None:
        return f"{'Avenant ANNULÉ' if kind.subject == 'avenant' else words} le {french_day(undone)}."
    if kind.subject in ("convention", "avenant"):
        return _of_convention(session, key.strip().upper().partition("/")[0], words)
    since = _ended_on(session, kind.subject, (context(session).contract, key.strip()))
    return "" if since is None else f"{words} le {french_day(since)}."


def _ended_on(session: Session, subject: str, key: tuple[str, str]) -> date | None:
    """The day an order was rejected, or a titre cancelled; None while it stands."""
    if subject == "mandat":
        order = session.get(PaymentOrder, key)
        return None if order is None else order.rejected_on
    titre = session.get(Titre, key)
    return None if titre is None else titre.cancelled_on


def _undone_on(session: Session, kept: KeptDocument) -> date | None:
    if kept.entry_number is None:
        return None
    return session.scalar(select(Entry.effect_on).where(Entry.reverses == kept.entry_number))


def _of_convention(session: Session, number: str, words: str) -> str:
    """Cancelled by decision, or a draft put aside, of which only the history of its row knows the day."""
    convention = find_convention(session, number)
    if convention.state != ConventionStatus.CANCELLED:
        return ""
    entry = cancellation_moves(session, convention)
    if entry is not None:
        return f"{words} le {french_day(entry.effect_on)}."
    since = counted_since(session, Convention, (convention.contract, convention.number), "state")
    day = f" le {french_day(since)}" if since is not None else ""
    return f"{words}{day} : ce projet a été mis de côté sans être signé."
