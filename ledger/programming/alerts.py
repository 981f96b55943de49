"""What is worth a look in an action as recorded, and is no reason to refuse it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.programming.filling import publics_of
from ledger.programming.lookups import find_appel
from ledger.programming.model import Action
from ledger.programming.public_model import QuartierVecu
from ledger.programming.publics import qpv_first_beyond
from ledger.programming.shares import serves_qpv_first
from ledger.referential.lookups import find_territory
from ledger.rules.book import Rule, RuleBook, rulebook
from ledger.rules.figures import Clock
from ledger.rules.programming_kinds import PILLAR_LABELS, Pillar
from ledger.rules.scope import Subject


def alerts(session: Session, action: Action) -> list[str]:
    """In French, one sentence each."""
    return [*_quartiers(session, action), *_axis(session, action), *_shares(action)]


def _quartiers(session: Session, action: Action) -> Iterator[str]:
    listed = select(QuartierVecu.territory).where(QuartierVecu.year == action.year)
    held = [each for each in publics_of(action) if each.kind == "vecu"]
    named = {each.territory for each in held if each.territory}
    for code in sorted(named - set(session.scalars(listed))):
        name = find_territory(session, code).name
        yield f"Le quartier vécu {name} n'est pas sur la liste {action.year} : vérifiez-le (§3.2)."
    beyond = qpv_first_beyond(session, action.year) if held else None
    for each in held:
        if not serves_qpv_first(each, beyond):
            yield (
                f"Le public du quartier vécu {each.territory or ''} compte hors QPV : rien ne montre que les habitants "
                "des QPV en bénéficient d'abord (effectif et justificatif)."
            ).replace("  ", " ")


def _axis(session: Session, action: Action) -> Iterator[str]:
    if not action.objective:
        yield "L'action ne nomme aucun objectif du contrat."
    elif action.appel:
        aimed = [each.axis for each in find_appel(session, action.appel).axes]
        axis = action.objective.partition(".")[0]
        if aimed and axis not in aimed:
            yield f"L'axe {axis} n'est pas visé par l'appel {action.appel} (axes {', '.join(aimed)})."


def _shares(action: Action) -> Iterator[str]:
    if not action.slices:
        yield "Le public par territoire n'est pas renseigné : les crédits spécifiques ne peuvent pas être attribués."
    shared = any(each.shared and each.is_asked for each in action.fundings)
    if shared and (action.public_caph is None or action.public_cavm is None):
        yield "Le public n'est pas compté d'avance : la part commune suit la clé de population (§5.4.3.3)."


def share_origin(action: Action) -> str:
    """Where the shares of cost by territory come from, in French; "" when there are none."""
    if not action.slices:
        return ""
    people = sum(each.headcount or 0 for each in action.slices)
    if not people:
        said = "coûts saisis par territoire"
    else:
        kinds = {each.counted for each in action.publics}
        how = {frozenset({True}): " comptés d'avance", frozenset({False}): " estimés"}.get(frozenset(kinds), "")
        said = f"au prorata de {people} bénéficiaires{how}"
    return f"{said} ({action.share_source})" if action.share_source else said


def pillar(session: Session, action: Action) -> str:
    """The national pillar of the action (§3.1), by the rule of its axis; "" when no rule says."""
    return PILLAR_LABELS.get(pillar_code(rulebook(session, Clock.MILLESIME, exercice=action.year), action), "")


def pillar_code(book: RuleBook, action: Action) -> str:
    """The code of that pillar, as the book of its exercice says."""
    axis = (action.objective or "").partition(".")[0]
    rule = book.find(Pillar, Subject(axis=axis, dispositif=action.dispositif))
    return rule.figures.pillar if isinstance(rule, Rule) else ""
