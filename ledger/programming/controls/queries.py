"""Gathering what controls look at, in a bounded number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.grouping import grouped, sums_by_two
from ledger.core.money import Money
from ledger.programming.actions.criteria import nameable_criteria
from ledger.programming.actions.forms import ReadAction
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import USUAL, read_actions
from ledger.programming.actions.renewals import renewed_elsewhere
from ledger.programming.controls.checks import above_the_ordinary
from ledger.programming.controls.facts import (
    LateBilan,
    LineControlled,
    Surroundings,
)
from ledger.programming.plans.model import PlanLine, PlanVersion
from ledger.programming.vocabulary import ActionState, PlanSide
from ledger.referential.model import CreditLine, Porteur, Scale, Territory, TerritoryPopulation
from ledger.referential.porteurs import read_porteur
from ledger.referential.queries import find_porteur
from ledger.referential.vocabulary import ScaleRole
from ledger.referential.words import words_of
from ledger.rules.book import rulebook
from ledger.rules.vocabulary import Clock
from ledger.storage.session import context, over_all_contracts

if TYPE_CHECKING:
    from ledger.rules.packs import Criterion

Thing = TypeVar("Thing")


def controlled_actions(
    session: Session, year: int, *, on: date, late: Mapping[str, Sequence[LateBilan]] | None = None
) -> tuple[list[ReadAction], Surroundings]:
    """The actions of the year, and what surrounds them.

    on: the day of the control, brought inside the year for what the rules let be granted. late: by porteur, the bilans
    that are overdue.
    """
    actions = read_actions(session, Action.year == year, parts=(*USUAL, "publics", "counts", "criteria"))
    before = {each.number: each for each in read_actions(session, Action.year < year, parts=())}
    known = {**before, **renewed_elsewhere(session, {each.renewed_from for each in actions if each.renewed_from})}
    last_year = [(each.porteur, each) for each in before.values() if each.year == year - 1]
    around = Surroundings(
        book=rulebook(session, Clock.MILLESIME, exercice=year, day=on),
        formalities=rulebook(session, Clock.ACT, day=on),
        lines={
            line.code: LineControlled(line.code, line.financeur, line.nature)
            for line in session.scalars(select(CreditLine))
        },
        carriers={each.code: read_porteur(each) for each in session.scalars(select(Porteur))},
        epcis=_epcis(session),
        charges=_charges(session, year),
        renewed={each.number: known[each.renewed_from] for each in actions if each.renewed_from in known},
        last_year=_grouped(last_year),
        elsewhere=_elsewhere(session, year),
        late_bilans=late or {},
        wide_scales=frozenset(each.code for each in words_of(session, Scale) if each.role == ScaleRole.SEVERAL_EPCIS),
        criteria=frozenset(nameable_criteria(session, year)),
    )
    return actions, around


def criteria_to_name(session: Session, action: ReadAction) -> dict[str, Criterion]:
    """By code, the criteria of innovation that an action not yet recorded may name.

    Empty where it asks no more than ordinary rates give: whether it innovates then changes nothing.
    """
    known = nameable_criteria(session, action.year)
    if not known:
        return {}
    book, porteur = rulebook(session, Clock.MILLESIME, exercice=action.year), find_porteur(session, action.porteur)
    lines = session.scalars(select(CreditLine).where(CreditLine.code.in_(action.requested)))
    around = Surroundings(
        book,
        book,
        {line.code: LineControlled(line.code, line.financeur, line.nature) for line in lines},
        {action.porteur: read_porteur(porteur)},
    )
    return known if above_the_ordinary(action, around) else {}


def _epcis(session: Session) -> dict[str, frozenset[str]]:
    """By territory, the EPCIs whose inhabitants live there."""
    lives: dict[str, set[str]] = {}
    for code, epci in session.execute(select(TerritoryPopulation.territory, TerritoryPopulation.epci)):
        lives.setdefault(code, set()).add(epci)
    return {each.code: frozenset(lives.get(each.code, {each.epci})) for each in session.scalars(select(Territory))}


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
    return sums_by_two((action, account, amount) for action, account, amount in session.execute(query))


def _elsewhere(session: Session, year: int) -> dict[str, tuple[tuple[str, str, str], ...]]:
    query = select(Action.porteur, Action.contract, Action.number, Action.title).where(
        Action.contract != context(session).contract,
        Action.year == year,
        Action.status.not_in((ActionState.REFUSED, ActionState.REDIRECTED, ActionState.ABANDONED)),
    )
    with over_all_contracts():
        rows = session.execute(query.order_by(Action.contract, Action.number)).all()
    return _grouped([(porteur, (contract, number, title)) for porteur, contract, number, title in rows])


def _grouped(pairs: Sequence[tuple[str, Thing]]) -> dict[str, tuple[Thing, ...]]:
    found: dict[str, list[Thing]] = grouped((porteur, each) for porteur, each in pairs)
    return {porteur: tuple(several) for porteur, several in found.items()}
