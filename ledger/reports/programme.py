"""What every report on a year starts from: each action with its lines, from asked to paid."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money, total
from ledger.execution.bilans.queries import final_by_line
from ledger.execution.model import Bilan
from ledger.execution.queries import standing_bilans
from ledger.journal.balances import balances
from ledger.journal.model import Account
from ledger.journal.positions import PAID_POSITIONS
from ledger.programming.actions.completeness import pillar_code
from ledger.programming.actions.forms import ReadAction, values_of
from ledger.programming.actions.grants import conventioned, granted_by_action
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import read_actions
from ledger.programming.committees.record_decision import last_decisions
from ledger.programming.vocabulary import ActionState, CommitteeKind
from ledger.referential.model import CreditLine, Financeur, Porteur
from ledger.referential.vocabulary import LineNature
from ledger.rules.book import rulebook
from ledger.rules.vocabulary import Clock

ActionLine: TypeAlias = tuple[str, str]
ByLine: TypeAlias = Mapping[ActionLine, Money]


@dataclass(frozen=True, slots=True)
class ActionAmounts:
    """Each figure by action and line; what is absent is zero."""

    figures: Mapping[str, ByLine]
    by_action: Mapping[str, frozenset[str]]

    def lines(self, action: str) -> frozenset[str]:
        """The lines met in the plan of this action or moved in the book for it."""
        return self.by_action.get(action, frozenset())

    def of(self, action: str, line: str) -> dict[str, Money]:
        """Every figure of this action on this line."""
        return {name: found.get((action, line), ZERO) for name, found in self.figures.items()}


def amounts_of_year(session: Session, year: int, actions: Iterable[ReadAction], on: date | None) -> ActionAmounts:
    """The amounts of the actions of this year (millésime), whenever they moved.

    on: granted, conventioned, paid and justified as of this day.
    """
    mine = {action.number: action for action in actions}
    granted = granted_by_action(session, year, on=on)
    signed = conventioned(session, year, on=on)
    settled = settled_bilans(session, on)
    figures: dict[str, ByLine] = {
        **_of_plans(mine.values()),
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
    return ActionAmounts(figures, {action: frozenset(lines) for action, lines in by_action.items() if action in mine})


def _by_line(amounts: Iterable[tuple[ActionLine, Money]]) -> ByLine:
    return sums_by((place, amount) for place, amount in amounts)


def _paid(session: Session, year: int, mine: Collection[str], on: date | None) -> ByLine:
    """What was paid and did not come back, whatever millésime it was carried to."""
    if on is not None:
        held = balances(session, on=on, positions=PAID_POSITIONS)
        return _by_line(((key.action, key.line), amount) for key, amount in held.items() if key.action in mine)
    actions = select(Action.number).where(Action.year == year)
    paid = Account.position.in_([str(position) for position in PAID_POSITIONS])
    query = (
        select(Account.action, Account.line, func.sum(Account.debit), func.sum(Account.credit))
        .where(paid, Account.action.in_(actions))
        .group_by(Account.action, Account.line)
    )
    return {(action, line): debit - credit for action, line, debit, credit in session.execute(query) if debit != credit}


def _of_plans(actions: Iterable[ReadAction]) -> dict[str, ByLine]:
    """What each plan holds on each line, and what of it is asked of a financeur."""
    planned: dict[ActionLine, Money] = {}
    asked: dict[ActionLine, Money] = {}
    for action in actions:
        for each in action.fundings:
            place = action.number, each.line
            planned[place] = each.amount_requested if each.stands(action.status) else ZERO
            asked[place] = action.requested.get(each.line, ZERO)
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
    return sums_by(((action, line), amount) for (_, action, line), amount in final_by_line(session, on).items())


@dataclass(frozen=True, slots=True)
class LineFigures:
    """One credit line in the plan de financement of one action.

    rank: its place in the référentiel. planned: what the plan holds. requested: what of it is asked of a financeur:
    nothing for own funds. Both are zero for a request set aside (non recevable, refused). proposed: by the comité
    technique. granted: net of what was taken back or given up. conventioned: committed by a signature or a
    notification. paid: what did not come back. justified: what the bilans finally grant. settled: what of the
    conventioned these bilans answer for.
    """

    line: str
    financeur: str
    financeur_kind: str
    nature: str
    rank: int
    requested: Money
    granted: Money
    paid: Money
    planned: Money = ZERO
    proposed: Money = ZERO
    conventioned: Money = ZERO
    justified: Money = ZERO
    settled: Money = ZERO

    @property
    def awaited(self) -> Money:
        """What is granted and no bilan answers for yet."""
        return self.granted - self.settled

    @property
    def own_funds(self) -> Money:
        """What the porteur brings itself."""
        return self.planned if self.nature == LineNature.OWN_FUNDS else ZERO


@dataclass(frozen=True, slots=True)
class ActionFigures(ReadAction):
    """One action of the programme and its lines; pillar: the national one of its axis (§3.1), "" when no rule says."""

    lines: tuple[LineFigures, ...] = ()
    porteur_name: str = ""
    porteur_kind: str = ""
    pillar: str = ""

    @property
    def granted(self) -> Money:
        """All that its lines grant."""
        return total(line.granted for line in self.lines)


def programme_figures(session: Session, year: int, *, on: date | None = None) -> list[ActionFigures]:
    """The actions of the year, by number, each with its lines in the order of the référentiel.

    Those given up by their porteur are left out, unless something is granted or paid for them still. on: amounts
    granted, conventioned, paid and justified as of this day; None for all that is written.
    """
    actions = read_actions(session, Action.year == year)
    amounts = amounts_of_year(session, year, actions, on)
    lines, porteurs = _Lines(session), {each.code: each for each in session.scalars(select(Porteur))}
    book = rulebook(session, Clock.MILLESIME, exercice=year)
    found = [
        ActionFigures(
            **values_of(action),
            lines=lines.of(action.number, amounts),
            porteur_name=porteurs[action.porteur].name,
            porteur_kind=porteurs[action.porteur].kind,
            pillar=pillar_code(book, action),
        )
        for action in actions
    ]
    return [
        each
        for each in found
        if each.status != ActionState.ABANDONED or any(line.granted or line.paid for line in each.lines)
    ]


class _Lines:
    """The credit lines of the référentiel, in order."""

    def __init__(self, session: Session) -> None:
        self._lines: dict[str, tuple[int, CreditLine, str]] = {}
        query = (
            select(CreditLine, Financeur.kind)
            .join(Financeur, Financeur.code == CreditLine.financeur)
            .order_by(CreditLine.rank, CreditLine.code)
        )
        for place, (line, kind) in enumerate(session.execute(query)):
            self._lines[line.code] = (place, line, kind)

    def of(self, action: str, amounts: ActionAmounts) -> tuple[LineFigures, ...]:
        """The lines of one action."""
        codes = sorted(amounts.lines(action), key=lambda code: self._lines[code][0])
        return tuple(self._line(code, amounts.of(action, code)) for code in codes)

    def _line(self, code: str, figures: Mapping[str, Money]) -> LineFigures:
        _, line, kind = self._lines[code]
        return LineFigures(
            line=code, financeur=line.financeur, financeur_kind=kind, nature=line.nature, rank=line.rank, **figures
        )
