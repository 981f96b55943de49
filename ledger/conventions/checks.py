"""What the audit checks of conventions: amounts in force are what was signed and its avenants, schedules add up."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.conventions.followed_model import AvenantLine
from ledger.conventions.model import Convention, ConventionLine, Instalment
from ledger.conventions.vocabulary import ConventionKind
from ledger.core.money import ZERO, Money
from ledger.journal.findings import Finding


def check_conventions(session: Session) -> list[Finding]:
    """Every line whose amount is not what was signed and amended, every schedule that does not pay its convention."""
    return [*_amended(session), *_scheduled(session)]


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
