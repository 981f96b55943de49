"""Signatures, rights, avenants and cancellations of conventions, as the audit compares them with the book."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from ledger.conventions.lookups import added_by_avenant, conventions
from ledger.conventions.model import Convention
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.money import ZERO, total
from ledger.journal.keys import Position
from ledger.journal.tied import ActRow, Measure

CONVENTION_MEASURES = {
    "engagement": Measure(Position.ENGAGE),
    "droit_acquis": Measure(Position.A_RECEVOIR),
    "avenant": Measure(Position.ENGAGE, net=True),
    "avenant_droit": Measure(Position.A_RECEVOIR, net=True),
    "resiliation": None,
}


def signed_rows(session: Session) -> Iterator[ActRow]:
    """What each convention says of the entries of its signature, of its avenants and of its end."""
    for convention in conventions(session):
        stands = (
            convention.state in (ConventionStatus.SIGNED, ConventionStatus.SETTLED)
            or convention.ending_number is not None
        )
        if stands or convention.entry_number is not None:
            yield _signature(convention, stands=stands)
        for avenant in convention.avenants:
            change = total(line.amount_after - line.amount_before for line in avenant.lines)
            if avenant.entry_number is None and all(each.amount_after == each.amount_before for each in avenant.lines):
                continue
            yield ActRow(
                f"avenant {avenant.rank} de {convention.number}",
                frozenset({"avenant_droit" if convention.kind == ConventionKind.RIGHT else "avenant"}),
                (f"AVENANT {convention.number} {avenant.rank}",),
                avenant.entry_number,
                avenant.signed_on,
                change,
            )
        if convention.ending_number is not None:
            yield ActRow(
                f"annulation de la convention {convention.number}",
                frozenset({"resiliation"}),
                (f"RESILIATION {convention.number}",),
                convention.ending_number,
                None,
            )


def _signature(convention: Convention, *, stands: bool) -> ActRow:
    right = convention.kind == ConventionKind.RIGHT
    added = added_by_avenant(convention)
    signed = total(line.amount_signed for line in convention.lines if (line.action, line.line) not in added)
    return ActRow(
        f"convention {convention.number}",
        frozenset({"droit_acquis" if right else "engagement"}),
        (f"{'DROIT' if right else 'ENGAGEMENT'} {convention.number}",),
        convention.entry_number,
        convention.signed_on,
        # A draft may have changed since its signature was undone.
        (signed or ZERO) if stands else None,
        None if stands else convention.reversal_number,
        undone=not stands,
    )
