"""The amounts of a year's actions, line by line: asked, proposed, granted, conventioned, paid, justified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ledger.allocation.model import Scenario, ScenarioGrant
from ledger.core.money import ZERO, Money
from ledger.execution.lookups import standing_bilans
from ledger.execution.model import Bilan, BilanLine
from ledger.journal.balances import balances, moved
from ledger.journal.context import context, known_at
from ledger.journal.keys import AccountKey, Position
from ledger.journal.model import Account
from ledger.programming.model import ASKED, Action, Funding

ActionLine: TypeAlias = tuple[str, str]
ByLine: TypeAlias = Mapping[ActionLine, Money]


@dataclass(frozen=True, slots=True)
class Amounts:
    """Each figure by action and line; what is absent is zero."""

    figures: Mapping[str, ByLine]
    by_action: Mapping[str, frozenset[str]]

    def lines(self, action: str) -> frozenset[str]:
        """The lines met in the plan of this action or moved in the book for it."""
        return self.by_action.get(action, frozenset())

    def of(self, action: str, line: str) -> dict[str, Money]:
        """Every figure of this action on this line."""
        return {name: found.get((action, line), ZERO) for name, found in self.figures.items()}


def amounts_of_year(session: Session, year: int, on: date | None) -> Amounts:
    """The amounts of the actions of this year (millésime), whenever they moved.

    on: granted, conventioned, paid and justified as of this day.
    """
    contract = context(session).contract
    mine = frozenset(session.scalars(select(Action.number).where(Action.contract == contract, Action.year == year)))
    granted = moved(session, into=Position.PROGRAMME, out_of=Position.DISPONIBLE, year=year, on=on)
    conventioned = moved(session, into=Position.ENGAGE, out_of=Position.PROGRAMME, year=year, on=on)
    figures: dict[str, ByLine] = {
        "requested": _requested(session, contract, year),
        "proposed": _proposed(session, contract, year),
        "granted": _added(granted, mine),
        "conventioned": _added(conventioned, mine),
        "paid": _paid(session, contract, year, mine, on),
        "justified": justified_by_line(session, on),
    }
    by_action: dict[str, set[str]] = {}
    for name in ("requested", "granted", "conventioned", "paid"):
        for action, line in figures[name]:
            by_action.setdefault(action, set()).add(line)
    return Amounts(figures, {action: frozenset(lines) for action, lines in by_action.items()})


def _added(amounts: Mapping[AccountKey, Money], mine: frozenset[str]) -> ByLine:
    found: dict[ActionLine, Money] = {}
    for key, amount in amounts.items():
        if key.action in mine:
            found[key.action, key.line] = found.get((key.action, key.line), ZERO) + amount
    return found


def _paid(session: Session, contract: str, year: int, mine: frozenset[str], on: date | None) -> ByLine:
    """What stays paid, whatever millésime it was carried to."""
    if on is not None or known_at(session) is not None:
        return _added(balances(session, on=on, positions=[Position.VERSE]), mine)
    actions = select(Action.number).where(Action.contract == contract, Action.year == year)
    query = (
        select(Account.action, Account.line, func.sum(Account.debit), func.sum(Account.credit))
        .where(Account.contract == contract, Account.position == str(Position.VERSE), Account.action.in_(actions))
        .group_by(Account.action, Account.line)
    )
    return {(action, line): debit - credit for action, line, debit, credit in session.execute(query) if debit != credit}


def _requested(session: Session, contract: str, year: int) -> ByLine:
    query = (
        select(Funding.action, Funding.line, Funding.amount_requested, Funding.status)
        .join(Action, (Action.contract == Funding.contract) & (Action.number == Funding.action))
        .where(Funding.contract == contract, Action.year == year)
    )
    return {
        (action, line): amount if status in ASKED else ZERO for action, line, amount, status in session.execute(query)
    }


def _proposed(session: Session, contract: str, year: int) -> ByLine:
    """What the scenarios validated propose, all together; of a year without one, what the latest proposes."""
    of_year = (Scenario.contract == contract, Scenario.year == year)
    names = list(session.scalars(select(Scenario.name).where(*of_year, Scenario.validated_on.is_not(None))))
    if not names:
        latest = select(Scenario.name).where(*of_year).order_by(Scenario.created_at.desc(), Scenario.name.desc())
        names = list(session.scalars(latest.limit(1)))
    query = (
        select(ScenarioGrant.action, ScenarioGrant.line, func.sum(ScenarioGrant.granted))
        .where(ScenarioGrant.contract == contract, ScenarioGrant.scenario.in_(names))
        .group_by(ScenarioGrant.action, ScenarioGrant.line)
    )
    return _read(session, query)


def justified_by_line(session: Session, on: date | None = None) -> ByLine:
    """What the bilans (settled by this day) finally grant, by action and line, all conventions together."""
    query = (
        select(BilanLine.action, BilanLine.line, func.sum(BilanLine.amount_final))
        .join(
            Bilan,
            (Bilan.contract == BilanLine.contract)
            & (Bilan.convention == BilanLine.convention)
            & (Bilan.action == BilanLine.action),
        )
        .where(BilanLine.contract == context(session).contract, *standing_bilans(session, on))
        .group_by(BilanLine.action, BilanLine.line)
    )
    return _read(session, query)


def _read(session: Session, query: Select[str, str, Money]) -> dict[ActionLine, Money]:
    return {(action, line): amount for action, line, amount in session.execute(query)}
