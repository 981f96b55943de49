"""The problem of a year made compact: who asks each line, the most each may have, the caps, the amounts fixed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ledger.allocation.engine.caps import Cap, CapBook
from ledger.allocation.engine.facts import ActionFacts, LineFacts, Request, mobilisation, terms_key
from ledger.allocation.engine.sharing import NO_LIMIT, Asking, Groups
from ledger.allocation.engine.steps import Step
from ledger.allocation.engine.terms import Terms, TermsBook, unknown_of
from ledger.allocation.vocabulary import GrantLimit, RuleLimit
from ledger.core.errors import LedgerError
from ledger.core.money import ZERO, Money
from ledger.core.split import split
from ledger.rules.book import NoRuleInForce, Rule, RuleBook
from ledger.rules.kinds import EpciKey
from ledger.rules.limit_kinds import AmountCeiling, AmountFloor
from ledger.rules.scope import RuleSubject


@dataclass(frozen=True, slots=True)
class EpciShare:
    """An EPCI's share of the common part, the step that says how it was found, and the rule (or the count)."""

    own: Money
    step: Step
    by: str
    rule: str = ""


def epci_share(amount: Money, epci: str, public: Mapping[str, int], book: RuleBook) -> EpciShare | NoRuleInForce | None:
    """The share of this EPCI in the common part; both shares sum to it, the spare cent by largest remainder.

    public: counted beforehand by EPCI; empty when it was not. The count prevails over the key.
    Gap when the key has no version in force; None when there is no key, or it does not name this EPCI.
    """
    rule = book.find(EpciKey, RuleSubject())
    if sum(public.values()):
        weights, by = public, str(GrantLimit.PUBLIC)
        source, code = (str(rule.source), rule.code) if isinstance(rule, Rule) else ("", "")
        how = "public compté d'avance, " + " : ".join(f"{name} {weights[name]}" for name in sorted(weights))
    elif rule is None or isinstance(rule, NoRuleInForce):
        return rule
    else:
        weights, by, source = rule.figures.populations, RuleLimit.RULE.coded(rule.code), str(rule.source)
        code = rule.code
        how = f"population des quartiers prioritaires, {rule.value()}"
    if epci not in weights:
        return None
    names = sorted(weights)
    shares = dict(zip(names, split(amount, [weights[name] for name in names]), strict=True))
    parts = [Step(amount, "part commune des EPCI demandée")]
    parts += [
        Step(-shares[name], f"part {name} : au titre de son propre contrat, hors de ce livre")
        for name in names
        if name != epci
    ]
    text = f"part {epci} de {amount.french()} ({how})"
    return EpciShare(shares[epci], Step(shares[epci], text, source, tuple(parts)), by, code)


@dataclass(frozen=True, slots=True)
class AskedOfLine:
    """What a request asks of the line itself: all of it, or this EPCI's share of a common part (§5.4.3.3).

    elsewhere: what the other EPCI is expected to bear. unknown: why the share cannot be told.
    """

    amount: Money
    elsewhere: Money = ZERO
    share: EpciShare | None = None
    unknown: tuple[str, str, str] | None = None


def asked_of(action: ActionFacts, line: LineFacts, request: Request, book: RuleBook) -> AskedOfLine:
    """What the request asks of this line."""
    if not request.shared:
        return AskedOfLine(request.amount)
    found = epci_share(request.amount, line.financeur, action.public, book)
    if found is None or isinstance(found, NoRuleInForce):
        return AskedOfLine(ZERO, unknown=unknown_of(found, "cle_epci"))
    return AskedOfLine(found.own, request.amount - found.own, found)


@dataclass(slots=True)
class SharingProblem:
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


def state_problem(actions: Iterable[ActionFacts], lines: Mapping[str, LineFacts], book: RuleBook) -> SharingProblem:
    """The problem of these actions; requests granted already are left out, their amounts taken off the caps.

    raises: RuleMissing without an order of mobilisation, CrossingCaps.
    """
    ordered = sorted(actions, key=lambda action: action.number)
    problem = SharingProblem(ordered, mobilisation(lines, book), book, TermsBook(book), CapBook(book, lines))
    _state_requests(problem)
    _state_caps(problem)
    return problem


def _state_requests(problem: SharingProblem) -> None:
    at = {line.code: index for index, line in enumerate(problem.lines)}
    places: list[list[int]] = [[] for _ in problem.lines]
    bounds: list[list[int]] = [[] for _ in problem.lines]
    problem.requests = [[] for _ in problem.lines]
    for place, action in enumerate(problem.actions):
        sort = terms_key(action)
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


def _bound(
    problem: SharingProblem, action: ActionFacts, sort: tuple[object, ...], line: LineFacts, request: Request
) -> int:
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


def _groups(problem: SharingProblem, line: LineFacts, places: Sequence[int]) -> Groups | None:
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


def _state_caps(problem: SharingProblem) -> None:
    for place, action in enumerate(problem.actions):
        elsewhere = problem.elsewhere(action) if any(each.shared for each in action.requests) else ZERO
        for cap in problem.caps.of(action):
            _limits_of(problem, cap)[place] = cap.limit(action, elsewhere).cents
    for index, line in enumerate(problem.lines):
        counted = [at for key, at in problem.cap_keys.items() if line.code in key[1]]
        problem.askings[index].caps = tuple(counted)


def _limits_of(problem: SharingProblem, cap: Cap) -> list[int]:
    if cap.key not in problem.cap_keys:
        problem.cap_keys[cap.key] = len(problem.limits)
        problem.limits.append([NO_LIMIT] * len(problem.actions))
    return problem.limits[problem.cap_keys[cap.key]]


_SHOWN = 3


class ImpossiblePin(LedgerError):
    """Amounts fixed by arbitration break caps; `broken` names each, in French."""

    code = "montant_fixe_impossible"

    def __init__(self, broken: list[str]) -> None:
        more = f" ; et {len(broken) - _SHOWN} autres" if len(broken) > _SHOWN else ""
        super().__init__(
            f"Montants fixés impossibles : {' ; '.join(broken[:_SHOWN])}{more}.",
            "Changez-les (cofiville allocation fixer ACTION LIGNE MONTANT --motif MOTIF) ou libérez-les (cofiville"
            " allocation liberer ACTION LIGNE --motif MOTIF).",
        )
        self.broken = broken


def check_pins(problem: SharingProblem) -> None:
    """Check that every amount fixed by arbitration can be granted; gives nothing. raises: ImpossiblePin."""
    broken = [*_beyond_bounds(problem), *_caps(problem), *_porteurs(problem), *_lines(problem)]
    if broken:
        raise ImpossiblePin(broken)


def _beyond_bounds(problem: SharingProblem) -> Iterator[str]:
    for line, asking, requests in zip(problem.lines, problem.askings, problem.requests, strict=True):
        for place, bound, request in zip(asking.places, asking.bounds, requests, strict=True):
            if (amount := asking.pins.get(place, 0)) <= bound:
                continue
            action = problem.actions[place]
            asked = asked_of(action, line, request, problem.book).amount
            why = "la demande" if amount > asked.cents else "ce que les règles permettent"
            if not action.counts(request):
                why = "une demande écartée"
            yield (
                f"{Money(amount).french()} pour {action.number} sur {line.code} dépassent {why}"
                f" ({Money(min(bound, asked.cents)).french()})"
            )


def _caps(problem: SharingProblem) -> Iterator[str]:
    fixed: dict[tuple[int, int], int] = {}
    for asking in problem.askings:
        for place, amount in asking.pins.items():
            for cap in asking.caps:
                fixed[cap, place] = fixed.get((cap, place), 0) + amount
    keys = {at: key for key, at in problem.cap_keys.items()}
    for (at, place), amount in fixed.items():
        limit = problem.limits[at][place]
        if amount > limit:
            action = problem.actions[place]
            [broken] = [each for each in problem.caps.of(action) if each.key == keys[at]]
            yield (
                f"{Money(amount).french()} pour {action.number} dépassent le plafond {broken.rule.code}"
                f" (reste {Money(limit).french()})"
            )


def _porteurs(problem: SharingProblem) -> Iterator[str]:
    for line, asking in zip(problem.lines, problem.askings, strict=True):
        if asking.groups is None:
            continue
        fixed: dict[int, int] = {}
        for place, group in zip(asking.places, asking.groups.of, strict=True):
            fixed[group] = fixed.get(group, 0) + asking.pins.get(place, 0)
            most = asking.groups.ceilings.get(group)
            if most is not None and fixed[group] > most and place in asking.pins:
                yield (
                    f"{Money(fixed[group]).french()} pour le porteur {problem.actions[place].porteur} sur {line.code}"
                    f" dépassent son plafond ({Money(most).french()})"
                )


def _lines(problem: SharingProblem) -> Iterator[str]:
    for line, asking in zip(problem.lines, problem.askings, strict=True):
        if (fixed := sum(asking.pins.values())) > asking.budget:
            yield (f"{Money(fixed).french()} sur {line.code} dépassent l'enveloppe ({Money(asking.budget).french()})")
