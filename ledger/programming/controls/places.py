"""Controls of where it goes: lines that its territories cannot get, the common part of the two agglomerations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.core.errors import Level
from ledger.core.money import ZERO, total
from ledger.programming.controls.facts import Controlled, Finding, Line, Surroundings, subject
from ledger.rules.book import Gap
from ledger.rules.kinds import EpciKey, Territories
from ledger.rules.scope import Subject
from ledger.rules.typed_figures import KIND_LABELS


def closed_to_its_territories(actions: Sequence[Controlled], around: Surroundings) -> Iterator[Finding]:
    """A line asked for territories it may not serve: all of them, or some (M3, §5.3.1)."""
    for action in actions:
        for each in action.asked:
            yield from _places(action, around.lines[each.line], around)


def _places(action: Controlled, line: Line, around: Surroundings) -> Iterator[Finding]:
    rule = around.book.find(Territories, subject(action, line))
    modify = f"Corrigez le plan ou le public : cofiville action modifier {action.number}."
    if rule is None or isinstance(rule, Gap):
        why = rule.text() if rule else "aucune règle ne dit quels territoires elle sert"
        problem = f"On ne sait pas si {line.code} peut servir cette action : {why}."
        yield Finding(
            action.number, "territoires_inconnus", Level.ALERT, problem, "Ajoutez la règle : cofiville regle."
        )
        return
    if not action.slices:
        if rule.figures.slices_required and not rule.figures.alert_only:
            problem = f"Le public n'est pas réparti par territoire : {line.code} ne pourra rien donner."
            remedy = f"Donnez les effectifs : cofiville action modifier {action.number} --qpv N --veille N."
            yield Finding(action.number, "public_non_reparti", Level.ALERT, problem, remedy)
        return
    outside = {kind: cost for kind, cost in action.slices.items() if cost and kind not in rule.figures.kinds}
    if not outside:
        return
    names = " et ".join(KIND_LABELS[kind] for kind in sorted(outside))
    served = total(cost for kind, cost in action.slices.items() if kind in rule.figures.kinds)
    if served == ZERO and not rule.figures.alert_only:
        problem = f"{line.code} ne peut rien donner pour {names} ({rule.source})."
        yield Finding(action.number, "ligne_fermee_au_territoire", Level.ERROR, problem, modify)
        return
    lost = total(outside.values()).french()
    problem = f"{line.code} ne sert pas {names} ({rule.source}) : {lost} de coût éligible n'y comptent pas."
    level = Level.INFORMATION if rule.figures.alert_only else Level.ALERT
    yield Finding(action.number, "territoire_en_partie_ferme", level, problem, modify)


def split_needed(actions: Sequence[Controlled], around: Surroundings) -> Iterator[Finding]:
    """An action for both agglomerations whose common part is not marked (M11, §5.4.3.3)."""
    epcis = _key_epcis(around)
    for action in actions:
        served = frozenset().union(*(each.epcis for each in action.territories)) if action.territories else frozenset()
        both = action.scale == "arrondissement" or len(served & epcis) > 1
        of_epci = [each for each in action.asked if around.lines[each.line].financeur in epcis]
        if both and of_epci and not any(each.shared for each in of_epci):
            how = "le public est compté" if action.counted else "la clé de population s'appliquera"
            yield Finding(
                action.number,
                "partage_non_marque",
                Level.ALERT,
                "L'action sert les deux agglomérations et leur part commune n'est pas marquée (§5.4.3.3).",
                f"Marquez-la : --financement {of_epci[0].line}=MONTANT:partage ; {how}.",
            )


def _key_epcis(around: Surroundings) -> frozenset[str]:
    rule = around.book.find(EpciKey, Subject())
    return frozenset() if rule is None or isinstance(rule, Gap) else frozenset(rule.figures.populations)
