"""Every kind of document, by the name it is asked under."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.core.errors import NotFound
from ledger.reports.documents.conventions import AVENANT, CONVENTION, NOTIFICATION
from ledger.reports.documents.fields import DocumentKind
from ledger.reports.documents.letters import ATTESTATION, AVIS, FIRST_REMINDER, FORMAL_NOTICE, SECOND_REMINDER
from ledger.reports.documents.payments import ORDER, RECAPITULATION, RECOVERY

KINDS: Mapping[str, DocumentKind] = {
    kind.name: kind
    for kind in (
        AVIS,
        CONVENTION,
        NOTIFICATION,
        AVENANT,
        ORDER,
        RECAPITULATION,
        RECOVERY,
        ATTESTATION,
        FIRST_REMINDER,
        SECOND_REMINDER,
        FORMAL_NOTICE,
    )
}


def find_kind(name: str) -> DocumentKind:
    """The kind of this name. raises: NotFound."""
    found = KINDS.get(name.strip().lower())
    if found is None:
        raise NotFound(f"Le document « {name} » n'existe pas.", f"Documents connus : {', '.join(KINDS)}.")
    return found
