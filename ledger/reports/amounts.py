"""The amounts of a year's actions, line by line: asked, proposed, granted, conventioned, paid, justified."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ledger.core.money import ZERO, Money
from ledger.execution.final_lookups import final_by_line
from ledger.execution.lookups import standing_bilans
from ledger.execution.model import Bilan
from ledger.journal.balances import balances
from ledger.journal.model import Account
from ledger.journal.positions import PAID
from ledger.programming.committees import last_decisions
from ledger.programming.grants import conventioned, granted_by_action
from ledger.programming.lookups import own_fund_lines
from ledger.programming.model import Action, Funding
from ledger.programming.vocabulary import CommitteeKind

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
    mine = frozenset(session.scalars(select(Action.number).where(Action.year == year)))
    granted = granted_by_action(session, year, on=on)
    signed = conventioned(session, year, on=on)
    settled = settled_bilans(session, on)
    figures: dict[str, ByLine] = {
        **_of_plans(session, year),
        "proposed": _proposed(session, year),
        "granted": {(action, line): amount for action, lines in granted.items() for line, amount in lines.items()},
        "conventioned": _by_line(((of.action, of.line), amount) for of, amount in signed.items()),
        "paid": _paid(session, year, mine, on),
        "justified": justified_by_line(session, on),
        "settled": _by_line(
            ((of.action, of.line), amount) for of, amount in signed.items() if (of.convention, of.action) in settled
        ),
    }
    by_action: dict[str, set[str]] = {}
    for name in ("planned", "granted", "conventioned", "paid"):
        for action, line in figures[name]:
            by_action.setdefault(action, set()).add(line)
    return Amounts(figures, {action: frozenset(lines) for action, lines in by_action.items() if action in mine})


def _by_line(amounts: Iterable[tuple[ActionLine, Money]]) -> ByLine:
    found: dict[ActionLine, Money] = {}
    for place, amount in amounts:
        found[place] = found.get(place, ZERO) + amount
    return found


def _paid(session: Session, year: int, mine: frozenset[str], on: date | None) -> ByLine:
    """What was paid and did not come back, whatever millésime it was carried to."""
    if on is not None:
        held = balances(session, on=on, positions=PAID)
        return _by_line(((key.action, key.line), amount) for key, amount in held.items() if key.action in mine)
    actions = select(Action.number).where(Action.year == year)
    paid = Account.position.in_([str(position) for position in PAID])
    query = (
        select(Account.action, Account.line, func.sum(Account.debit), func.sum(Account.credit))
        .where(paid, Account.action.in_(actions))
        .group_by(Account.action, Account.line)
    )
    return {(action, line): debit - credit for action, line, debit, credit in session.execute(query) if debit != credit}


def _of_plans(session: Session, year: int) -> dict[str, ByLine]:
    """What each plan holds on each line, and what of it is asked of a financeur."""
    query = select(Funding, Action.status).join(Action, Action.number == Funding.action).where(Action.year == year)
    own_funds = own_fund_lines(session)
    planned: dict[ActionLine, Money] = {}
    asked: dict[ActionLine, Money] = {}
    for each, status in session.execute(query):
        place, stands = (each.action, each.line), each.stands(status)
        planned[place] = each.amount_requested if stands else ZERO
        asked[place] = each.amount_requested if stands and each.line not in own_funds else ZERO
    return {"planned": planned, "requested": asked}


def _proposed(session: Session, year: int) -> ByLine:
    """What the comité technique proposes."""
    return {
        (action, each.line): each.amount
        for (action, committee), decision in last_decisions(session, year=year).items()
        if committee == CommitteeKind.TECHNICAL
        for each in decision.amounts
    }


def settled_bilans(session: Session, on: date | None = None) -> frozenset[tuple[str, str]]:
    """The conventions and actions whose bilan stands (settled by this day)."""
    query = select(Bilan.convention, Bilan.action)
    return frozenset((number, action) for number, action in session.execute(query.where(*standing_bilans(on))))


def justified_by_line(session: Session, on: date | None = None) -> ByLine:
    """What the bilans (settled by this day) finally grant, by action and line, all conventions together."""
    found: dict[ActionLine, Money] = {}
    for (_, action, line), amount in final_by_line(session, on).items():
        found[action, line] = found.get((action, line), ZERO) + amount
    return found


def _read(session: Session, query: Select[str, str, Money]) -> dict[ActionLine, Money]:
    return {(action, line): amount for action, line, amount in session.execute(query)}
