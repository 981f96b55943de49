"""Judging a plan under the rules without granting anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.allocation.alone import alone
from ledger.allocation.engine import Grant
from ledger.allocation.facts import ActionFacts, LineFacts, Request
from ledger.allocation.mobilisation import mobilisation
from ledger.allocation.problem import asked_of
from ledger.allocation.steps import Step
from ledger.allocation.words import BY_STATUS, ruled_by
from ledger.core.money import Money, total
from ledger.referential.vocabulary import LineNature
from ledger.rules.book import Gap, RuleBook
from ledger.rules.kinds import MobilisationOrder
from ledger.rules.scope import Subject
from ledger.rules.vocabulary import Verdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say of one line of a plan (`line` empty: of the whole plan), and the rule that decides."""

    line: str
    rule: str
    verdict: Verdict
    requested: Money
    possible: Money
    text: str
    source: str
    steps: tuple[Step, ...]


def judge(action: ActionFacts, lines: Mapping[str, LineFacts], book: RuleBook) -> list[Judgement]:
    """One judgement on droit commun first (M8), then one per request, in the order of the lines; enveloppes set aside.

    raises: RuleMissing without an order of mobilisation.
    """
    requests = {request.line: request for request in action.requests}
    called = [line for line in mobilisation(lines, book) if line.code in requests]
    return [
        _droit_commun_first(action, lines, book),
        *(_of_line(action, line, requests[line.code], lines, book) for line in called),
    ]


def _of_line(
    action: ActionFacts, line: LineFacts, request: Request, lines: Mapping[str, LineFacts], book: RuleBook
) -> Judgement:
    others = {each.line: each.amount for each in action.requests if each.line != request.line}
    found = alone(action, request, lines, book, others)
    expected = request.amount - asked_of(action, line, request, book).elsewhere
    text = f"{found.granted.french()} possibles sur {request.amount.french()} demandés"
    rule = ruled_by(found.limited_by)
    source = _source(found.steps, rule)
    verdict = _verdict(found, expected)
    return Judgement(line.code, rule, verdict, request.amount, found.granted, text, source, found.steps)


def _source(steps: Sequence[Step], rule: str) -> str:
    """The text that the deciding rule rests on; where no rule decides, the last one cited."""
    every = [each for step in steps for each in (step, *step.steps) if each.source]
    deciding = [step for step in every if step.rule == rule] or every
    return deciding[-1].source if deciding else ""


def _verdict(found: Grant, expected: Money) -> Verdict:
    if found.limited_by.startswith("inconnu:"):
        return Verdict.UNKNOWN
    if found.limited_by == BY_STATUS:
        return Verdict.NOT_APPLICABLE
    return Verdict.RESPECTED if found.granted == expected else Verdict.BROKEN


def _droit_commun_first(action: ActionFacts, lines: Mapping[str, LineFacts], book: RuleBook) -> Judgement:
    """Specific credits do not stand in for droit commun: it is asked too, or its absence has a reason (M8)."""
    amounts = {
        nature: total(each.amount for each in action.requests if lines[each.line].nature == nature)
        for nature in (LineNature.SPECIFIC, LineNature.DROIT_COMMUN)
    }
    rule = book.find(MobilisationOrder, Subject())
    source, code = ("", "") if rule is None or isinstance(rule, Gap) else (str(rule.source), rule.code)
    if not amounts[LineNature.SPECIFIC]:
        verdict, text = Verdict.NOT_APPLICABLE, "aucun crédit spécifique demandé"
    elif amounts[LineNature.DROIT_COMMUN]:
        verdict, text = Verdict.RESPECTED, f"droit commun demandé : {amounts[LineNature.DROIT_COMMUN].french()}"
    elif action.no_droit_commun_reason:
        verdict, text = Verdict.RESPECTED, f"sans droit commun, motif : {action.no_droit_commun_reason}"
    else:
        verdict, text = Verdict.BROKEN, "crédits spécifiques demandés sans droit commun, et sans motif"
    return Judgement(
        "", code, verdict, amounts[LineNature.SPECIFIC], amounts[LineNature.DROIT_COMMUN], text, source, ()
    )
