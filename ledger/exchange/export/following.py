"""What the tableau says of an action beyond its lines: earlier grant, avis, references, how it was paid and ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from ledger.conventions.lookups import conventions
from ledger.conventions.model import Convention
from ledger.core.money import ZERO, Money, total
from ledger.journal.balances import balances, moved
from ledger.journal.keys import Position
from ledger.journal.positions import PAID
from ledger.programming.avis import avis_of_year
from ledger.programming.committees import last_decisions
from ledger.programming.grants import granted_by_action
from ledger.programming.lookups import programme
from ledger.programming.model import Action
from ledger.programming.vocabulary import AvisVerdict, CommitteeKind, ReferenceSystem
from ledger.reports.gaps import real_costs
from ledger.rules.vocabulary import Condition
from ledger.storage.session import context


@dataclass(slots=True)
class Followed:
    """What follows one action; amounts that nothing says yet are None.

    advance: paid before the balance. balance: paid of what waited for the bilan; both make what is paid. given_back:
    paid too much. proposed: by the comité technique.
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
    _paid(session, found)
    for number, cost in real_costs(session).items():
        if number in found:
            found[number].realised = cost
    for key, amount in moved(session, into=Position.A_RECOUVRER, out_of=Position.VERSE).items():
        if key.action in found:
            found[key.action].given_back = (found[key.action].given_back or ZERO) + amount
    return found


def _said(action: Action) -> Followed:
    remarks = dict.fromkeys(funding.observation for funding in action.fundings if funding.observation)
    ej = [each.reference for each in action.references if each.kind == ReferenceSystem.EJ]
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
    said: dict[str, list[str]] = {}
    for each in standing:
        advised = "" if each.amount_advised is None else f", {each.amount_advised.french()} sur {each.line}"
        said.setdefault(each.action, []).append(f"{each.service} : {AvisVerdict(each.verdict).label}{advised}")
    for (number, committee), decision in last_decisions(session, year=year).items():
        if committee == CommitteeKind.TECHNICAL:
            found[number].proposed = {each.line: each.amount for each in decision.amounts}
    for number, followed in found.items():
        followed.avis = "\n".join(said.get(number, ()))


def _paid(session: Session, found: dict[str, Followed]) -> None:
    """What is paid fills the instalments that wait for nothing first, then those that wait for the bilan."""
    paid: dict[str, dict[tuple[str, str], Money]] = {}
    for key, amount in balances(session, positions=PAID).items():
        if key.action in found:
            of_convention = paid.setdefault(key.convention, {})
            place = (key.action, key.line)
            of_convention[place] = of_convention.get(place, ZERO) + amount
    for convention in conventions(session, numbers=paid):
        first = _before_bilan(convention)
        for (action, line), amount in paid[convention.number].items():
            advance = min(amount, first.get((action, line), ZERO))
            each = found[action]
            each.advance = (each.advance or ZERO) + advance
            each.balance = (each.balance or ZERO) + amount - advance


def _before_bilan(convention: Convention) -> dict[tuple[str, str], Money]:
    due: dict[tuple[str, str], Money] = {}
    for each in convention.instalments:
        if each.condition != Condition.BILAN:
            due[each.action, each.line] = due.get((each.action, each.line), ZERO) + each.amount
    return due
