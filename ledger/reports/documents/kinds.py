"""Every kind of document, by the name it is asked under."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.core.errors import NotFound
from ledger.reports.documents.amendments import AVENANT
from ledger.reports.documents.avis import AVIS
from ledger.reports.documents.grants import CONVENTION, NOTIFICATION
from ledger.reports.documents.kind import Kind
from ledger.reports.documents.payments import ORDER, RECAPITULATION
from ledger.reports.documents.recoveries import RECOVERY
from ledger.reports.documents.reminders import ATTESTATION, FIRST_REMINDER, FORMAL_NOTICE, SECOND_REMINDER

KINDS: Mapping[str, Kind] = {
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


def find_kind(name: str) -> Kind:
    """The kind of this name. raises: NotFound."""
    found = KINDS.get(name.strip().lower())
    if found is None:
        raise NotFound(f"Le document « {name} » n'existe pas.", f"Documents connus : {', '.join(KINDS)}.")
    return found
