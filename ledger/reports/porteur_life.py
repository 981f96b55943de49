"""What one body asked, got and owes over the years: its actions, its conventions, its bilans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.money import Money, total
from ledger.execution.figures import ConventionState, state_of
from ledger.programming.actions.forms import ReadAction
from ledger.programming.actions.grants import granted_by_action
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import read_actions
from ledger.reports.deadlines import BilanAwaited, bilans_awaited


@dataclass(frozen=True, slots=True)
class YearSums:
    """What one body asked, got and justified in one year, under the French words of its screen."""

    demande: Money
    accorde: Money
    conventionne: Money
    ordonne: Money
    verse: Money
    justifie: Money
    reste_du: Money
    a_recouvrer: Money


Carried: TypeAlias = Sequence[tuple[ReadAction, Money]]
"""Actions of a body, each with what it was granted."""


def actions_of_porteur(session: Session, porteur: str) -> Carried:
    """The actions of the body, by number."""
    found = read_actions(session, Action.porteur == porteur, parts=("fundings",))
    return [
        (each, total(granted_by_action(session, each.year, each.number).get(each.number, {}).values()))
        for each in found
    ]


def conventions_of_porteur(session: Session, porteur: str) -> list[ConventionState]:
    """The figures of the conventions of the body, cancelled ones apart, by year then number."""
    query = select(Convention).where(
        Convention.beneficiary == porteur,
        Convention.state != ConventionStatus.CANCELLED,
    )
    return [state_of(session, each) for each in session.scalars(query.order_by(Convention.year, Convention.number))]


def sums_by_year(actions: Carried, states: Sequence[ConventionState]) -> dict[int, YearSums]:
    """The sums of each year, oldest first."""
    years = sorted({each.year for each, _ in actions} | {each.convention.year for each in states})
    found = {}
    for year in years:
        mine = [each for each in states if each.convention.year == year]
        signed = [each for each in mine if each.convention.state != ConventionStatus.DRAFT]
        found[year] = YearSums(
            demande=total(total(each.requested.values()) for each, _ in actions if each.year == year),
            accorde=total(granted for each, granted in actions if each.year == year),
            conventionne=total(each.granted for each in signed),
            ordonne=total(each.ordered for each in mine),
            verse=total(each.paid for each in mine),
            justifie=total(each.justified for each in mine),
            reste_du=total(each.still_due for each in mine),
            a_recouvrer=total(each.to_recover for each in mine),
        )
    return found


def bilans_owed(session: Session, porteur: str, on: date) -> list[BilanAwaited]:
    """The bilans that the body owes for exercices ended before this day, the first due first."""
    return [each for each in bilans_awaited(session, on) if each.beneficiary == porteur]
