"""The three time limits, never to be mixed up: on what is owed by the EPCI, on a titre, on a grant to be reclaimed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.queries import conventions
from ledger.core.money import Money, total
from ledger.execution.queries import bilans_of_conventions, convention_balances, of_position
from ledger.execution.recoveries.issue_titre import titre_states, to_recover
from ledger.journal.positions import Position
from ledger.rules.book import Rule, rulebook
from ledger.rules.execution_kinds import DebtLimit, RestitutionLimit, TimeLimit, TitreLimit
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Circuit, Clock


@dataclass(frozen=True, slots=True)
class RightDeadline:
    """A right that ends one day: what it bears on, how much, since when, until when, by which rule and source.

    until: None where no rule answers.
    """

    right: str
    subject: str
    debtor: str
    amount: Money
    born_on: date
    until: date | None
    rule: str
    source: str


def deadlines(session: Session, on: date) -> list[RightDeadline]:
    """Every right of the EPCI born by this day and still to be exercised or honoured, the first to end first.

    Not those of other financeurs, which recover what they paid themselves.
    """
    found = [each for each in (*_titres(session), *_by_convention(session)) if each.born_on <= on]
    return sorted(found, key=lambda each: (each.until or date.max, each.subject))


def _limited(
    session: Session, kind: type[TimeLimit], right: str, subject: str, debtor: str, amount: Money, born_on: date
) -> RightDeadline:
    rule = rulebook(session, Clock.ACT, day=born_on).find(kind, RuleSubject())
    if not isinstance(rule, Rule):
        return RightDeadline(right, subject, debtor, amount, born_on, None, "", "aucune règle")
    until = rule.figures.last_day(born_on)
    return RightDeadline(right, subject, debtor, amount, born_on, until, rule.code, str(rule.source))


def _titres(session: Session) -> Iterator[RightDeadline]:
    budget = {each.number for each in conventions(session) if each.circuit == Circuit.BUDGET}
    for state in titre_states(session):
        if (owed := state.left + state.admitted) and state.titre.convention in budget:
            titre = state.titre
            yield _limited(
                session,
                TitreLimit,
                "encaisser un titre",
                titre.reference,
                titre.convention,
                owed,
                titre.issued_on,
            )


def _by_convention(session: Session) -> Iterator[RightDeadline]:
    for each in conventions(session):
        settled = bilans_of_conventions(session, each.number)
        if each.circuit != Circuit.BUDGET or each.beneficiary is None or not settled:
            continue
        known = max(bilan.settled_on for bilan in settled.values())
        if claim := total(to_recover(session, each).values()):
            what = "redemander une subvention"
            yield _limited(session, RestitutionLimit, what, each.number, each.beneficiary, claim, known)
        held = of_position(convention_balances(session, each.number), Position.ENGAGE, Position.ORDONNE)
        if due := total(amount for key, amount in held.items() if key.action in settled):
            yield _limited(session, DebtLimit, "payer ce qui est dû", each.number, each.payer, due, known)
