"""What a deposited action still lacks before it can be examined, and what in it is worth a look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.grouping import grouped
from ledger.programming.actions.forms import ReadAction
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import WHOLE, read_actions
from ledger.programming.calls.model import Appel
from ledger.programming.opinions.letters import letters_of_year
from ledger.programming.opinions.model import Avis
from ledger.programming.opinions.record_avis import avis_of_year
from ledger.programming.publics.model import QuartierVecu
from ledger.programming.publics.record_publics import epcis_sharing, kind_roles, qpv_first_beyond
from ledger.programming.publics.shares import KindRole, serves_qpv_first
from ledger.programming.queries import find_appel
from ledger.programming.vocabulary import ActionState, AvisVerdict, Renewal
from ledger.referential.axes import axis_tree
from ledger.referential.model import CreditLine, Porteur
from ledger.referential.queries import find_territory
from ledger.referential.vocabulary import LineNature
from ledger.rules.book import Rule, RuleBook, rulebook
from ledger.rules.programming_kinds import PILLAR_LABELS, Pillar
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Clock

_STILL_OPEN = (ActionState.DEPOSITED, ActionState.ADMISSIBLE, ActionState.EXAMINED, ActionState.ADJOURNED)


@dataclass(frozen=True, slots=True)
class MissingThing:
    """One thing that an action lacks, and how it is brought."""

    code: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Incomplete:
    """An action still open, what it lacks, and the last day to complete it (None when its appel sets none)."""

    action: ReadAction
    missing: tuple[MissingThing, ...]
    before: date | None


def missing_things(
    action: ReadAction,
    porteur: Porteur,
    natures: Sequence[str],
    asked_for: Sequence[Avis],
    roles: Mapping[str, KindRole],
) -> Iterator[MissingThing]:
    """What the action lacks before it can be examined, each with the command that brings it.

    natures: those of the lines it asks. asked_for: the avis that ask for more and were not answered. roles: of each
    kind of territory.
    """
    change = f"cofiville action modifier {action.number}"
    indicators = f"cofiville action indicateur {action.number} --saisir"
    lived = f"cofiville action public {action.number} --public CODE=N:qpv=N:preuve=TEXTE"
    unanswered = (
        LineNature.SPECIFIC in natures
        and LineNature.DROIT_COMMUN not in natures
        and not action.no_droit_commun_reason.strip()
    )
    table = (
        (not action.objective, "objectif", "l'objectif du contrat", f"{change} --objectif CODE"),
        (not action.territories, "territoires", "les territoires servis", f"{change} --territoire CODE"),
        (not action.slices, "public", "le public par territoire", f"{change} --qpv N --veille N --hors N"),
        (not natures, "demande", "une demande à un financeur", f"{change} --financement LIGNE=MONTANT"),
        (
            unanswered,
            "droit_commun",
            "du droit commun, ou pourquoi pas",
            f"{change} --sans-droit-commun TEXTE",
        ),
        (action.starts_on is None or action.ends_on is None, "dates", "ses dates", f"{change} --debut JOUR --fin JOUR"),
        (not action.indicators, "indicateurs", "les indicateurs attendus", indicators),
        (
            _renews_nothing(action),
            "reconduction",
            "l'action de l'an passé qu'elle reconduit",
            f"{change} --reconduit ACTION",
        ),
        (_unproved(action, roles), "quartier_vecu", "la part d'habitants de QPV en quartier vécu, et sa preuve", lived),
    )
    yield from (MissingThing(code, what, remedy) for lacks, code, what, remedy in table if lacks)
    if not porteur.siret or porteur.to_confirm:
        what = "le SIRET du porteur" if not porteur.siret else "la confirmation de l'identité du porteur"
        yield MissingThing("porteur", what, f"cofiville porteur modifier {porteur.code} --siret NUMERO")
    for avis in asked_for:
        answer = f"cofiville avis repondre {action.number} --texte TEXTE"
        yield MissingThing("complement", f"le complément demandé par {avis.service} : {avis.words}", answer)


def _renews_nothing(action: ReadAction) -> bool:
    return action.renewal == Renewal.RENEWED and not action.renewed_from


def _unproved(action: ReadAction, roles: Mapping[str, KindRole]) -> bool:
    """Whether a quartier vécu is served without what shows that QPV inhabitants come first (§3.2)."""
    lived = [each for each in action.publics if roles[each.kind].on_evidence]
    return any(each.qpv_headcount is None or not each.evidence.strip() for each in lived)


def incomplete_actions(session: Session, year: int) -> list[Incomplete]:
    """The actions of the year still open that lack something, the nearest deadline first, then by number."""
    porteurs = {each.code: each for each in session.scalars(select(Porteur))}
    natures = {code: nature for code, nature in session.execute(select(CreditLine.code, CreditLine.nature))}  # noqa: C416
    closing = {each.code: each.closes_on for each in session.scalars(select(Appel))}
    waiting, roles = _unanswered(session, year), kind_roles(session)
    found = []
    for action in read_actions(session, Action.year == year, Action.status.in_(_STILL_OPEN), parts=WHOLE):
        asked = [natures[line] for line in action.requested]
        lacks = tuple(missing_things(action, porteurs[action.porteur], asked, waiting.get(action.number, ()), roles))
        if lacks:
            found.append(Incomplete(action, lacks, closing.get(action.appel)))
    return sorted(found, key=lambda each: (each.before or date.max, each.action.number))


def _unanswered(session: Session, year: int) -> dict[str, list[Avis]]:
    """By action, the avis that ask for more, given since the last answer of the porteur."""
    answered: dict[str, date] = {}
    for letter in letters_of_year(session, year):
        if letter.answered_on is not None:
            answered[letter.action] = max(letter.answered_on, answered.get(letter.action, letter.answered_on))
    return grouped(
        (each.action, each)
        for each in avis_of_year(session, year)
        if each.verdict == AvisVerdict.INCOMPLETE and each.on > answered.get(each.action, date.min)
    )


def alerts(session: Session, action: ReadAction) -> list[str]:
    """In French, one sentence each. action: read whole."""
    return [*_quartiers(session, action), *_axis(session, action), *_shares(session, action)]


def _quartiers(session: Session, action: ReadAction) -> Iterator[str]:
    listed = select(QuartierVecu.territory).where(QuartierVecu.year == action.year)
    roles = kind_roles(session)
    held = [each for each in action.publics if roles[each.kind].on_evidence]
    named = {each.territory for each in held if each.territory}
    for code in sorted(named - set(session.scalars(listed))):
        name = find_territory(session, code).name
        yield f"Le quartier vécu {name} n'est pas sur la liste {action.year} : vérifiez-le."
    beyond = qpv_first_beyond(session, action.year) if held else None
    for each in held:
        if not serves_qpv_first(each, beyond):
            yield (
                f"Le public du quartier vécu {each.territory or ''} compte hors QPV : rien ne montre que les habitants "
                "des QPV en bénéficient d'abord (effectif et justificatif)."
            ).replace("  ", " ")


def _axis(session: Session, action: ReadAction) -> Iterator[str]:
    if not action.objective:
        yield "L'action ne nomme aucun objectif du contrat."
    elif action.appel:
        aimed = [each.axis for each in find_appel(session, action.appel).axes]
        axis = axis_tree(session).path(action.objective)[0]
        if aimed and axis not in aimed:
            yield f"L'axe {axis} n'est pas visé par l'appel {action.appel} (axes {', '.join(aimed)})."


def _shares(session: Session, action: ReadAction) -> Iterator[str]:
    if not action.slices:
        yield "Le public par territoire n'est pas renseigné : les crédits spécifiques ne peuvent pas être attribués."
    shared = any(each.shared and each.is_asked for each in action.fundings)
    if shared and not action.counted_public(epcis_sharing(session, action.year)):
        yield "Le public n'est pas compté d'avance : la part commune suit la clé de population."


def share_origin(action: ReadAction) -> str:
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


def pillar(session: Session, action: ReadAction) -> str:
    """The national pillar of the action (§3.1), by the rule of its axis; "" when no rule says."""
    return PILLAR_LABELS.get(pillar_code(rulebook(session, Clock.MILLESIME, exercice=action.year), action), "")


def pillar_code(book: RuleBook, action: ReadAction) -> str:
    """The code of that pillar, as the book of its exercice says."""
    rule = book.find(Pillar, RuleSubject(axis=action.axis, dispositif=action.dispositif))
    return rule.figures.pillar if isinstance(rule, Rule) else ""
