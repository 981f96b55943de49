"""What one body asked, got and owes over the years: its actions, its conventions, its bilans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from ledger.conventions.model import Convention
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.money import Money, total
from ledger.execution.figures import ConventionState, state_of
from ledger.programming.actions.grants import granted_by_action
from ledger.programming.actions.model import Action
from ledger.programming.queries import own_fund_lines, requested
from ledger.programming.vocabulary import ActionState
from ledger.reports.deadlines import BilanAwaited, bilans_awaited


@dataclass(frozen=True, slots=True)
class CarriedAction:
    """An action of the body: what it asks of financeurs, what it was granted."""

    number: str
    year: int
    title: str
    status: str
    requested: Money
    granted: Money


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


def actions_of_porteur(session: Session, porteur: str) -> list[CarriedAction]:
    """The actions of the body, by number, own funds left out of what is asked."""
    query = (
        select(Action).where(Action.porteur == porteur).options(selectinload(Action.fundings)).order_by(Action.number)
    )
    own = own_fund_lines(session)
    found = []
    for action in session.scalars(query):
        granted = granted_by_action(session, action.year, action.number).get(action.number, {})
        found.append(
            CarriedAction(
                number=action.number,
                year=action.year,
                title=action.title,
                status=ActionState(action.status).label,
                requested=total(requested(action, own).values()),
                granted=total(granted.values()),
            )
        )
    return found


def conventions_of_porteur(session: Session, porteur: str) -> list[ConventionState]:
    """The figures of the conventions of the body, cancelled ones apart, by year then number."""
    query = select(Convention).where(
        Convention.beneficiary == porteur,
        Convention.state != ConventionStatus.CANCELLED,
    )
    return [state_of(session, each) for each in session.scalars(query.order_by(Convention.year, Convention.number))]


def sums_by_year(actions: Sequence[CarriedAction], states: Sequence[ConventionState]) -> dict[int, YearSums]:
    """The sums of each year, oldest first."""
    years = sorted({each.year for each in actions} | {each.convention.year for each in states})
    found = {}
    for year in years:
        mine = [each for each in states if each.convention.year == year]
        signed = [each for each in mine if each.convention.state != ConventionStatus.DRAFT]
        found[year] = YearSums(
            demande=total(each.requested for each in actions if each.year == year),
            accorde=total(each.granted for each in actions if each.year == year),
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
