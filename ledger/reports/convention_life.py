"""The life of a convention, for its screen: its schedule with what is ordered of it, its bilans, its actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.instalments import LineKey
from ledger.conventions.model import Convention, Instalment
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.money import ZERO, Money
from ledger.core.period import french_day
from ledger.execution.model import Bilan
from ledger.execution.release import released
from ledger.journal.balances import balances
from ledger.journal.keys import Position
from ledger.journal.positions import ORDERED
from ledger.programming.model import Action
from ledger.rules.vocabulary import Circuit, Condition


@dataclass(frozen=True, slots=True)
class ScheduledPayment:
    """One instalment as it stands: how much of it is ordered, and what it waits for."""

    instalment: Instalment
    ordered: Money
    state: str


def scheduled(session: Session, convention: Convention, on: date) -> list[ScheduledPayment]:
    """The schedule with what is ordered of each instalment; what was ordered fills the first ones first."""
    left: dict[LineKey, Money] = {}
    engaged: set[LineKey] = set()
    for account, amount in balances(session, convention=convention.number).items():
        key = (account.action, account.line)
        if account.position in ORDERED:
            left[key] = left.get(key, ZERO) + amount
        elif account.position is Position.ENGAGE:
            engaged.add(key)
    settled = {each.action for each in bilans_of(session, convention)}
    freed = _freed(session, convention)
    unordered = _unordered(convention, left)
    found = []
    for instalment in convention.instalments:
        key = (instalment.action, instalment.line)
        ordered = min(left.get(key, ZERO), instalment.amount)
        left[key] = left.get(key, ZERO) - ordered
        done = instalment.action in settled
        if ordered == instalment.amount:
            state = _paid(convention)
        elif key not in engaged and key in freed:
            whole = freed[key] >= unordered[key]
            state = _part(convention, ordered) + ("dégagée" if whole else "dégagée en partie, réduite par le bilan")
        elif done and key not in engaged:
            state = "réduite par le bilan"
        else:
            state = _state(convention, instalment, ordered, on, settled=done)
        found.append(ScheduledPayment(instalment, ordered, state))
    return found


def _freed(session: Session, convention: Convention) -> Mapping[LineKey, Money]:
    """By action and line, what acts of release that stand freed of the convention."""
    return {
        (action, line): amount
        for action in sorted({line.action for line in convention.lines})
        for (number, line), amount in released(session, action).items()
        if number == convention.number
    }


def _unordered(convention: Convention, ordered: Mapping[LineKey, Money]) -> Mapping[LineKey, Money]:
    """By action and line, what of the schedule was never ordered."""
    planned: dict[LineKey, Money] = {}
    for each in convention.instalments:
        key = (each.action, each.line)
        planned[key] = planned.get(key, ZERO) + each.amount
    return {key: amount - ordered.get(key, ZERO) for key, amount in planned.items()}


def _part(convention: Convention, ordered: Money) -> str:
    return f"en partie {_paid(convention)} ; " if ordered else ""


def _paid(convention: Convention) -> str:
    return "payée" if convention.circuit == Circuit.DIRECT else "ordonnée"


def _state(convention: Convention, instalment: Instalment, ordered: Money, on: date, *, settled: bool) -> str:
    part = _part(convention, ordered)
    if convention.state != ConventionStatus.SIGNED:
        return part + ("attend la signature" if convention.state == ConventionStatus.DRAFT else "sans suite")
    if instalment.condition == Condition.BILAN and not settled:
        return part + "attend le bilan"
    if instalment.due_on is not None and instalment.due_on > on:
        return f"{part}à partir du {french_day(instalment.due_on)}"
    return part + "à payer"


def bilans_of(session: Session, convention: Convention) -> list[Bilan]:
    """The bilans of the convention that stand, by action."""
    query = select(Bilan).where(Bilan.convention == convention.number, Bilan.undone_on.is_(None))
    return list(session.scalars(query.order_by(Bilan.action)))


def titles(session: Session, convention: Convention) -> Mapping[str, str]:
    """The title of each action of the convention."""
    numbers = {line.action for line in convention.lines}
    rows = session.execute(select(Action.number, Action.title).where(Action.number.in_(numbers)))
    return dict(rows.all())
