"""What the audit checks of conventions: amounts in force add up; signatures and avenants agree with the book."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.conventions.model import Avenant, AvenantLine, Convention, ConventionLine, Instalment
from ledger.conventions.queries import added_by_avenant, conventions
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.money import ZERO, Money, total
from ledger.journal.findings import ActRow, Finding, Measure
from ledger.journal.positions import Position
from ledger.journal.vocabulary import EntryKind


def check_conventions(session: Session) -> list[Finding]:
    """Every line whose amount is not what was signed and amended, every schedule that does not pay its convention."""
    return [*_amended(session), *_scheduled(session), *_moved(session)]


def _amended(session: Session) -> Iterator[Finding]:
    changes: dict[tuple[str, str, str], Money] = {}
    added = select(AvenantLine).order_by(AvenantLine.rank)
    for change in session.scalars(added):
        key = (change.convention, change.action, change.line)
        # A line that an avenant added was signed by it, at that amount.
        by_it = key not in changes and not change.amount_before
        changes[key] = changes.get(key, ZERO) + (ZERO if by_it else change.amount_after - change.amount_before)
    lines = select(ConventionLine)
    for each in session.scalars(lines):
        expected = changes.get((each.convention, each.action, each.line), ZERO)
        if each.amount_change != expected:
            yield Finding(
                "avenant_ecart",
                each.convention,
                f"{each.line} ({each.action}) est changée de {each.amount_change.french()} et ses avenants disent"
                f" {expected.french()}",
            )


def _scheduled(session: Session) -> Iterator[Finding]:
    paid: dict[str, Money] = {}
    parts = select(Instalment.convention, func.sum(Instalment.amount))
    for number, amount in session.execute(parts.group_by(Instalment.convention)):
        paid[number] = amount
    query = (
        select(
            ConventionLine.convention, func.sum(ConventionLine.amount_signed), func.sum(ConventionLine.amount_change)
        )
        .join(
            Convention,
            Convention.number == ConventionLine.convention,
        )
        .where(Convention.kind != ConventionKind.RIGHT)
        .group_by(ConventionLine.convention)
    )
    for number, signed, change in session.execute(query):
        granted = signed + change
        if number in paid and paid[number] != granted:
            yield Finding(
                "echeancier_ecart",
                number,
                f"L'échéancier paie {paid[number].french()} et la convention {granted.french()}",
            )


def _moved(session: Session) -> Iterator[Finding]:
    """What an avenant lowered for another convention is what that one was signed for, while its entry stands."""
    gone: dict[int, Money] = {}
    query = select(Avenant.entry_number, AvenantLine.amount_before, AvenantLine.amount_after).join(
        AvenantLine, (AvenantLine.convention == Avenant.convention) & (AvenantLine.rank == Avenant.rank)
    )
    signed = {each.entry_number: each for each in conventions(session) if each.entry_number is not None}
    for number, before, after in session.execute(query):
        if number in signed:
            gone[number] = gone.get(number, ZERO) + before - after
    for number, amount in gone.items():
        new = signed[number]
        if amount != (received := total(line.amount_signed for line in new.lines)):
            yield Finding(
                "transfert_ecart",
                new.number,
                f"Elle a été signée pour {received.french()} et {amount.french()} lui viennent d'une autre convention",
            )


CONVENTION_MEASURES: Mapping[str, Measure | None] = {
    EntryKind.COMMITMENT: Measure(Position.ENGAGE),
    EntryKind.RIGHT: Measure(Position.A_RECEVOIR),
    EntryKind.AVENANT: Measure(Position.ENGAGE, net=True),
    EntryKind.RIGHT_AVENANT: Measure(Position.A_RECEVOIR, net=True),
    EntryKind.END: None,
    EntryKind.COMMITMENT_MOVED: Measure(Position.ENGAGE),
}


def signed_rows(session: Session) -> Iterator[ActRow]:
    """What each convention says of the entries of its signature, of its avenants and of its end."""
    found = conventions(session)
    # What moved is said by the convention it went to.
    told = {each.entry_number for each in found} | {each.reversal_number for each in found}
    for convention in found:
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
            if avenant.entry_number is not None and avenant.entry_number in told:
                continue
            yield ActRow(
                f"avenant {avenant.rank} de {convention.number}",
                frozenset({EntryKind.RIGHT_AVENANT if convention.kind == ConventionKind.RIGHT else EntryKind.AVENANT}),
                (f"AVENANT {convention.number} {avenant.rank}",),
                avenant.entry_number,
                avenant.signed_on,
                change,
            )
        if convention.ending_number is not None:
            yield ActRow(
                f"annulation de la convention {convention.number}",
                frozenset({EntryKind.END}),
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
        frozenset({EntryKind.RIGHT} if right else {EntryKind.COMMITMENT, EntryKind.COMMITMENT_MOVED}),
        (f"DROIT {convention.number}",)
        if right
        else (f"ENGAGEMENT {convention.number}", f"SCISSION {convention.number}"),
        convention.entry_number,
        convention.signed_on,
        # A draft may have changed since its signature was undone.
        (signed or ZERO) if stands else None,
        None if stands else convention.reversal_number,
        undone=not stands,
    )
