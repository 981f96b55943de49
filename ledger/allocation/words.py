"""What a request becomes under the rules of its line, in words: place, rates by territory, amount ceilings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.allocation.steps import Step, cut, information
from ledger.core.money import ZERO, Money, total
from ledger.core.rate import french_rate
from ledger.rules.typed_figures import KIND_LABELS

if TYPE_CHECKING:
    from ledger.allocation.facts import ActionFacts, LineFacts, Request
    from ledger.allocation.problem import Asked, Problem
    from ledger.allocation.terms import Rated, Terms

BY_REQUEST = "demande"
BY_STATUS = "statut"
BY_ENVELOPPE = "enveloppe"
BY_PIN = "arbitrage"
BY_OPTIMUM = "optimum"
BY_PUBLIC = "public_compte"
_LIMITS = {
    BY_REQUEST: "montant demandé",
    BY_STATUS: "statut de la demande",
    BY_ENVELOPPE: "enveloppe",
    BY_PIN: "arbitrage",
    BY_OPTIMUM: "optimum",
    BY_PUBLIC: "public compté",
}
_SERVED = {"qpv": "pour les habitants des QPV", "veille": "en veille active", "hors": "hors territoires"}


def ruled_by(limited_by: str) -> str:
    """The code of the rule that keeps a grant from more, or leaves it unknown; "" where none does."""
    return limited_by.partition(":")[2]


def limit_words(limited_by: str, rule: str) -> str:
    """What keeps a grant from more, as people read it; rule: what they read of the rule, where it is one."""
    if limited_by in _LIMITS:
        return _LIMITS[limited_by]
    said = rule or "règle sans version en vigueur"
    return f"à renseigner : {said}" if limited_by.startswith("inconnu:") else said


@dataclass(frozen=True, slots=True)
class Said:
    """What the rules of the line let the action have, what limits it, the steps that sum to it; open: they answer."""

    amount: Money
    limited_by: str
    steps: tuple[Step, ...]
    open: bool = True


def said_unknown(requested: Money, why: str, source: str, rule: str = "") -> tuple[Step, ...]:
    """The one step of a request that gets nothing, with its reason."""
    text = f"demandé {requested.french()}, non retenu : {why}"
    return (Step(ZERO, text, source, (), rule, requested),)


def said_request(problem: Problem, action: ActionFacts, line: LineFacts, request: Request) -> Said:
    """The request under the rules of its line alone. Sources: §5.3.1, §5.1, §5.2.5, §5.4.3.3, through the rules."""
    from ledger.allocation.problem import asked_of

    asked = asked_of(action, line, request, problem.book)
    terms = problem.terms.of(action, line)
    unknown = asked.unknown or terms.unknown
    if unknown is None and terms.needs_slices(action):
        assert terms.place is not None
        unknown = (terms.place.code, "le public par territoire n'est pas renseigné", str(terms.place.source))
    if unknown is not None:
        code, why, source = unknown
        return Said(ZERO, f"inconnu:{code}", said_unknown(request.amount, why, source, code), open=False)
    first = Step(request.amount, "montant demandé")
    limited_by = BY_REQUEST
    if asked.share is not None:
        share = asked.share
        first, limited_by = (
            Step(share.own, share.step.text, share.step.source, share.step.steps, share.rule, asked.elsewhere),
            share.by,
        )
    said = Said(asked.amount, limited_by, (first,))
    said = _with_alert(terms, action, said) if terms.unrated else _under_rates(terms, action, request, asked, said)
    return _under_amount(terms, said)


def _with_alert(terms: Terms, action: ActionFacts, said: Said) -> Said:
    assert terms.place is not None
    place = terms.place
    outside = total(cost for kind, cost in action.slices.items() if kind not in place.figures.kinds)
    words = f"territoires servis : {place.figures.text()}"
    if outside:
        where = f"hors des territoires de la ligne ({place.figures.text()})"
        words = f"alerte : {outside.french()} de la dépense éligible {where}"
    return Said(said.amount, said.limited_by, (*said.steps, information(words, str(place.source), (), place.code)))


def _under_rates(terms: Terms, action: ActionFacts, request: Request, asked: Asked, said: Said) -> Said:
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
        told = information(
            f"plafond : {ceiling.french()} ; territoires servis : {place.figures.text()}",
            str(place.source),
            parts,
            place.code,
        )
        return Said(said.amount, said.limited_by, (*said.steps, told, *refused))
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
    return Said(ceiling, f"{'inconnu' if gap else 'regle'}:{code}", (*shown, *parts, *refused, closed))


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


def _under_amount(terms: Terms, said: Said) -> Said:
    rule = terms.ceiling
    most = rule.figures.per_action if rule else None
    if rule is None or most is None or said.amount <= most:
        return said
    words = f"plafond de {most.french()} par action : {rule.label}"
    lost = cut(said.amount - most, words, str(rule.source), rule.code)
    return Said(most, f"regle:{rule.code}", (*said.steps, lost))
