"""The rules as of a day, as known at an instant: which version answers for a subject, or why none does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.period import Period, french_day
from ledger.core.source import Source
from ledger.rules.figures import Figures
from ledger.rules.kinds import stored_figures
from ledger.rules.model import RuleVersion
from ledger.rules.scope import RuleSubject, bears_on, precision
from ledger.rules.vocabulary import Clock
from ledger.storage.driver import Question, ask_server
from ledger.storage.session import context, own_rows

AnyFigures = TypeVar("AnyFigures", bound=Figures, covariant=True)


@dataclass(frozen=True)
class Rule(Generic[AnyFigures]):
    """One version of a rule, out of the base: figures, period, source, and whether it is to be confirmed."""

    id: int
    code: str
    scope: Mapping[str, str]
    figures: AnyFigures
    label: str
    period: Period
    source: Source
    link: str
    to_confirm: bool
    verified_on: date | None

    @property
    def kind(self) -> str:
        """The kind of the rule: "taux"."""
        return self.figures.kind

    def value(self) -> str:
        """The figures in French, flagged when they are to be confirmed."""
        return self.figures.text() + (" (à confirmer)" if self.to_confirm else "")

    def words(self) -> str:
        """What the rule says and where it is written: « label » (figures ; text, §), never its code."""
        return f"« {self.label} » ({self.value()} ; {self.source})"


@dataclass(frozen=True)
class NoRuleInForce:
    """The rule that bears on the subject has no version in force that day: the answer is unknown, never yes.

    with_contract: it ended because the contract did.
    """

    code: str
    label: str
    ended_on: date | None
    with_contract: bool = False

    def text(self) -> str:
        """Why there is no answer, in French."""
        since = f" depuis le {french_day(self.ended_on)}" if self.ended_on else " ce jour-là"
        contract = ", dernier jour du contrat" if self.with_contract else ""
        return f"règle {self.code} ({self.label}) : plus de version en vigueur{since}{contract}"


@dataclass(frozen=True)
class RuleBook:
    """Every rule that counts, as of the day that a clock decided; holds no session.

    contract_last: the contract's last day, with which the rules that decide amounts end; None where it has none.
    """

    day: date
    rules: tuple[Rule[Figures], ...]
    clock: Clock = Clock.MILLESIME
    contract_last: date | None = None
    _answers: dict[tuple[type[Figures], RuleSubject], Rule[Figures] | NoRuleInForce | None] = field(
        default_factory=dict, repr=False, compare=False
    )
    _kinds: dict[type[Figures], list[Rule[Figures]]] = field(default_factory=dict, repr=False, compare=False)

    def in_force(self) -> list[Rule[Figures]]:
        """The versions of kinds of this clock in force on the day, by code."""
        return [] if self.after_contract else [each for each in self.rules if self._counts(each)]

    def _counts(self, rule: Rule[Figures]) -> bool:
        return rule.figures.clock is self.clock and self.day in rule.period

    @property
    def after_contract(self) -> bool:
        """Whether its rules ended with the contract: they decide what it grants, and the day comes after its last.

        What is done about its grants afterwards (bilans, payments, time limits) still follows the rules of its own day.
        """
        ends = self.clock is Clock.MILLESIME and self.contract_last is not None
        return ends and self.contract_last < self.day  # type: ignore[operator] # None is told apart above

    def coded(self, code: str) -> Rule[Figures] | None:
        """The version of this code in force on the day; None where there is none."""
        return next((rule for rule in self.in_force() if rule.code == code), None)

    def among(self, rules: Iterable[Rule[Figures]]) -> RuleBook:
        """The same day, for these rules alone."""
        return RuleBook(self.day, tuple(rules), self.clock, self.contract_last)

    def find(self, figures: type[AnyFigures], subject: RuleSubject) -> Rule[AnyFigures] | NoRuleInForce | None:
        """The rule of this kind that answers for the subject: the most precise one that has begun.

        None when no rule of the kind bears on it. A Gap when the most precise one has ended and nothing follows,
        or when all are still to come. Asked of a kind of another clock, it is our mistake: the day would be wrong.
        """
        assert figures.clock is self.clock, f"{figures.kind} follows {figures.clock}, not {self.clock}"
        key = (figures, subject)
        if key not in self._answers:
            self._answers[key] = self._search(figures, subject)
        return self._answers[key]  # type: ignore[return-value]

    def _search(self, figures: type[Figures], subject: RuleSubject) -> Rule[Figures] | NoRuleInForce | None:
        if figures not in self._kinds:
            self._kinds[figures] = [rule for rule in self.rules if isinstance(rule.figures, figures)]
        bearing = [rule for rule in self._kinds[figures] if bears_on(rule.scope, subject)]
        if not bearing:
            return None
        begun = [rule for rule in bearing if rule.period.first <= self.day]
        if not begun:
            return NoRuleInForce(bearing[0].code, bearing[0].label, None)
        most = max(precision(rule.scope) for rule in begun)
        closest = [rule for rule in begun if precision(rule.scope) == most]
        for rule in closest:
            if self.day in rule.period:
                over = self.after_contract
                return NoRuleInForce(rule.code, rule.label, self.contract_last, with_contract=True) if over else rule
        last = max(closest, key=lambda rule: rule.period.first)
        return NoRuleInForce(last.code, last.label, last.period.last)


def rule_of(version: RuleVersion) -> Rule[Figures]:
    """The version of a rule as the rest of the program reads it: figures, period, source."""
    return Rule(
        id=version.id,
        code=version.code,
        scope=version.scope,
        figures=stored_figures(version.kind, version.figures),
        label=version.label,
        period=Period(version.first_day, version.last_day),
        source=Source(version.source_text, version.source_article),
        link=version.source_link,
        to_confirm=version.to_confirm,
        verified_on=version.verified_on,
    )


def standing_versions(versions: Iterable[RuleVersion]) -> list[RuleVersion]:
    """The versions that no other of them supersedes, by code then first day."""
    known = list(versions)
    superseded = {version.supersedes for version in known}
    return sorted((v for v in known if v.id not in superseded), key=lambda v: (v.code, v.first_day))


def rulebook(
    session: Session,
    clock: Clock,
    *,
    exercice: int | None = None,
    day: date | None = None,
    known_at: datetime | None = None,
) -> RuleBook:
    """The rules of the contract that hold by this clock: the one answer to "the rules of which day?".

    exercice: whose money it is (MILLESIME), whose budget bears the operation (BUDGET_YEAR). day: of the decision, None
    where none is taken and the end of the exercice decides (MILLESIME); of the act (ACT).
    known_at: only what was recorded by then; None for all that is written.
    """
    read = _read(session, known_at)
    return read.book(clock, holding_day(clock, exercice, day, read.contract_last))


def holding_day(clock: Clock, exercice: int | None, day: date | None, contract_last: date | None = None) -> date:
    """The day whose versions hold; see Clock and rulebook.

    contract_last: the contract's last day, where the exercice ends for what it grants if it comes before 31 December.
    """
    if clock is Clock.ACT:
        assert day is not None
        return day
    assert exercice is not None
    first, last = date(exercice, 1, 1), date(exercice, 12, 31)
    if clock is Clock.BUDGET_YEAR:
        return last
    if contract_last is not None and first <= contract_last:
        last = min(last, contract_last)
    return last if day is None else min(max(day, first), last)


def supposed_rulebook(session: Session, day: date) -> RuleBook:
    """The rules that decide amounts as they are this day, whatever the exercice: to suppose, never to decide by."""
    return _read(session, None).book(Clock.MILLESIME, day)


def rules_in_force(session: Session, day: date, known_at: datetime | None = None) -> list[Rule[Figures]]:
    """Every version in force that day, of any kind, by code: a list to be read, which answers for no subject."""
    return [rule for rule in _read(session, known_at).rules if day in rule.period]


def contract_last_day(session: Session) -> date | None:
    """The last day of the session's contract, its prolongations included; None where nobody has said it."""
    return _read(session, None).contract_last


@dataclass(frozen=True, slots=True)
class RulesRead:
    """The rules of a contract as they were read, its last day, and the books made of them."""

    rules: tuple[Rule[Figures], ...]
    contract_last: date | None
    books: dict[tuple[Clock, date], RuleBook] = field(default_factory=dict)

    def book(self, clock: Clock, day: date) -> RuleBook:
        """Its book for this day."""
        key = (clock, day)
        if key not in self.books:
            self.books[key] = RuleBook(day, self.rules, clock, self.contract_last)
        return self.books[key]


@dataclass(slots=True)
class SessionRules:
    """The rules a session has read, by contract, number of versions written, and last day of the contract."""

    read: dict[tuple[str, int, date | None], RulesRead] = field(default_factory=dict)


_WRITTEN = Question(
    "SELECT (SELECT count(*) FROM rule_version WHERE rule_version.contract = own.contract), COALESCE("
    "(SELECT ends_on FROM contract_act WHERE contract_act.contract = own.contract AND kind = 'prolongation'"
    " ORDER BY rank DESC LIMIT 1), own.ends_on)"
    " FROM (SELECT code AS contract, ends_on FROM contract) own WHERE own.contract = ?"
)


def _read(session: Session, known_at: datetime | None) -> RulesRead:
    # Asked at every decision, and rules and prolongations are entered flushed: the driver alone answers.
    [[(written, stored)]] = ask_server(session, _WRITTEN)
    last = date.fromisoformat(stored) if isinstance(stored, str) else stored
    query = select(RuleVersion.__table__).where(own_rows(session, RuleVersion.__table__))
    if known_at is not None:
        return RulesRead(_rules(session, query.where(RuleVersion.recorded_at <= known_at)), last)
    held, key = context(session).kept(SessionRules).read, (context(session).contract, written, last)
    if key not in held:
        held[key] = RulesRead(_rules(session, query), last)
    return held[key]


def _rules(session: Session, query: Any) -> tuple[Rule[Figures], ...]:
    versions: Iterable[Any] = session.execute(query)
    return tuple(rule_of(version) for version in standing_versions(versions))
