"""Reading one grant: the same figures taken again for one action, line after line, and said in words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from ledger.allocation.sharing import NO_LIMIT, Shared
from ledger.allocation.steps import Step, cut, information
from ledger.allocation.words import (
    BY_ENVELOPPE,
    BY_OPTIMUM,
    BY_PIN,
    BY_STATUS,
    Said,
    said_request,
    said_unknown,
)
from ledger.core.money import ZERO, Money
from ledger.core.rate import french_rate
from ledger.rules.book import Gap, Rule
from ledger.rules.kinds import SpareCent
from ledger.rules.scope import Subject

if TYPE_CHECKING:
    from ledger.allocation.caps import Cap
    from ledger.allocation.problem import Problem
    from ledger.allocation.sharing import Shared


SEQUENTIAL, REPAIR, EQUITY = "sequentiel", "reparation", "equite"


@dataclass(frozen=True, slots=True)
class Account:
    """What limits a grant, and the steps that sum to it."""

    limited_by: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class SharedProblem:
    """A problem and how each of its lines was shared; method: by the engine, or by the optimum, then from `before`."""

    problem: Problem
    shared: Sequence[Shared]
    method: str = SEQUENTIAL
    before: Sequence[Shared] = ()


def account(outcome: SharedProblem, index: int, at: int) -> Account:
    """How the grant at this rank of this line was found: request, rates, caps, coefficient, cent left over."""
    problem, found = outcome.problem, outcome.shared[index]
    place = problem.askings[index].places[at]
    action, line, request = problem.actions[place], problem.lines[index], problem.requests[index][at]
    if not action.counts(request):
        why = request.observation or ("action écartée" if not action.in_the_running else "demande non recevable")
        return Account(BY_STATUS, said_unknown(request.amount, why, ""))
    claimed = said_request(problem, action, line, request)
    if not claimed.open:
        return Account(claimed.limited_by, claimed.steps)
    assert claimed.amount.cents == problem.askings[index].bounds[at]
    if place in problem.askings[index].pins:
        return Account(BY_PIN, (*claimed.steps, *_fixed(claimed.amount, Money(found.grants[at]))))
    if outcome.method == EQUITY:
        return _fair(claimed, Money(found.grants[at]))
    shared = _in_turn(problem, outcome.before or outcome.shared, index, at, claimed)
    return shared if outcome.method == SEQUENTIAL else _moved(shared, outcome, index, at)


def _in_turn(problem: Problem, shared: Sequence[Shared], index: int, at: int, claimed: Said) -> Account:
    """The request once its line is called after the others: caps, ceilings by porteur, coefficient, cent left over."""
    place, found = problem.askings[index].places[at], shared[index]
    limited_by, steps, left = claimed.limited_by, list(claimed.steps), claimed.amount
    for cap, room in _rooms(problem, shared, index, place):
        if room < left:
            limited_by = f"inconnu:{cap.rule.code}" if isinstance(cap.rule, Gap) else f"regle:{cap.rule.code}"
            words = cap.words(problem.actions[place])
            steps.append(_capped(cap, left - room, words, problem, shared, index, place))
            left = room
    assert left.cents == found.allowed[at]
    if found.claims[at] != left.cents:
        limited_by, step = _grouped(problem, index, at, left, Money(found.claims[at]))
        steps.append(step)
    shares = _shared(problem, found, index, at)
    return Account(BY_ENVELOPPE if shares else limited_by, (*steps, *shares))


def _fair(claimed: Said, granted: Money) -> Account:
    if granted == claimed.amount:
        return Account(claimed.limited_by, claimed.steps)
    words = "équité : part servie par cette ligne, à satisfaction égale des actions qui se partagent les mêmes crédits"
    return Account(BY_OPTIMUM, (*claimed.steps, cut(claimed.amount - granted, words)))


def _moved(shared: Account, outcome: SharedProblem, index: int, at: int) -> Account:
    moved = Money(outcome.shared[index].grants[at] - outcome.before[index].grants[at])
    if not moved:
        return shared
    words = "réparation : déplacé d'une ligne à l'autre pour servir la plus grande somme possible"
    return Account(BY_OPTIMUM, (*shared.steps, Step(moved, words, reduction=-moved)))


def _fixed(most: Money, amount: Money) -> tuple[Step, ...]:
    words = f"montant fixé par arbitrage : {amount.french()}"
    return (cut(most - amount, words),) if amount != most else (information(words),)


def _rooms(problem: Problem, shared: Sequence[Shared], index: int, place: int) -> list[tuple[Cap, Money]]:
    """Each cap that the line counts in, with what it leaves the action when the line is called, in cents."""
    action, line = problem.actions[place], problem.lines[index]
    rooms = []
    for cap in problem.caps.of(action):
        if line.code not in cap.lines:
            continue
        limit = problem.limits[problem.cap_keys[cap.key]][place]
        assert limit < NO_LIMIT
        rooms.append((cap, Money(limit - used(problem, shared, cap.lines, place, index))))
    return rooms


def used(problem: Problem, shared: Sequence[Shared], lines: frozenset[str], place: int, until: int) -> int:
    """What these lines give the action before the line `until` is called: the earlier ones, and amounts fixed."""
    taken = 0
    for index, line in enumerate(problem.lines):
        if line.code not in lines:
            continue
        asking = problem.askings[index]
        if index < until:
            at = bisect_left(asking.places, place)
            if at < len(asking.places) and asking.places[at] == place:
                taken += shared[index].grants[at]
        else:
            taken += asking.pins.get(place, 0)
    return taken


def _capped(
    cap: Cap, lost: Money, words: str, problem: Problem, shared: Sequence[Shared], index: int, place: int
) -> Step:
    action = problem.actions[place]
    granted = sum(amount.cents for line, amount in action.granted.items() if line in cap.lines)
    others = Money(used(problem, shared, cap.lines, place, index) + granted)
    if isinstance(cap.rule, Gap):
        return cut(lost, words, "", cap.rule.code)
    said = f"{words}, dont {(others + cap.beside(action, problem.elsewhere(action))).french()} par ailleurs"
    return cut(lost, said, str(cap.rule.source), cap.rule.code)


def _grouped(problem: Problem, index: int, at: int, before: Money, after: Money) -> tuple[str, Step]:
    asking = problem.askings[index]
    action, line = problem.actions[asking.places[at]], problem.lines[index]
    terms = problem.terms.of(action, line)
    floored = after == ZERO and terms.floor is not None
    rule = terms.floor if floored else terms.ceiling
    assert rule is not None
    what = "montant sous le plancher" if floored else f"plafond du porteur {action.porteur} sur {line.code}"
    words = f"{what} : {rule.value()}"
    return f"regle:{rule.code}", cut(before - after, words, str(rule.source), rule.code)


def _shared(problem: Problem, found: Shared, index: int, at: int) -> list[Step]:
    """The steps of a short enveloppe: the coefficient, then the cent left over."""
    certificate, claim, grant = found.certificate, found.claims[at], found.grants[at]
    line = problem.lines[index]
    if not certificate.short or not claim:
        return []
    if not certificate.budget:
        why = "aucun crédit notifié" if line.available is None else "plus de crédit disponible"
        return [cut(Money(claim), f"{why} sur {line.code}")]
    rule = problem.book.find(SpareCent, Subject())
    source, code = (str(rule.source), rule.code) if isinstance(rule, Rule) else ("", "")
    floor = certificate.floor(claim)
    words = (
        f"enveloppe insuffisante : {Money(certificate.budget).french()} disponibles pour"
        f" {Money(certificate.claims).french()} de demandes plafonnées,"
        f" coefficient {french_rate(Fraction(certificate.budget, certificate.claims))}"
    )
    steps = [cut(Money(claim - floor), words, source, code)]
    if grant != floor:
        text = "centime restant du partage, au plus fort reste"
        steps.append(Step(Money(grant - floor), text, source, (), code, Money(floor - grant)))
    return steps
