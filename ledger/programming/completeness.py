"""What a deposited action still lacks before it can be examined: each thing, with the command that brings it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.programming.appel_model import Appel
from ledger.programming.avis import avis_of_year
from ledger.programming.avis_letters import letters_of_year
from ledger.programming.avis_model import Avis
from ledger.programming.lookups import own_fund_lines, programme, requested
from ledger.programming.model import Action
from ledger.programming.vocabulary import ActionState, AvisVerdict, Renewal
from ledger.referential.model import CreditLine, Porteur
from ledger.referential.vocabulary import LineNature

_STILL_OPEN = (ActionState.DEPOSITED, ActionState.ADMISSIBLE, ActionState.EXAMINED, ActionState.ADJOURNED)


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that an action lacks, and how it is brought."""

    code: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Incomplete:
    """An action still open, what it lacks, and the last day to complete it (None when its appel sets none)."""

    action: Action
    missing: tuple[Missing, ...]
    before: date | None


def missing(action: Action, porteur: Porteur, natures: Sequence[str], asked_for: Sequence[Avis]) -> Iterator[Missing]:
    """What the action lacks.

    natures: those of the lines it asks. asked_for: the avis that ask for more and were not answered.
    """
    change = f"cofiville action modifier {action.number}"
    indicators = f"cofiville action indicateur {action.number} --saisir"
    lived = f"cofiville action public {action.number} --public CODE=N:qpv=N:preuve=TEXTE"
    alone = (
        LineNature.SPECIFIC in natures
        and LineNature.DROIT_COMMUN not in natures
        and not action.no_droit_commun_reason.strip()
    )
    table = (
        (not action.objective, "objectif", "l'objectif du contrat", f"{change} --objectif 5.1.2"),
        (not action.territories, "territoires", "les territoires servis", f"{change} --territoire CODE"),
        (not action.slices, "public", "le public par territoire", f"{change} --qpv N --veille N --hors N"),
        (not natures, "demande", "une demande à un financeur", f"{change} --financement LIGNE=MONTANT"),
        (alone, "droit_commun", "du droit commun, ou pourquoi pas (§5.4.1)", f"{change} --sans-droit-commun TEXTE"),
        (action.starts_on is None or action.ends_on is None, "dates", "ses dates", f"{change} --debut JOUR --fin JOUR"),
        (not action.indicators, "indicateurs", "les indicateurs attendus (§5.6.1)", indicators),
        (
            _renews_nothing(action),
            "reconduction",
            "l'action de l'an passé qu'elle reconduit",
            f"{change} --reconduit ACTION",
        ),
        (_unproved(action), "quartier_vecu", "la part d'habitants de QPV en quartier vécu, et sa preuve", lived),
    )
    yield from (Missing(code, what, remedy) for lacks, code, what, remedy in table if lacks)
    if not porteur.siret or porteur.to_confirm:
        what = "le SIRET du porteur" if not porteur.siret else "la confirmation de l'identité du porteur"
        yield Missing("porteur", what, f"cofiville porteur modifier {porteur.code} --siret NUMERO")
    for avis in asked_for:
        answer = f"cofiville avis repondre {action.number} --texte TEXTE"
        yield Missing("complement", f"le complément demandé par {avis.service} : {avis.words}", answer)


def _renews_nothing(action: Action) -> bool:
    return action.renewal == Renewal.RENEWED and action.renewed is None


def _unproved(action: Action) -> bool:
    """Whether a quartier vécu is served without what shows that QPV inhabitants come first (§3.2)."""
    lived = [each for each in action.publics if each.kind == "vecu"]
    return any(each.qpv_headcount is None or not each.evidence.strip() for each in lived)


def incomplete(session: Session, year: int) -> list[Incomplete]:
    """The actions of the year still open that lack something, the nearest deadline first, then by number."""
    porteurs = {each.code: each for each in session.scalars(select(Porteur))}
    natures = {code: nature for code, nature in session.execute(select(CreditLine.code, CreditLine.nature))}  # noqa: C416
    closing = {each.code: each.closes_on for each in session.scalars(select(Appel))}
    own_funds, waiting = own_fund_lines(session), _unanswered(session, year)
    found = []
    for action in programme(session, year):
        if action.status not in _STILL_OPEN:
            continue
        asked = [natures[line] for line in requested(action, own_funds)]
        lacks = tuple(missing(action, porteurs[action.porteur], asked, waiting.get(action.number, ())))
        if lacks:
            found.append(Incomplete(action, lacks, closing.get(action.appel or "")))
    return sorted(found, key=lambda each: (each.before or date.max, each.action.number))


def _unanswered(session: Session, year: int) -> dict[str, list[Avis]]:
    """By action, the avis that ask for more, given since the last answer of the porteur."""
    answered: dict[str, date] = {}
    for letter in letters_of_year(session, year):
        if letter.answered_on is not None:
            answered[letter.action] = max(letter.answered_on, answered.get(letter.action, letter.answered_on))
    found: dict[str, list[Avis]] = {}
    for each in avis_of_year(session, year):
        if each.verdict == AvisVerdict.INCOMPLETE and each.on > answered.get(each.action, date.min):
            found.setdefault(each.action, []).append(each)
    return found
