"""The queue of bilans: each due by its rule, given, late or with more time; those the EPCI owes stand in it too."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import Select, exists, func, inspect, select
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention, ConventionLine
from ledger.conventions.queries import conventions, epci_financeur
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.period import months_after
from ledger.execution.bilans.model import BilanExtension, BilanReminder, BilanSent
from ledger.execution.model import Bilan
from ledger.execution.vocabulary import BilanState
from ledger.journal.balances import balances
from ledger.journal.positions import Position
from ledger.programming.actions.model import Action
from ledger.referential.model import Porteur
from ledger.referential.vocabulary import PorteurKind
from ledger.rules.book import Rule, rulebook
from ledger.rules.execution_kinds import BilanDelay
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Circuit, Clock

AT_STAKE = (Position.ENGAGE, Position.ORDONNE, Position.VERSE, Position.A_RECOUVRER)
_SIGNED = (ConventionStatus.SIGNED, ConventionStatus.SETTLED)


@dataclass(frozen=True, slots=True)
class ExpectedBilan:
    """A bilan expected for one action of a convention: when it is due, and whether it is given or late.

    owed_by: the porteur; the EPCI for what it owes a financeur itself (`by_epci`). due_on: None when no rule says,
    and `rule`, the code of the one that does, "" (loi 2000-321, art. 10). until: the day more time was granted to.
    given_on: the day it was settled or sent.
    """

    convention: Convention
    action: str
    owed_by: str
    by_epci: bool
    owed_to: str
    due_on: date | None
    rule: str
    until: date | None
    given_on: date | None
    reminders: tuple[BilanReminder, ...]

    @property
    def limit(self) -> date | None:
        """The last day to give it, more time included."""
        return max(filter(None, (self.due_on, self.until)), default=None)

    @property
    def to_the_epci(self) -> bool:
        """Whether the EPCI awaits it: what a porteur owes for money of the EPCI's budget."""
        return not self.by_epci and self.convention.circuit == Circuit.BUDGET

    def days_late(self, on: date) -> int:
        """How many days after its limit it still misses; 0 when it does not."""
        if self.given_on is not None or self.limit is None:
            return 0
        return max(0, (on - self.limit).days)

    def state(self, on: date) -> str:
        """A BilanState, on this day."""
        if self.given_on is not None:
            return BilanState.GIVEN
        if self.limit is None:
            return BilanState.WITHOUT_RULE
        if self.days_late(on):
            return BilanState.LATE
        if self.until is not None and self.due_on is not None and self.due_on < on:
            return BilanState.PROLONGED
        return BilanState.DUE if on > date(self.convention.year, 12, 31) else BilanState.TO_COME


def bilan_queue(
    session: Session,
    on: date,
    *,
    year: int | None = None,
    porteur: str | None = None,
    porteurs: Collection[str] | None = None,
    before: int | None = None,
) -> list[ExpectedBilan]:
    """Every bilan expected of conventions signed, by limit then number; those at stake for nothing are left out.

    year: one millésime. porteur: what this one owes; porteurs: what these owe. before: only of millésimes before
    this one, and only what is not settled by that day.
    """
    numbers = None if before is None else _not_settled(on, before)
    chosen = [
        each
        for each in conventions(session, year, porteur, beneficiaries=porteurs, numbers=numbers, states=_SIGNED)
        if each.kind != ConventionKind.ORDER
    ]
    if not chosen:
        return []
    every = year is None and porteur is None and porteurs is None and before is None
    facts = _Facts(session, chosen, None if every else [each.number for each in chosen])
    found = [expected for each in chosen for expected in facts.of(each)]
    return sorted(found, key=lambda each: (each.limit or date.max, each.convention.number, each.action))


def overdue_bilans(session: Session, porteurs: Collection[str], on: date) -> list[ExpectedBilan]:
    """The bilans these porteurs should have given by this day: none is late before its exercice ends."""
    earlier = select(Convention.beneficiary).where(
        Convention.beneficiary.in_(porteurs),
        Convention.year < on.year,
    )
    owing = {each for each in session.scalars(earlier) if each is not None}
    if not owing:
        return []
    return [each for each in bilan_queue(session, on, porteurs=owing) if each.days_late(on)]


Fact = TypeVar("Fact", BilanExtension, BilanReminder, BilanSent)


def _rows(session: Session, entity: type[Fact], numbers: Sequence[str] | None) -> Sequence[Fact]:
    query = select(entity)
    if numbers is not None:
        query = query.where(entity.convention.in_(numbers))
    return session.scalars(query.order_by(*inspect(entity).primary_key)).all()


def _not_settled(on: date, before: int) -> Select[str]:
    """The conventions signed of which an action, or the whole for a right acquired, has no bilan by this day."""
    settled = exists().where(
        Bilan.convention == ConventionLine.convention,
        Bilan.action == ConventionLine.action,
        Bilan.undone_on.is_(None),
        Bilan.settled_on <= on,
    )
    return (
        select(Convention.number)
        .join(
            ConventionLine,
            ConventionLine.convention == Convention.number,
        )
        .where(
            Convention.year < before,
            Convention.state.in_(_SIGNED),
            ~settled,
        )
        .distinct()
    )


def _actions(session: Session, years: Collection[int]) -> dict[str, tuple[str, str]]:
    """The dispositif and the nature of each action that conventions of these years carry."""
    query = (
        select(Action.number, Action.dispositif, Action.nature)
        .join(ConventionLine, ConventionLine.action == Action.number)
        .join(
            Convention,
            Convention.number == ConventionLine.convention,
        )
        .where(Convention.year.in_(years))
        .distinct()
    )
    return {number: (dispositif, nature) for number, dispositif, nature in session.execute(query)}


def given_on(session: Session, actions: Collection[str]) -> dict[str, date]:
    """The day the bilan of each of these actions was given: it is the action's, whatever convention it settled."""
    query = select(Bilan.action, func.min(Bilan.settled_on)).where(Bilan.undone_on.is_(None)).group_by(Bilan.action)
    return {action: day for action, day in session.execute(query) if action in actions}


class _Facts:
    """What is known around bilans, read once for the whole queue, or for these conventions."""

    def __init__(self, session: Session, chosen: Sequence[Convention], numbers: Sequence[str] | None) -> None:
        signed = {each.signed_on for each in chosen if each.signed_on is not None}
        self._books = {day: rulebook(session, Clock.ACT, day=day) for day in signed}
        self._kinds = dict(session.execute(select(Porteur.code, Porteur.kind)).all())
        self._actions = _actions(session, {each.year for each in chosen})
        self._epci = epci_financeur(session)
        self._given = given_on(session, {line.action for each in chosen for line in each.lines})
        extensions = _rows(session, BilanExtension, numbers)
        self._extended = {(each.convention, each.action): each.until for each in extensions}
        self._reminders: dict[tuple[str, str], list[BilanReminder]] = {}
        for sent in _rows(session, BilanReminder, numbers):
            self._reminders.setdefault((sent.convention, sent.action), []).append(sent)
        self._sent = {each.convention: each.sent_on for each in _rows(session, BilanSent, numbers)}
        held = balances(session, conventions=numbers, positions=AT_STAKE)
        self._at_stake = {(key.convention, key.action) for key in held}

    def of(self, convention: Convention) -> Iterator[ExpectedBilan]:
        """The bilans expected of one convention."""
        if convention.kind == ConventionKind.RIGHT:
            yield self._expected(convention, "", RuleSubject(financeur=convention.payer), by_epci=True)
            return
        assert convention.beneficiary is not None
        kind = self._kinds[convention.beneficiary]
        for number in sorted({line.action for line in convention.lines}):
            if (convention.number, number) not in self._at_stake:
                continue
            dispositif, nature = self._actions[number]
            subject = RuleSubject(dispositif=dispositif, porteur_kind=kind, nature=nature, financeur=convention.payer)
            yield self._expected(convention, number, subject, by_epci=kind == PorteurKind.EPCI)

    def _expected(self, convention: Convention, action: str, subject: RuleSubject, *, by_epci: bool) -> ExpectedBilan:
        key = (convention.number, action)
        assert convention.signed_on is not None
        rule = self._books[convention.signed_on].find(BilanDelay, subject)
        given = self._given.get(action) or (self._sent.get(convention.number) if by_epci else None)
        return ExpectedBilan(
            convention=convention,
            action=action,
            owed_by=convention.beneficiary or self._epci,
            by_epci=by_epci,
            owed_to=convention.payer,
            due_on=months_after(date(convention.year, 12, 31), rule.figures.months) if isinstance(rule, Rule) else None,
            rule=rule.code if isinstance(rule, Rule) else "",
            until=self._extended.get(key),
            given_on=given,
            reminders=tuple(self._reminders.get(key, ())),
        )
