"""The engine: lines in their order, claims capped by the rules, a short enveloppe shared; a plan judged by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from ledger.allocation.engine.facts import ActionFacts, LineFacts, Request, RuleMissing, mobilisation
from ledger.allocation.engine.problem import asked_of, check_pins, state_problem
from ledger.allocation.engine.reading import GrantAccount, SharedProblem, account_of_grant, ruled_by
from ledger.allocation.engine.sharing import allocate_cents
from ledger.allocation.engine.steps import Step
from ledger.allocation.vocabulary import GrantLimit, RuleLimit
from ledger.core.money import Money, total
from ledger.referential.vocabulary import LineNature
from ledger.rules.book import NoRuleInForce, Rule, RuleBook
from ledger.rules.kinds import MobilisationOrder, SpareCent
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import SpareCents, Verdict


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
    explain: Callable[[], GrantAccount] = field(compare=False, repr=False)

    @cached_property
    def _account(self) -> GrantAccount:
        return self.explain()

    @property
    def limited_by(self) -> str:
        """What kept it from more: demande, statut, enveloppe, arbitrage, optimum, public_compte, regle: or inconnu:."""
        return self._account.limited_by

    @property
    def steps(self) -> tuple[Step, ...]:
        """Why, in words, when it is asked; the steps sum to `granted`, their reductions to request − grant."""
        return self._account.steps


@dataclass(frozen=True, slots=True)
class SharedLines(SharedProblem):
    """What the sharing of a problem grants: each line as it was shared, each grant with its account."""

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
                    partial(account_of_grant, self, index, at),
                )


def share_lines(actions: Sequence[ActionFacts], lines: Mapping[str, LineFacts], book: RuleBook) -> SharedLines:
    """How every line is shared: each action claims min(request, its ceilings, what each cap still leaves it).

    When the claims exceed the enveloppe each gets its claim × enveloppe ÷ claims, cut down, the spare cents as the
    rule says. Amounts fixed by arbitration come first. lines: every line that an action asks something of.
    raises: RuleMissing, CrossingCaps, ImpossiblePin.
    Sources: §5.4.1 and §5.4.2 (droit commun first), and the rules of the book.
    """
    problem = state_problem(actions, lines, book)
    check_pins(problem)
    rule = book.find(SpareCent, RuleSubject())
    kept = isinstance(rule, Rule) and rule.figures.sharing == SpareCents.ENVELOPPE
    shared = allocate_cents(problem.askings, problem.limits, keep_spare=kept)
    if not isinstance(rule, Rule) and any(each.certificate.short and each.certificate.budget for each in shared):
        raise RuleMissing(
            "Aucune règle ne dit qui porte le centime restant d'un partage.",
            "Ajoutez-la : cofiville regle ajouter CENTIME --genre centime --chiffre repartition=plus_fort_reste"
            " --libelle LIBELLE --du JOUR --source TEXTE.",
        )
    return SharedLines(problem, shared)


_PLENTY = Money(1 << 61)


def grant_beside_others(
    action: ActionFacts,
    request: Request,
    lines: Mapping[str, LineFacts],
    book: RuleBook,
    granted: Mapping[str, Money],
    beside: Sequence[ActionFacts] = (),
) -> Grant:
    """What the rules let the request have.

    granted: what other lines give the action. beside: other actions of its porteur, for what they are granted.
    raises: RuleMissing, CrossingCaps.
    """
    asking = replace(action, requests=(request,), granted=granted, pins={})
    others = [replace(each, requests=(), pins={}) for each in beside if each.number != action.number]
    plenty = replace(lines[request.line], available=_PLENTY)
    [found] = share_lines([asking, *others], {**lines, request.line: plenty}, book).grants()
    return found


@dataclass(frozen=True, slots=True)
class PlanJudgement:
    """What the rules say of one line of a plan (`line` empty: of the whole plan), and the rule that decides."""

    line: str
    rule: str
    verdict: Verdict
    requested: Money
    possible: Money
    text: str
    source: str
    steps: tuple[Step, ...]


def judge_plan(action: ActionFacts, lines: Mapping[str, LineFacts], book: RuleBook) -> list[PlanJudgement]:
    """One judgement on droit commun first (M8), then one per request, in the order of the lines; enveloppes set aside.

    raises: RuleMissing without an order of mobilisation.
    """
    requests = {request.line: request for request in action.requests}
    called = [line for line in mobilisation(lines, book) if line.code in requests]
    return [
        judge_droit_commun(action, lines, book),
        *(_of_line(action, line, requests[line.code], lines, book) for line in called),
    ]


def _of_line(
    action: ActionFacts, line: LineFacts, request: Request, lines: Mapping[str, LineFacts], book: RuleBook
) -> PlanJudgement:
    others = {each.line: each.amount for each in action.requests if each.line != request.line}
    found = grant_beside_others(action, request, lines, book, others)
    expected = request.amount - asked_of(action, line, request, book).elsewhere
    text = f"{found.granted.french()} possibles sur {request.amount.french()} demandés"
    rule = ruled_by(found.limited_by)
    source = _source(found.steps, rule)
    verdict = _verdict(found, expected)
    return PlanJudgement(line.code, rule, verdict, request.amount, found.granted, text, source, found.steps)


def _source(steps: Sequence[Step], rule: str) -> str:
    """The text that the deciding rule rests on; where no rule decides, the last one cited."""
    every = [each for step in steps for each in (step, *step.steps) if each.source]
    deciding = [step for step in every if step.rule == rule] or every
    return deciding[-1].source if deciding else ""


def _verdict(found: Grant, expected: Money) -> Verdict:
    if found.limited_by.startswith(RuleLimit.UNKNOWN.coded("")):
        return Verdict.UNKNOWN
    if found.limited_by == GrantLimit.STATUS:
        return Verdict.NOT_APPLICABLE
    return Verdict.RESPECTED if found.granted == expected else Verdict.BROKEN


def judge_droit_commun(action: ActionFacts, lines: Mapping[str, LineFacts], book: RuleBook) -> PlanJudgement:
    """Specific credits do not stand in for droit commun: it is asked too, or its absence has a reason (M8)."""
    amounts = {
        nature: total(each.amount for each in action.requests if lines[each.line].nature == nature)
        for nature in (LineNature.SPECIFIC, LineNature.DROIT_COMMUN)
    }
    rule = book.find(MobilisationOrder, RuleSubject())
    source, code = ("", "") if rule is None or isinstance(rule, NoRuleInForce) else (str(rule.source), rule.code)
    if not amounts[LineNature.SPECIFIC]:
        verdict, text = Verdict.NOT_APPLICABLE, "aucun crédit spécifique demandé"
    elif amounts[LineNature.DROIT_COMMUN]:
        verdict, text = Verdict.RESPECTED, f"droit commun demandé : {amounts[LineNature.DROIT_COMMUN].french()}"
    elif action.no_droit_commun_reason:
        verdict, text = Verdict.RESPECTED, f"sans droit commun, motif : {action.no_droit_commun_reason}"
    else:
        verdict, text = Verdict.BROKEN, "crédits spécifiques demandés sans droit commun, et sans motif"
    return PlanJudgement(
        "", code, verdict, amounts[LineNature.SPECIFIC], amounts[LineNature.DROIT_COMMUN], text, source, ()
    )
