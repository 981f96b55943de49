"""Reading one grant: the same figures taken again for one action, line after line, and said in words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from ledger.allocation.engine.sharing import NO_LIMIT, SharedLine
from ledger.allocation.engine.steps import Step, cut, information
from ledger.allocation.vocabulary import GrantLimit, RuleLimit
from ledger.core.money import ZERO, Money, total
from ledger.core.rate import french_rate
from ledger.rules.book import NoRuleInForce, Rule
from ledger.rules.kinds import SpareCent
from ledger.rules.scope import RuleSubject
from ledger.rules.typed_figures import KIND_LABELS

if TYPE_CHECKING:
    from ledger.allocation.engine.caps import Cap
    from ledger.allocation.engine.facts import ActionFacts, LineFacts, Request
    from ledger.allocation.engine.problem import AskedOfLine, SharingProblem
    from ledger.allocation.engine.terms import Rated, Terms


_SERVED = {"qpv": "pour les habitants des QPV", "veille": "en veille active", "hors": "hors territoires"}


def ruled_by(limited_by: str) -> str:
    """The code of the rule that keeps a grant from more, or leaves it unknown; "" where none does."""
    return limited_by.partition(":")[2]


def limit_words(limited_by: str, rule: str) -> str:
    """What keeps a grant from more, as people read it; rule: what they read of the rule, where it is one."""
    if limited_by in GrantLimit.labels():
        return GrantLimit(limited_by).label
    said = rule or "règle sans version en vigueur"
    return f"à renseigner : {said}" if limited_by.startswith(RuleLimit.UNKNOWN.coded("")) else said


@dataclass(frozen=True, slots=True)
class RequestInWords:
    """What the rules of the line let the action have, what limits it, the steps that sum to it; open: they answer."""

    amount: Money
    limited_by: str
    steps: tuple[Step, ...]
    open: bool = True


def said_unknown(requested: Money, why: str, source: str, rule: str = "") -> tuple[Step, ...]:
    """The one step of a request that gets nothing, with its reason."""
    text = f"demandé {requested.french()}, non retenu : {why}"
    return (Step(ZERO, text, source, (), rule, requested),)


def said_request(problem: SharingProblem, action: ActionFacts, line: LineFacts, request: Request) -> RequestInWords:
    """The request under the rules of its line alone. Sources: §5.3.1, §5.1, §5.2.5, §5.4.3.3, through the rules."""
    from ledger.allocation.engine.problem import asked_of

    asked = asked_of(action, line, request, problem.book)
    terms = problem.terms.of(action, line)
    unknown = asked.unknown or terms.unknown
    if unknown is None and terms.needs_slices(action):
        assert terms.place is not None
        unknown = (terms.place.code, "le public par territoire n'est pas renseigné", str(terms.place.source))
    if unknown is not None:
        code, why, source = unknown
        return RequestInWords(
            ZERO, RuleLimit.UNKNOWN.coded(code), said_unknown(request.amount, why, source, code), open=False
        )
    first = Step(request.amount, "montant demandé")
    limited_by: str = GrantLimit.REQUEST
    if asked.share is not None:
        share = asked.share
        first, limited_by = (
            Step(share.own, share.step.text, share.step.source, share.step.steps, share.rule, asked.elsewhere),
            share.by,
        )
    said = RequestInWords(asked.amount, limited_by, (first,))
    said = _with_alert(terms, action, said) if terms.unrated else _under_rates(terms, action, request, asked, said)
    return _under_amount(terms, said)


def _with_alert(terms: Terms, action: ActionFacts, said: RequestInWords) -> RequestInWords:
    assert terms.place is not None
    place = terms.place
    outside = total(cost for kind, cost in action.slices.items() if kind not in place.figures.kinds)
    words = f"territoires servis : {place.figures.text()}"
    if outside:
        where = f"hors des territoires de la ligne ({place.figures.text()})"
        words = f"alerte : {outside.french()} de la dépense éligible {where}"
    return RequestInWords(
        said.amount, said.limited_by, (*said.steps, information(words, str(place.source), (), place.code))
    )


def _under_rates(
    terms: Terms, action: ActionFacts, request: Request, asked: AskedOfLine, said: RequestInWords
) -> RequestInWords:
    assert terms.place is not None
    place = terms.place
    parts = [_part(terms, kind, base, given) for kind, base, given in terms.parts(action)]
    refused = [
        information(
            f"{cost.french()} de dépense éligible non servis par la ligne ({KIND_LABELS[kind]})",
            str(place.source),
            (),
            place.code,
        )
        for kind, cost in action.slices.items()
        if kind not in place.figures.kinds and cost
    ]
    ceiling = total(part.amount for part in parts)
    if said.amount <= ceiling:
        words_given = information(
            f"plafond : {ceiling.french()} ; territoires servis : {place.figures.text()}",
            str(place.source),
            parts,
            place.code,
        )
        return RequestInWords(said.amount, said.limited_by, (*said.steps, words_given, *refused))
    deciding = max(parts, key=lambda part: part.amount, default=None)
    code = deciding.rule if deciding and deciding.rule else place.code
    gap = any(rated.gap is not None and rated.gap.code == code for rated in terms.rates.values())
    lost = asked.amount - ceiling
    closing = f"demandé {request.amount.french()} ; plafond atteint, {lost.french()} non retenus"
    if not ceiling and refused:
        closing = f"demandé {request.amount.french()}, non retenu : rien n'est dépensé sur les territoires de la ligne"
    shown = []
    if asked.share is not None:
        first = said.steps[0]
        shown = [Step(ZERO, first.text, first.source, (), first.rule, first.reduction)]
    closed = Step(ZERO, closing, "", (), code, lost)
    return RequestInWords(
        ceiling, (RuleLimit.UNKNOWN if gap else RuleLimit.RULE).coded(code), (*shown, *parts, *refused, closed)
    )


def _part(terms: Terms, kind: str, base: Money, given: Money) -> Step:
    rated = terms.rates[kind]
    base_words = f", {terms.base.figures.text()}" if terms.base else ""
    where = " ".join(filter(None, ("de dépense éligible", _SERVED.get(kind)))) + base_words
    if rated.gap is not None:
        return information(f"rien sur {base.french()} {where} : {rated.gap.text()}", rule=rated.gap.code)
    where += _innovation_words(rated)
    if rated.rate is None or rated.rule is None:
        return Step(given, f"{base.french()} {where}, sans taux plafond")
    text = f"{french_rate(rated.rate)} de {base.french()} {where}"
    text += " — à confirmer" if rated.rule.to_confirm else ""
    return Step(given, text, str(rated.rule.source), (), rated.rule.code)


def _innovation_words(rated: Rated) -> str:
    if rated.innovation is None:
        return ""
    held, needed = rated.innovation
    if held >= needed:
        return f", action innovante ({held} critères)"
    return f" ; innovation non retenue, {held} critères sur {needed} exigés" if held else ""


def _under_amount(terms: Terms, said: RequestInWords) -> RequestInWords:
    rule = terms.ceiling
    most = rule.figures.per_action if rule else None
    if rule is None or most is None or said.amount <= most:
        return said
    words = f"plafond de {most.french()} par action : {rule.label}"
    lost = cut(said.amount - most, words, str(rule.source), rule.code)
    return RequestInWords(most, RuleLimit.RULE.coded(rule.code), (*said.steps, lost))


SEQUENTIAL, REPAIR, EQUITY = "sequentiel", "reparation", "equite"


@dataclass(frozen=True, slots=True)
class GrantAccount:
    """What limits a grant, and the steps that sum to it."""

    limited_by: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class SharedProblem:
    """A problem and how each of its lines was shared; method: by the engine, or by the optimum, then from `before`."""

    problem: SharingProblem
    shared: Sequence[SharedLine]
    method: str = SEQUENTIAL
    before: Sequence[SharedLine] = ()


def account_of_grant(outcome: SharedProblem, index: int, at: int) -> GrantAccount:
    """How the grant at this rank of this line was found: request, rates, caps, coefficient, cent left over."""
    problem, found = outcome.problem, outcome.shared[index]
    place = problem.askings[index].places[at]
    action, line, request = problem.actions[place], problem.lines[index], problem.requests[index][at]
    if not action.counts(request):
        why = request.observation or ("action écartée" if not action.in_the_running else "demande non recevable")
        return GrantAccount(GrantLimit.STATUS, said_unknown(request.amount, why, ""))
    claimed = said_request(problem, action, line, request)
    if not claimed.open:
        return GrantAccount(claimed.limited_by, claimed.steps)
    assert claimed.amount.cents == problem.askings[index].bounds[at]
    if place in problem.askings[index].pins:
        return GrantAccount(GrantLimit.PIN, (*claimed.steps, *_fixed(claimed.amount, Money(found.grants[at]))))
    if outcome.method == EQUITY:
        return _fair(claimed, Money(found.grants[at]))
    shared = _in_turn(problem, outcome.before or outcome.shared, index, at, claimed)
    return shared if outcome.method == SEQUENTIAL else _moved(shared, outcome, index, at)


def _in_turn(
    problem: SharingProblem, shared: Sequence[SharedLine], index: int, at: int, claimed: RequestInWords
) -> GrantAccount:
    """The request once its line is called after the others: caps, ceilings by porteur, coefficient, cent left over."""
    place, found = problem.askings[index].places[at], shared[index]
    limited_by, steps, left = claimed.limited_by, list(claimed.steps), claimed.amount
    for cap, remaining in _remainings(problem, shared, index, place):
        if remaining < left:
            limited_by = (RuleLimit.UNKNOWN if isinstance(cap.rule, NoRuleInForce) else RuleLimit.RULE).coded(
                cap.rule.code
            )
            words = cap.words(problem.actions[place])
            steps.append(_capped(cap, left - remaining, words, problem, shared, index, place))
            left = remaining
    assert left.cents == found.allowed[at]
    if found.claims[at] != left.cents:
        limited_by, step = _grouped(problem, index, at, left, Money(found.claims[at]))
        steps.append(step)
    shares = _shared(problem, found, index, at)
    return GrantAccount(GrantLimit.ENVELOPPE if shares else limited_by, (*steps, *shares))


def _fair(claimed: RequestInWords, granted: Money) -> GrantAccount:
    if granted == claimed.amount:
        return GrantAccount(claimed.limited_by, claimed.steps)
    words = "équité : part servie par cette ligne, à satisfaction égale des actions qui se partagent les mêmes crédits"
    return GrantAccount(GrantLimit.OPTIMUM, (*claimed.steps, cut(claimed.amount - granted, words)))


def _moved(shared: GrantAccount, outcome: SharedProblem, index: int, at: int) -> GrantAccount:
    moved = Money(outcome.shared[index].grants[at] - outcome.before[index].grants[at])
    if not moved:
        return shared
    words = "réparation : déplacé d'une ligne à l'autre pour servir la plus grande somme possible"
    return GrantAccount(GrantLimit.OPTIMUM, (*shared.steps, Step(moved, words, reduction=-moved)))


def _fixed(most: Money, amount: Money) -> tuple[Step, ...]:
    words = f"montant fixé par arbitrage : {amount.french()}"
    return (cut(most - amount, words),) if amount != most else (information(words),)


def _remainings(
    problem: SharingProblem, shared: Sequence[SharedLine], index: int, place: int
) -> list[tuple[Cap, Money]]:
    """Each cap that the line counts in, with what it leaves the action when the line is called, in cents."""
    action, line = problem.actions[place], problem.lines[index]
    remainings = []
    for cap in problem.caps.of(action):
        if line.code not in cap.lines:
            continue
        limit = problem.limits[problem.cap_keys[cap.key]][place]
        assert limit < NO_LIMIT
        remainings.append((cap, Money(limit - used(problem, shared, cap.lines, place, index))))
    return remainings


def used(problem: SharingProblem, shared: Sequence[SharedLine], lines: frozenset[str], place: int, until: int) -> int:
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
    cap: Cap, lost: Money, words: str, problem: SharingProblem, shared: Sequence[SharedLine], index: int, place: int
) -> Step:
    action = problem.actions[place]
    granted = sum(amount.cents for line, amount in action.granted.items() if line in cap.lines)
    others = Money(used(problem, shared, cap.lines, place, index) + granted)
    if isinstance(cap.rule, NoRuleInForce):
        return cut(lost, words, "", cap.rule.code)
    said = f"{words}, dont {(others + cap.beside(action, problem.elsewhere(action))).french()} par ailleurs"
    return cut(lost, said, str(cap.rule.source), cap.rule.code)


def _grouped(problem: SharingProblem, index: int, at: int, before: Money, after: Money) -> tuple[str, Step]:
    asking = problem.askings[index]
    action, line = problem.actions[asking.places[at]], problem.lines[index]
    terms = problem.terms.of(action, line)
    floored = after == ZERO and terms.floor is not None
    rule = terms.floor if floored else terms.ceiling
    assert rule is not None
    what = "montant sous le plancher" if floored else f"plafond du porteur {action.porteur} sur {line.code}"
    words = f"{what} : {rule.value()}"
    return RuleLimit.RULE.coded(rule.code), cut(before - after, words, str(rule.source), rule.code)


def _shared(problem: SharingProblem, found: SharedLine, index: int, at: int) -> list[Step]:
    """The steps of a short enveloppe: the coefficient, then the cent left over."""
    certificate, claim, grant = found.certificate, found.claims[at], found.grants[at]
    line = problem.lines[index]
    if not certificate.short or not claim:
        return []
    if not certificate.budget:
        why = "aucun crédit notifié" if line.available is None else "plus de crédit disponible"
        return [cut(Money(claim), f"{why} sur {line.code}")]
    rule = problem.book.find(SpareCent, RuleSubject())
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
