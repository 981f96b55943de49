"""Grants, as the audit compares them with the book."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.allocation.model import AuthorityProgramming, DirectGrant, Scenario, ScenarioEntry, ScenarioGrant
from ledger.core.money import ZERO
from ledger.journal.keys import Position
from ledger.journal.model import Entry
from ledger.journal.tied import ActRow, Measure

GRANT_MEASURES: Mapping[str, Measure | None] = {
    "programmation": Measure(Position.PROGRAMME),
    # What a managing authority decides moves nothing of the contract's.
    "constat_programmation": None,
}
_KINDS = frozenset({"programmation"})


def granted_rows(session: Session) -> Iterator[ActRow]:
    """Every grant by decision, and every line of the scenarios validated; neither row says when it was undone."""
    reversals = select(Entry).where(Entry.reverses.is_not(None))
    undone = {each.reverses: each.sequence for each in session.scalars(reversals)}
    for grant in session.scalars(select(DirectGrant)):
        reversal = undone.get(grant.entry_number or 0)
        yield ActRow(
            f"attribution {grant.action} {grant.line}",
            _KINDS,
            (f"ATTRIBUTION {grant.action} {grant.line} {grant.piece}",),
            grant.entry_number,
            grant.granted_on,
            grant.granted,
            reversal,
            undone=reversal is not None,
        )
    for each in session.scalars(select(AuthorityProgramming)):
        yield ActRow(
            f"constat de programmation {each.action} {each.line}",
            frozenset({"constat_programmation"}),
            (f"PROGRAMMATION {each.action} {each.line} {each.piece}",),
            each.entry_number,
            each.decided_on,
            None,
            each.reversal_number,
            undone=each.undone_on is not None,
            undone_on=each.undone_on,
        )
    lines = (
        select(Scenario.name, ScenarioGrant.line, Scenario.validated_on, func.sum(ScenarioGrant.granted))
        .join(ScenarioGrant, ScenarioGrant.scenario == Scenario.name)
        .where(Scenario.validated_on.is_not(None), ScenarioGrant.granted > ZERO)
        .group_by(Scenario.name, ScenarioGrant.line, Scenario.validated_on)
    )
    tied = select(ScenarioEntry.scenario, ScenarioEntry.line, ScenarioEntry.entry_number)
    numbers = {(name, line): number for name, line, number in session.execute(tied)}
    for name, line, on, amount in session.execute(lines):
        number = numbers.get((name, line))
        reversal = undone.get(number or 0)
        reference = f"PROGRAMMATION {name} {line}"
        subject = f"scénario {name}, {line}"
        yield ActRow(subject, _KINDS, (reference,), number, on, amount, reversal, undone=reversal is not None)
