"""The engine: lines in their order, claims capped by the rules, a short enveloppe shared in proportion. Pure, exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from ledger.allocation.facts import ActionFacts, LineFacts
from ledger.allocation.mobilisation import RuleMissing
from ledger.allocation.pins import check_pins
from ledger.allocation.problem import state_problem
from ledger.allocation.reading import Account, SharedProblem, account
from ledger.allocation.sharing import allocate_cents
from ledger.allocation.steps import Step
from ledger.core.money import Money
from ledger.rules.book import Rule, RuleBook
from ledger.rules.kinds import SpareCent
from ledger.rules.scope import Subject


@dataclass(frozen=True)
class Grant:
    """What an action is granted on a line: never above the request.

    claimed: what it had in the sharing of the line, once under every cap; the amount itself when it was fixed.
    """

    action: str
    line: str
    requested: Money
    claimed: Money
    granted: Money
    told: Callable[[], Account] = field(compare=False, repr=False)

    @cached_property
    def _account(self) -> Account:
        return self.told()

    @property
    def limited_by(self) -> str:
        """What kept it from more: demande, statut, enveloppe, arbitrage, optimum, public_compte, regle: or inconnu:."""
        return self._account.limited_by

    @property
    def steps(self) -> tuple[Step, ...]:
        """Why, in words, when it is asked; the steps sum to `granted`, their reductions to request − grant."""
        return self._account.steps


@dataclass(frozen=True, slots=True)
class Outcome(SharedProblem):
    """What the sharing of a problem grants."""

    def grants(self) -> Iterator[Grant]:
        """Every request on every line, line after line."""
        for index, line in enumerate(self.problem.lines):
            shared, asking = self.shared[index], self.problem.askings[index]
            for at, place in enumerate(asking.places):
                yield Grant(
                    self.problem.actions[place].number,
                    line.code,
                    self.problem.requests[index][at].amount,
                    Money(shared.claims[at]),
                    Money(shared.grants[at]),
                    partial(account, self, index, at),
                )


def decide(actions: Sequence[ActionFacts], lines: Mapping[str, LineFacts], book: RuleBook) -> Outcome:
    """How every line is shared: each action claims min(request, its ceilings, what each cap still leaves it).

    When the claims exceed the enveloppe each gets its claim × enveloppe ÷ claims, cut down, the spare cents as the
    rule says. Amounts fixed by arbitration come first. lines: every line that an action asks something of.
    raises: RuleMissing, CrossingCaps, ImpossiblePin.
    Sources: §5.4.1 and §5.4.2 (droit commun first), and the rules of the book.
    """
    problem = state_problem(actions, lines, book)
    check_pins(problem)
    rule = book.find(SpareCent, Subject())
    kept = isinstance(rule, Rule) and rule.figures.sharing == "enveloppe"
    shared = allocate_cents(problem.askings, problem.limits, keep_spare=kept)
    if not isinstance(rule, Rule) and any(each.certificate.short and each.certificate.budget for each in shared):
        raise RuleMissing(
            "Aucune règle ne dit qui porte le centime restant d'un partage.", "Ajoutez-la : cofiville regle ajouter."
        )
    return Outcome(problem, shared)


def allocate(actions: Sequence[ActionFacts], lines: Mapping[str, LineFacts], book: RuleBook) -> list[Grant]:
    """What `decide` grants, by action, then in the order of the lines."""
    return sorted(decide(actions, lines, book).grants(), key=lambda grant: grant.action)
