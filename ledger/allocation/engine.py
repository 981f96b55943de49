"""The engine: lines in their order, claims capped by the rules, a short enveloppe shared in proportion. Pure, exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ledger.allocation.ceilings import Claim, claim
from ledger.allocation.facts import OWN_FUNDS, ActionFacts, LineFacts, Request
from ledger.allocation.steps import Step
from ledger.core.errors import LedgerError
from ledger.core.money import ZERO, Money, total
from ledger.core.rate import french_rate
from ledger.core.split import split
from ledger.rules.book import Rule, RuleBook
from ledger.rules.kinds import MobilisationOrder, SpareCent
from ledger.rules.scope import Subject

BY_ENVELOPPE = "enveloppe"


class RuleMissing(LedgerError):
    """A rule without which nothing can be granted has no version in force."""

    code = "regle_manquante"


@dataclass(frozen=True, slots=True)
class Grant:
    """What an action is granted on a line: never above the request; the steps sum to `granted`."""

    action: str
    line: str
    requested: Money
    granted: Money
    limited_by: str
    steps: tuple[Step, ...]


def mobilisation(lines: Mapping[str, LineFacts], book: RuleBook) -> list[LineFacts]:
    """The lines in the order they are called: by class, rank, code; own funds are not called.

    raises: RuleMissing without an order in force.
    """
    rule = book.find(MobilisationOrder, Subject())
    if not isinstance(rule, Rule):
        raise RuleMissing(
            "Aucune règle d'ordre de mobilisation n'est en vigueur.", "Ajoutez-la : cofiville regle ajouter."
        )
    place = {name: index for index, name in enumerate(rule.figures.classes)}
    called = [line for line in lines.values() if line.nature != OWN_FUNDS]
    return sorted(called, key=lambda line: (place.get(line.nature, len(place)), line.rank, line.code))


def allocate(actions: Sequence[ActionFacts], lines: Mapping[str, LineFacts], book: RuleBook) -> list[Grant]:
    """Every request on every line, with what it is granted and why; by action, then in the order of the lines.

    Line after line: each action claims min(request, its ceilings, what public funding may still cover); when the
    claims exceed the enveloppe each gets its claim × enveloppe / claims, cut down, the spare cents as the rule says.
    lines: every line that an action asks something of. raises: RuleMissing.
    Sources: §5.4.1 and §5.4.2 (droit commun first), and the rules of the book.
    """
    public = {action.number: total(action.granted.values()) for action in actions}
    asked: dict[str, list[tuple[ActionFacts, Request]]] = {}
    for action in sorted(actions, key=lambda each: each.number):
        for request in action.requests:
            if request.line not in action.granted:
                asked.setdefault(request.line, []).append((action, request))
    grants: list[Grant] = []
    for line in mobilisation(lines, book):
        claims = [
            (action, request, claim(action, line, request, book, public[action.number]))
            for action, request in asked.get(line.code, [])
        ]
        for (action, request, claimed), final in zip(
            claims, share(line, [claimed for _, _, claimed in claims], book), strict=True
        ):
            public[action.number] += final.amount + claimed.elsewhere
            grants.append(Grant(action.number, line.code, request.amount, final.amount, final.limited_by, final.steps))
    return sorted(grants, key=lambda grant: grant.action)


def share(line: LineFacts, claims: Sequence[Claim], book: RuleBook) -> list[Claim]:
    """The claims, cut in proportion when together they exceed what the line holds.

    raises: RuleMissing when they do and no rule says who bears the spare cents.
    """
    claimed = total(each.amount for each in claims)
    held = line.available or ZERO
    if claimed <= held:
        return list(claims)
    if not held:
        why = "aucun crédit notifié" if line.available is None else "plus de crédit disponible"
        return [_none_left(each, f"{why} sur {line.code}") for each in claims]
    rule = book.find(SpareCent, Subject())
    if not isinstance(rule, Rule):
        raise RuleMissing(
            "Aucune règle ne dit qui porte le centime restant d'un partage.", "Ajoutez-la : cofiville regle ajouter."
        )
    floors = [Money(each.amount.cents * held.cents // claimed.cents) for each in claims]
    given = split(held, [each.amount.cents for each in claims]) if rule.figures.sharing == "plus_fort_reste" else floors
    coefficient = french_rate(Fraction(held.cents, claimed.cents))
    words = (
        f"enveloppe insuffisante : {held.french()} disponibles pour {claimed.french()} de demandes plafonnées,"
        f" coefficient {coefficient}"
    )
    return [_cut(each, floor, amount, words, rule) for each, floor, amount in zip(claims, floors, given, strict=True)]


def _none_left(claimed: Claim, why: str) -> Claim:
    if not claimed.amount:
        return claimed
    return Claim(ZERO, BY_ENVELOPPE, (*claimed.steps, Step(-claimed.amount, why)))


def _cut(claimed: Claim, floor: Money, given: Money, words: str, rule: Rule[SpareCent]) -> Claim:
    if not claimed.amount:
        return claimed
    steps = [*claimed.steps, Step(floor - claimed.amount, words, str(rule.source))]
    if given != floor:
        steps.append(Step(given - floor, "centime restant du partage, au plus fort reste", str(rule.source)))
    return Claim(given, BY_ENVELOPPE, tuple(steps))
