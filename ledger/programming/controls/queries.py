"""Gathering what controls look at, in a bounded number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.programming.actions.model import Action
from ledger.programming.controls.facts import (
    Carrier,
    ControlledAction,
    EarlierAction,
    LateBilan,
    LineAsked,
    LineControlled,
    Surroundings,
    TerritoryServed,
)
from ledger.programming.plans.model import PlanLine, PlanVersion
from ledger.programming.publics.model import ActionRenewal
from ledger.programming.queries import actions_of_year, own_fund_lines, requested
from ledger.programming.vocabulary import ActionState, PlanSide
from ledger.referential.model import CreditLine, Porteur, Territory, TerritoryPopulation
from ledger.rules.book import rulebook
from ledger.rules.figures import Clock
from ledger.storage.session import context

Thing = TypeVar("Thing")


def controlled_actions(
    session: Session, year: int, *, on: date, late: Mapping[str, tuple[LateBilan, ...]] | None = None
) -> tuple[list[ControlledAction], Surroundings]:
    """The actions of the year as controls see them, and what surrounds them.

    on: the day of the control, brought inside the year for what the rules let be granted. late: by porteur, the bilans
    that are overdue.
    """
    actions = actions_of_year(session, year)
    carriers = {each.code: _carrier(each) for each in session.scalars(select(Porteur))}
    places, charges, earlier = _places(session), _charges(session, year), _earlier(session, year)
    own_funds = own_fund_lines(session)
    found = [
        _controlled(action, carriers[action.porteur], places, charges.get(action.number, {}), earlier, own_funds)
        for action in actions
    ]
    lines = {
        line.code: LineControlled(line.code, line.financeur, line.nature)
        for line in session.scalars(select(CreditLine))
    }
    around = Surroundings(
        book=rulebook(session, Clock.MILLESIME, exercice=year, day=on),
        formalities=rulebook(session, Clock.ACT, day=on),
        lines=lines,
        elsewhere=_elsewhere(session, year),
        last_year=_last_year(session, year - 1),
        late_bilans=late or {},
    )
    return found, around


def _carrier(porteur: Porteur) -> Carrier:
    return Carrier(porteur.code, porteur.name, porteur.kind, porteur.siret or "", porteur.to_confirm, porteur.statut)


def _controlled(
    action: Action,
    carrier: Carrier,
    places: Mapping[str, TerritoryServed],
    charges: Mapping[str, Money],
    earlier: Mapping[str, EarlierAction],
    own_funds: frozenset[str],
) -> ControlledAction:
    shared = {each.line for each in action.fundings if each.shared}
    asked = requested(action, own_funds)
    return ControlledAction(
        number=action.number,
        title=action.title,
        carrier=carrier,
        status=action.status,
        scale=action.scale,
        dispositif=action.dispositif,
        nature=action.nature,
        axis=(action.objective or "").partition(".")[0],
        innovation_criteria=action.innovation_criteria,
        cost_total=action.cost_total,
        asked=tuple(LineAsked(line, amount, line in shared) for line, amount in asked.items() if amount),
        slices={each.kind: each.cost for each in action.slices},
        territories=tuple(places[each.territory] for each in action.territories),
        counted=action.public_caph is not None and action.public_cavm is not None,
        no_droit_commun_reason=action.no_droit_commun_reason,
        charges=charges,
        previous=earlier.get(action.number),
    )


def _places(session: Session) -> dict[str, TerritoryServed]:
    lives: dict[str, set[str]] = {}
    for code, epci in session.execute(select(TerritoryPopulation.territory, TerritoryPopulation.epci)):
        lives.setdefault(code, set()).add(epci)
    return {
        each.code: TerritoryServed(each.code, each.kind, frozenset(lives.get(each.code, {each.epci})))
        for each in session.scalars(select(Territory))
    }


def _charges(session: Session, year: int) -> dict[str, dict[str, Money]]:
    """By action then account, the charges of its last plan, where their accounts are known."""
    last = (
        select(PlanVersion.action, func.max(PlanVersion.rank).label("rank"))
        .join(Action, Action.number == PlanVersion.action)
        .where(Action.year == year)
        .group_by(PlanVersion.action)
        .subquery()
    )
    query = (
        select(PlanLine.action, PlanLine.account, PlanLine.amount)
        .join(last, (last.c.action == PlanLine.action) & (last.c.rank == PlanLine.version))
        .where(PlanLine.side == PlanSide.CHARGES, PlanLine.account != "")
    )
    found: dict[str, dict[str, Money]] = {}
    for action, account, amount in session.execute(query):
        of_action = found.setdefault(action, {})
        of_action[account] = of_action.get(account, Money(0)) + amount
    return found


def _earlier(session: Session, year: int) -> dict[str, EarlierAction]:
    """By action of the year, the one it is said to renew."""
    query = (
        select(ActionRenewal.action, Action.number, Action.title, Action.cost_total)
        .join(Action, Action.number == ActionRenewal.previous)
        .where(Action.year < year)
    )
    return {action: EarlierAction(number, title, cost) for action, number, title, cost in session.execute(query)}


def _last_year(session: Session, year: int) -> dict[str, tuple[EarlierAction, ...]]:
    query = select(Action.porteur, Action.number, Action.title, Action.cost_total).where(Action.year == year)
    rows = session.execute(query.order_by(Action.number))
    return _grouped([(porteur, EarlierAction(number, title, cost)) for porteur, number, title, cost in rows])


def _elsewhere(session: Session, year: int) -> dict[str, tuple[tuple[str, str, str], ...]]:
    query = select(Action.porteur, Action.contract, Action.number, Action.title).where(
        Action.contract != context(session).contract,
        Action.year == year,
        Action.status.not_in((ActionState.REFUSED, ActionState.REDIRECTED, ActionState.ABANDONED)),
    )
    rows = session.execute(query.order_by(Action.contract, Action.number))
    return _grouped([(porteur, (contract, number, title)) for porteur, contract, number, title in rows])


def _grouped(pairs: Sequence[tuple[str, Thing]]) -> dict[str, tuple[Thing, ...]]:
    found: dict[str, list[Thing]] = {}
    for porteur, each in pairs:
        found.setdefault(porteur, []).append(each)
    return {porteur: tuple(several) for porteur, several in found.items()}
