"""The problem of a year made compact: who asks each line, the most each may have, the caps its grants count in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ledger.allocation.caps import Cap, CapBook
from ledger.allocation.epci_split import EpciShare, epci_share
from ledger.allocation.facts import ActionFacts, LineFacts, Request, alike
from ledger.allocation.groups import Groups
from ledger.allocation.mobilisation import mobilisation
from ledger.allocation.sharing import NO_LIMIT, Asking
from ledger.allocation.terms import Terms, TermsBook, unknown_of
from ledger.core.money import ZERO, Money
from ledger.rules.book import Gap, RuleBook
from ledger.rules.limits import AmountCeiling, AmountFloor


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks of the line itself: all of it, or this EPCI's share of a common part (§5.4.3.3).

    elsewhere: what the other EPCI is expected to bear. unknown: why the share cannot be told.
    """

    amount: Money
    elsewhere: Money = ZERO
    share: EpciShare | None = None
    unknown: tuple[str, str, str] | None = None


def asked_of(action: ActionFacts, line: LineFacts, request: Request, book: RuleBook) -> Asked:
    """What the request asks of this line."""
    if not request.shared:
        return Asked(request.amount)
    found = epci_share(request.amount, line.financeur, action.public, book)
    if found is None or isinstance(found, Gap):
        return Asked(ZERO, unknown=unknown_of(found, "cle_epci"))
    return Asked(found.own, request.amount - found.own, found)


@dataclass(slots=True)
class Problem:
    """Actions by number, lines in their order, and for each line the requests made of it, parallel to its asking."""

    actions: Sequence[ActionFacts]
    lines: Sequence[LineFacts]
    book: RuleBook
    terms: TermsBook
    caps: CapBook
    requests: list[list[Request]] = field(default_factory=list)
    askings: list[Asking] = field(default_factory=list)
    limits: list[list[int]] = field(default_factory=list)
    cap_keys: dict[tuple[str, frozenset[str]], int] = field(default_factory=dict)

    def elsewhere(self, action: ActionFacts) -> Money:
        """The public funding that the other EPCI is expected to bring to the action."""
        by_code = {line.code: line for line in self.lines}
        shared = [each for each in action.requests if each.shared and action.counts(each) and each.line in by_code]
        return Money(sum(asked_of(action, by_code[each.line], each, self.book).elsewhere.cents for each in shared))


def state_problem(actions: Iterable[ActionFacts], lines: Mapping[str, LineFacts], book: RuleBook) -> Problem:
    """The problem of these actions; requests granted already are left out, their amounts taken off the caps.

    raises: RuleMissing without an order of mobilisation, CrossingCaps.
    """
    ordered = sorted(actions, key=lambda action: action.number)
    problem = Problem(ordered, mobilisation(lines, book), book, TermsBook(book), CapBook(book, lines))
    _state_requests(problem)
    _state_caps(problem)
    return problem


def _state_requests(problem: Problem) -> None:
    at = {line.code: index for index, line in enumerate(problem.lines)}
    places: list[list[int]] = [[] for _ in problem.lines]
    bounds: list[list[int]] = [[] for _ in problem.lines]
    problem.requests = [[] for _ in problem.lines]
    for place, action in enumerate(problem.actions):
        sort = alike(action)
        for request in action.requests:
            if request.line in action.granted or request.line not in at:
                continue
            index = at[request.line]
            places[index].append(place)
            problem.requests[index].append(request)
            bounds[index].append(_bound(problem, action, sort, problem.lines[index], request))
    pinned = [place for place, action in enumerate(problem.actions) if action.pins]
    for index, line in enumerate(problem.lines):
        asking = Asking((line.available or ZERO).cents, places[index], bounds[index])
        asking.pins = {
            place: problem.actions[place].pins[line.code].cents
            for place in pinned
            if line.code in problem.actions[place].pins and place in places[index]
        }
        asking.groups = _groups(problem, line, places[index])
        problem.askings.append(asking)


def _bound(problem: Problem, action: ActionFacts, sort: tuple[object, ...], line: LineFacts, request: Request) -> int:
    if not action.counts(request):
        return 0
    terms = problem.terms.of(action, line, sort)
    if not request.shared:
        return terms.bound(action, request.amount.cents)
    asked = asked_of(action, line, request, problem.book)
    return 0 if asked.unknown else terms.bound(action, asked.amount.cents)


def limits_porteurs(book: RuleBook) -> bool:
    """Whether some rule bears on what a porteur gets, its actions together."""
    return any(
        isinstance(rule.figures, (AmountCeiling, AmountFloor)) and rule.figures.per_porteur for rule in book.rules
    )


def _groups(problem: Problem, line: LineFacts, places: Sequence[int]) -> Groups | None:
    """Porteurs with a ceiling or a floor on the line, and floors by action; None where no rule sets any."""
    if not places or not any(isinstance(rule.figures, (AmountCeiling, AmountFloor)) for rule in problem.book.rules):
        return None
    terms: list[Terms] = [problem.terms.of(problem.actions[place], line) for place in places]
    if not any(each.floor or (each.ceiling and each.ceiling.figures.per_porteur) for each in terms):
        return None
    porteurs = {code: number for number, code in enumerate(sorted({problem.actions[at].porteur for at in places}))}
    of = [porteurs[problem.actions[place].porteur] for place in places]
    ceilings: dict[int, int] = {}
    floors: dict[int, int] = {}
    for group, each in zip(of, terms, strict=True):
        if each.ceiling and (most := each.ceiling.figures.per_porteur):
            ceilings[group] = min(most.cents, ceilings.get(group, most.cents))
        if each.floor and (least := each.floor.figures.per_porteur):
            floors[group] = max(least.cents, floors.get(group, 0))
    for action in problem.actions:
        if (of_action := porteurs.get(action.porteur, -1)) in ceilings:
            ceilings[of_action] -= action.granted.get(line.code, ZERO).cents
    singles = [(each.floor.figures.per_action or ZERO).cents if each.floor else 0 for each in terms]
    return Groups(of, ceilings, floors, singles)


def _state_caps(problem: Problem) -> None:
    for place, action in enumerate(problem.actions):
        elsewhere = problem.elsewhere(action) if any(each.shared for each in action.requests) else ZERO
        for cap in problem.caps.of(action):
            _limits_of(problem, cap)[place] = cap.limit(action, elsewhere).cents
    for index, line in enumerate(problem.lines):
        counted = [at for key, at in problem.cap_keys.items() if line.code in key[1]]
        problem.askings[index].caps = tuple(counted)


def _limits_of(problem: Problem, cap: Cap) -> list[int]:
    if cap.key not in problem.cap_keys:
        problem.cap_keys[cap.key] = len(problem.limits)
        problem.limits.append([NO_LIMIT] * len(problem.actions))
    return problem.limits[problem.cap_keys[cap.key]]
