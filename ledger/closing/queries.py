"""What decides each remainder, read from the rules, the conventions and the book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.allocation.record_authority_decision import programmed_by_authority
from ledger.closing.model import ClosingDecision
from ledger.closing.remainders import RemainderDecision, RemainderTerms
from ledger.conventions.model import Convention, Slice
from ledger.conventions.queries import conventions, epci_financeur, is_passed_on
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.grouping import grouped
from ledger.core.money import ZERO, Money, total
from ledger.core.period import french_day
from ledger.execution.figures import reversement_state
from ledger.journal.balances import balances
from ledger.journal.positions import AccountKey, Position
from ledger.referential.model import CreditLine
from ledger.referential.queries import find_line, find_porteur
from ledger.rules.book import Rule, rulebook
from ledger.rules.execution_kinds import Attachment, EnveloppeEnd
from ledger.rules.kinds import UnspentCredits
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Circuit, Clock, UnspentFate

_COMMITTED = (Position.ENGAGE, Position.ORDONNE, Position.VERSE, Position.A_RECOUVRER)
_NO_RULE = (UnspentFate.CANCEL, "Aucune règle de report : le crédit tombe avec l'exercice")


class RemainderReader:
    """The terms of each remainder of a year, each line and convention read once."""

    def __init__(self, session: Session, year: int) -> None:
        self._session, self._year, self._last_day = session, year, date(year, 12, 31)
        self._book = rulebook(session, Clock.MILLESIME, exercice=year)
        self._budget = rulebook(session, Clock.BUDGET_YEAR, exercice=year)
        self._epci = epci_financeur(session)
        self._conventions = {each.number: each for each in conventions(session)}
        self._slices = _waiting_slices(session, year)
        self._surplus = received_for_nobody(session, year, self._conventions)
        self._lines: dict[str, RemainderTerms] = {}

    def terms(self, key: AccountKey) -> RemainderTerms:
        """What the rules and the book say of this remainder."""
        if key.line not in self._lines:
            self._lines[key.line] = self._of_line(key.line)
        terms = self._lines[key.line]
        convention = self._conventions.get(key.convention)
        if convention is None:
            if terms.reserve and key.position is Position.PROGRAMME:
                return replace(terms, programmed=self._programmed(key))
            return terms
        decider = self._epci if convention.circuit == Circuit.BUDGET else terms.decider
        attachment = self._attachment(convention, find_line(self._session, key.line))
        owed = None
        if key.position is Position.BLOQUE and self._passes_on(convention, key.line):
            owed = reversement_state(self._session, convention.year, line=key.line).passing_on.owed_back
        return replace(terms, decider=decider, own=decider == self._epci, attachment=attachment, owed=owed)

    def _programmed(self, key: AccountKey) -> Money:
        """What the authority programmed for the action by the end of the year, and nothing else of it holds."""
        decided = programmed_by_authority(self._session, key.action, key.line, self._last_day)
        held = balances(self._session, action=key.action, line=key.line, positions=(*_COMMITTED, Position.PROGRAMME))
        elsewhere = (
            amount for at, amount in held.items() if at.position is not Position.PROGRAMME or at.year < key.year
        )
        return max(ZERO, decided - total(elsewhere))

    def _passes_on(self, convention: Convention, line: str) -> bool:
        return convention.kind == ConventionKind.RIGHT or is_passed_on(self._session, convention, line)

    def _of_line(self, code: str) -> RemainderTerms:
        line = find_line(self._session, code)
        subject = RuleSubject(line=code, financeur=line.financeur, line_nature=line.nature)
        rule = self._book.find(UnspentCredits, subject)
        outcome, words = _NO_RULE
        if isinstance(rule, Rule):
            outcome, words = rule.figures.fate, f"{rule.label} ({rule.source})"
        right, received, awaited = self._surplus.get(code, ("", ZERO, ZERO))
        return RemainderTerms(
            rule=outcome,
            words=words,
            decider=line.financeur,
            own=line.financeur == self._epci,
            ended=self._ended(subject),
            reserve=self._reserve(subject),
            lifted=self._lifted(subject),
            right=right,
            received=received,
            awaited=awaited,
            slices=tuple(self._slices.get(code, ())),
        )

    def _ended(self, subject: RuleSubject) -> str:
        rule = self._book.find(EnveloppeEnd, subject)
        if not isinstance(rule, Rule) or rule.figures.opens or rule.figures.last_day > self._last_day:
            return ""
        return f"{rule.label} : échue le {french_day(rule.figures.last_day)} ({rule.source})"

    def _reserve(self, subject: RuleSubject) -> str:
        rule = self._book.find(EnveloppeEnd, subject)
        if not isinstance(rule, Rule) or not rule.figures.opens:
            return ""
        when = "levée le" if self._lifted(subject) else "tenue jusqu'au"
        return f"{rule.label} : réserve {when} {french_day(rule.figures.last_day)} ({rule.source})"

    def _lifted(self, subject: RuleSubject) -> bool:
        rule = self._book.find(EnveloppeEnd, subject)
        return isinstance(rule, Rule) and rule.figures.opens and rule.figures.last_day <= self._last_day

    def _attachment(self, convention: Convention, line: CreditLine) -> Rule[Attachment] | None:
        kind = find_porteur(self._session, convention.beneficiary).kind if convention.beneficiary else ""
        subject = RuleSubject(line=line.code, porteur_kind=kind, financeur=line.financeur, line_nature=line.nature)
        rule = self._budget.find(Attachment, subject)
        return rule if isinstance(rule, Rule) else None


def received_for_nobody(
    session: Session, year: int, known: Mapping[str, Convention]
) -> dict[str, tuple[str, Money, Money]]:
    """By line passed on: the right acquired for the year, what came in beyond what is owed back or committed, and what
    is still awaited."""
    rights = {
        each.lines[0].line if each.lines else "": each.number
        for each in known.values()
        if each.kind == ConventionKind.RIGHT and each.year == year and each.state != ConventionStatus.CANCELLED
    }
    states = {line: reversement_state(session, year, line=line).passing_on for line in rights}
    found = {line: state.held - state.owed_back for line, state in states.items()}
    for key, amount in balances(session, positions=(Position.ENGAGE, Position.ORDONNE)).items():
        convention = known.get(key.convention)
        if convention is not None and convention.year == year and is_passed_on(session, convention, key.line):
            found[key.line] = found.get(key.line, ZERO) - amount
    return {line: (rights[line], found[line], state.awaited) for line, state in states.items() if found[line].cents > 0}


def _waiting_slices(session: Session, year: int) -> dict[str, list[str]]:
    query = select(Slice.line, Slice.convention).where(Slice.year == year + 1, Slice.opened_as.is_(None))
    return grouped((line, number) for line, number in session.execute(query.order_by(Slice.convention)))


def standing_decisions(session: Session, year: int) -> dict[AccountKey, RemainderDecision]:
    """The last decision taken on each remainder of the year."""
    query = select(ClosingDecision).where(ClosingDecision.year == year)
    found: dict[AccountKey, RemainderDecision] = {}
    for each in session.scalars(query.order_by(ClosingDecision.rank)):
        key = AccountKey(Position(each.position), each.line, year, each.convention, each.action)
        found[key] = RemainderDecision(each.amount, each.fate, each.reason, each.piece)
    return found
