"""What the tableau says of an action beyond its lines: earlier grant, avis, references, how it was paid and ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.lookups import conventions
from ledger.conventions.model import Convention
from ledger.core.money import ZERO, Money, total
from ledger.execution.model import Bilan
from ledger.journal.balances import balances, moved
from ledger.journal.context import context
from ledger.journal.keys import Position
from ledger.programming.avis import advised, avis_of_year, services
from ledger.programming.avis_model import VERDICTS
from ledger.programming.lookups import programme
from ledger.programming.model import Action
from ledger.programming.operations import granted_by_action
from ledger.referential.model import CreditLine


@dataclass(slots=True)
class Followed:
    """What follows one action; amounts that nothing says yet are None.

    advance: paid before the balance. balance: paid of what waited for the bilan. given_back: paid too much.
    """

    renewal: str = ""
    granted_before: Money | None = None
    proposed: Mapping[str, Money] = field(default_factory=dict)
    avis: str = ""
    ej: str = ""
    advance: Money | None = None
    balance: Money | None = None
    realised: Money | None = None
    given_back: Money | None = None
    remarks: str = ""


def following(session: Session, year: int) -> dict[str, Followed]:
    """By number, every action of the year."""
    actions = programme(session, year)
    found = {action.number: _said(action) for action in actions}
    _renewed(session, actions, found)
    _advised(session, year, found)
    _paid(session, year, found)
    for number, cost in _realised(session, year).items():
        if number in found:
            found[number].realised = cost
    for key, amount in moved(session, into=Position.A_RECOUVRER, out_of=Position.VERSE, year=year).items():
        if key.action in found:
            found[key.action].given_back = (found[key.action].given_back or ZERO) + amount
    return found


def _said(action: Action) -> Followed:
    remarks = dict.fromkeys(funding.observation for funding in action.fundings if funding.observation)
    ej = [each.reference for each in action.references if each.kind == "ej"]
    return Followed(renewal=action.renewal, ej=", ".join(sorted(ej)), remarks=" ; ".join(remarks))


def _renewed(session: Session, actions: Sequence[Action], found: dict[str, Followed]) -> None:
    previous = {a.number: a.renewed.previous for a in actions if a.renewed is not None}
    for number, earlier in previous.items():
        before = session.get(Action, (context(session).contract, earlier))
        if before is not None:
            granted = granted_by_action(session, before.year, earlier).get(earlier, {})
            found[number].granted_before = total(granted.values())


def _advised(session: Session, year: int, found: dict[str, Followed]) -> None:
    standing = avis_of_year(session, year)
    speaks_for = {each.code: each.financeur for each in services(session)}
    lines = {line.code: line.financeur for line in session.scalars(select(CreditLine))}
    proposed: dict[str, dict[str, Money]] = {}
    for (action, line), amount in advised(standing, speaks_for, lines).items():
        proposed.setdefault(action, {})[line] = amount
    said: dict[str, list[str]] = {}
    for each in standing:
        said.setdefault(each.action, []).append(f"{each.service} : {VERDICTS[each.verdict]}")
    for number, followed in found.items():
        followed.proposed, followed.avis = proposed.get(number, {}), "\n".join(said.get(number, ()))


def _paid(session: Session, year: int, found: dict[str, Followed]) -> None:
    """What is paid fills the instalments that wait for nothing first, then those that wait for the bilan."""
    paid: dict[tuple[str, str, str], Money] = {}
    for key, amount in balances(session, year=year, positions=(Position.VERSE, Position.A_RECOUVRER)).items():
        place = (key.convention, key.action, key.line)
        paid[place] = paid.get(place, ZERO) + amount
    for convention in conventions(session, year):
        first = _before_bilan(convention)
        for line in convention.lines:
            amount = paid.get((convention.number, line.action, line.line), ZERO)
            if amount and line.action in found:
                advance = min(amount, first.get((line.action, line.line), ZERO))
                each = found[line.action]
                each.advance = (each.advance or ZERO) + advance
                each.balance = (each.balance or ZERO) + amount - advance


def _before_bilan(convention: Convention) -> dict[tuple[str, str], Money]:
    due: dict[tuple[str, str], Money] = {}
    for each in convention.instalments:
        if each.condition != "bilan":
            due[each.action, each.line] = due.get((each.action, each.line), ZERO) + each.amount
    return due


def _realised(session: Session, year: int) -> dict[str, Money]:
    """By action of the year, the real cost of its bilan: the same whatever convention it was given under."""
    query = (
        select(Bilan.action, Bilan.real_cost)
        .join(Convention, (Convention.contract == Bilan.contract) & (Convention.number == Bilan.convention))
        .where(Bilan.contract == context(session).contract, Convention.year == year)
    )
    found: dict[str, Money] = {}
    for action, cost in session.execute(query):
        found[action] = max(cost, found.get(action, ZERO))
    return found
