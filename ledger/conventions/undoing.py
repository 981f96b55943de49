"""Undoing a signature: the convention is a draft again. An avenant or a cancellation is answered by another act."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.journal.model import Entry
from ledger.journal.reversal import NotReversible

_REMEDIES = {
    "avenant": "Signez un avenant contraire : cofiville convention avenant.",
    "resiliation": "Préparez de nouveau la convention : cofiville convention saisir.",
}


def check_undoable(session: Session, entry: Entry) -> None:
    """Nothing when this entry may be reversed. raises: NotReversible for what another act answers."""
    if entry.kind in _REMEDIES:
        raise NotReversible(
            f"L'écriture {entry.sequence} ({entry.label}) ne s'annule pas : ce qui est signé reste écrit.",
            _REMEDIES[entry.kind],
        )
    if entry.kind == "engagement" and (amended := _convention(session, entry)).avenants:
        raise NotReversible(
            f"La convention {amended.number} a été modifiée par avenant : sa signature ne s'annule plus.",
            f"Annulez-la par une décision : cofiville convention annuler {amended.number}.",
        )


def unsign(session: Session, entry: Entry) -> None:
    """The convention of this signature, undone, is a draft again."""
    convention = _convention(session, entry)
    convention.state, convention.signed_on, convention.piece = "brouillon", None, ""


def _convention(session: Session, entry: Entry) -> Convention:
    number = entry.reference.removeprefix("ENGAGEMENT ").partition(" ")[0]
    return session.get_one(Convention, (entry.contract, number))
