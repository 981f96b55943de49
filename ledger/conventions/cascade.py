"""An association may pass a subsidy on only where its own convention expressly allows it (CGCT, L1611-4)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
from ledger.referential.lookups import find_financeur
from ledger.referential.vocabulary import PorteurKind


class CascadeRefused(LedgerError):
    """An association would pay a subsidy without being allowed to."""

    code = "cascade_refusee"


def check_cascade(session: Session, code: str, reference: str) -> None:
    """Nothing when this payer is no association, or what allows it to pay is named.

    raises: CascadeRefused.
    """
    payer = find_financeur(session, code)
    if payer.kind != PorteurKind.ASSOCIATION or reference.strip():
        return
    raise CascadeRefused(
        f"{payer.name} ({payer.code}) est une association : elle ne peut pas reverser une subvention à un autre"
        " organisme, sauf si sa propre convention le prévoit expressément (CGCT, article L1611-4).",
        'Citez la clause qui l\'y autorise : --autorisation "Convention C2016-012, article 5", ou changez de payeur.',
    )
