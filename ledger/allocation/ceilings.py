"""What one action may claim on one line before the enveloppe is shared: place, rates, public share — and why."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.allocation.epci_split import epci_share
from ledger.allocation.facts import ActionFacts, LineFacts, Request, subject
from ledger.allocation.steps import Step, information
from ledger.core.money import ZERO, Money, total
from ledger.core.rate import cut_down, french_rate
from ledger.rules.book import Gap, Rule, RuleBook
from ledger.rules.fields import KIND_LABELS
from ledger.rules.kinds import Ceiling, EligibleBase, Innovation, PublicShare, Territories
from ledger.rules.scope import TERRITORY_KINDS, Subject

BY_REQUEST = "demande"
BY_STATUS = "statut"
_SERVED = {"qpv": "pour les habitants des QPV", "veille": "en veille active", "hors": "hors territoires"}


@dataclass(frozen=True, slots=True)
class Claim:
    """What an action may have on a line, what limits it, the steps that sum to it.

    elsewhere: what the other EPCI is expected to bear of a common part; it counts as public funding of the action.
    """

    amount: Money
    limited_by: str
    steps: tuple[Step, ...]
    elsewhere: Money = ZERO


@dataclass(frozen=True, slots=True)
class _Part:
    """What a rate gives on one slice of the eligible cost, and the rule it comes from ("" for none)."""

    step: Step
    rule: str


def nothing(request: Request, limited_by: str, why: str, source: str = "") -> Claim:
    """The claim of zero, with its reason."""
    asked = f"demandé {request.amount.french()}, non retenu : {why}"
    return Claim(ZERO, limited_by, (information(asked, source),))


def unknown(request: Request, gap: Gap | None, what: str) -> Claim:
    """The claim of zero for want of a rule: a missing datum is not a yes."""
    code, why = (gap.code, gap.text()) if gap else (what, f"aucune règle de genre « {what} » pour cette ligne")
    return nothing(request, f"inconnu:{code}", why)


def claim(action: ActionFacts, line: LineFacts, request: Request, book: RuleBook, public_elsewhere: Money) -> Claim:
    """What the rules let the action have on this line.

    public_elsewhere: public funding granted to the action on other lines.
    Sources: §5.3.1 (territories), §5.1 and §5.2.5 (rates), §5.4.3.3 (EPCIs), through the rules of the book.
    """
    if not action.in_the_running or request.status != "demande":
        said = request.observation or ("action écartée" if not action.in_the_running else "demande non recevable")
        return nothing(request, BY_STATUS, said)
    asked = Claim(request.amount, BY_REQUEST, (Step(request.amount, "montant demandé"),))
    if request.shared:
        share = epci_share(request.amount, line.financeur, action.public, book)
        if share is None or isinstance(share, Gap):
            return unknown(request, share, "cle_epci")
        asked = Claim(share.own, share.by, (share.step,), request.amount - share.own)
    place = book.find(Territories, subject(action, line))
    if place is None or isinstance(place, Gap):
        return unknown(request, place, Territories.kind)
    if place.figures.alert_only:
        found = _with_alert(action, place, asked)
    elif not action.slices and place.figures.slices_required:
        return nothing(
            request, f"inconnu:{place.code}", "le public par territoire n'est pas renseigné", str(place.source)
        )
    else:
        found = _under_rates(action, line, request, book, place, asked)
    return _under_public_share(action, line, book, found, public_elsewhere + asked.elsewhere)


def _with_alert(action: ActionFacts, place: Rule[Territories], asked: Claim) -> Claim:
    outside = total(cost for kind, cost in action.slices.items() if kind not in place.figures.kinds)
    if not outside:
        return asked
    words = (
        f"alerte : {outside.french()} de la dépense éligible hors des territoires de la ligne ({place.figures.text()})"
    )
    return Claim(asked.amount, asked.limited_by, (*asked.steps, information(words, str(place.source))), asked.elsewhere)


def _under_rates(
    action: ActionFacts, line: LineFacts, request: Request, book: RuleBook, place: Rule[Territories], asked: Claim
) -> Claim:
    slices = action.slices or {"": action.cost_eligible}
    served = [kind for kind in ("", *TERRITORY_KINDS) if kind in slices and (not kind or kind in place.figures.kinds)]
    parts = [_part(action, line, kind, slices[kind], book) for kind in served if slices[kind]]
    refused = [
        information(
            f"{cost.french()} de dépense éligible non servis par la ligne ({KIND_LABELS[kind]})", str(place.source)
        )
        for kind, cost in slices.items()
        if kind not in served and cost
    ]
    ceiling = total(part.step.amount for part in parts)
    if asked.amount <= ceiling:
        said = information(f"plafond : {ceiling.french()}", "", [part.step for part in parts])
        return Claim(asked.amount, asked.limited_by, (*asked.steps, said, *refused), asked.elsewhere)
    largest = max(parts, key=lambda part: part.step.amount, default=None)
    rule = largest.rule if largest and largest.rule else f"regle:{place.code}"
    cut = asked.amount - ceiling
    closing = f"demandé {request.amount.french()} ; plafond atteint, {cut.french()} non retenus"
    shown = [information(step.text, step.source, step.steps) for step in asked.steps] if request.shared else []
    steps = (*shown, *(part.step for part in parts), *refused, information(closing))
    return Claim(ceiling, rule, steps, asked.elsewhere)


def _part(action: ActionFacts, line: LineFacts, kind: str, base: Money, book: RuleBook) -> _Part:
    about = subject(action, line, kind)
    where = " ".join(filter(None, ("de dépense éligible", _SERVED.get(kind)))) + _base_words(book)
    ceiling = book.find(Ceiling, about)
    if isinstance(ceiling, Gap):
        return _Part(information(f"rien sur {base.french()} {where} : {ceiling.text()}"), f"inconnu:{ceiling.code}")
    innovation = book.find(Innovation, about)
    if isinstance(innovation, Rule) and not (ceiling and ceiling.figures.mode == "fixe"):
        held, needed = action.innovation_criteria, innovation.figures.criteria_required
        if held >= needed:
            return _at_rate(base, f"{where}, action innovante ({held} critères)", innovation)
        if held:
            where += f" ; innovation non retenue, {held} critères sur {needed} exigés"
    if ceiling is None:
        return _Part(Step(base, f"{base.french()} {where}, sans taux plafond"), "")
    return _at_rate(base, where, ceiling)


def _at_rate(base: Money, where: str, rule: Rule[Ceiling] | Rule[Innovation]) -> _Part:
    rate = rule.figures.rate
    text = f"{french_rate(rate)} de {base.french()} {where}" + (" — à confirmer" if rule.to_confirm else "")
    return _Part(Step(cut_down(rate, base), text, str(rule.source)), f"regle:{rule.code}")


def _base_words(book: RuleBook) -> str:
    rule = book.find(EligibleBase, Subject())
    return f", {rule.figures.text()}" if isinstance(rule, Rule) else ""


def _under_public_share(
    action: ActionFacts, line: LineFacts, book: RuleBook, found: Claim, public_elsewhere: Money
) -> Claim:
    rule = book.find(PublicShare, subject(action, line))
    if rule is None or not found.amount:
        return found
    if isinstance(rule, Gap):
        lost = Step(-found.amount, f"rien n'est accordé : {rule.text()}")
        return Claim(ZERO, f"inconnu:{rule.code}", (*found.steps, lost), found.elsewhere)
    room = max(ZERO, cut_down(rule.figures.rate, action.cost_total) - public_elsewhere)
    if found.amount <= room:
        return found
    words = (
        f"financements publics limités à {rule.value()} ({action.cost_total.french()}),"
        f" dont {public_elsewhere.french()} par ailleurs"
    )
    cut = Step(room - found.amount, words, str(rule.source))
    return Claim(room, f"regle:{rule.code}", (*found.steps, cut), found.elsewhere)
