"""The letter that tells a porteur the avis of the services on its actions of a year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import NotFound
from ledger.core.money import total
from ledger.programming.avis import avis_of_year, services
from ledger.programming.avis_letters import actions_with_avis, letters_of_year
from ledger.programming.avis_model import Avis
from ledger.programming.lookups import own_fund_lines, requested
from ledger.programming.model import Action
from ledger.programming.vocabulary import AvisVerdict
from ledger.referential.contacts import contact
from ledger.referential.lookups import find_line, find_porteur
from ledger.reports.documents.kind import Kind, NoDocument
from ledger.reports.documents.parties import columns
from ledger.reports.documents.words import Amount, Day, Fields

_FIELDS = {
    "exercice": "l'exercice demandé",
    "beneficiaire": "le nom du porteur",
    "beneficiaire_code": "le code du porteur",
    "beneficiaire_siret": "son SIRET, ou un tiret",
    "contact": "la personne à joindre chez lui, ou rien",
    "reponse_avant": "le jour jusqu'auquel sa réponse est attendue, ou rien",
    "actions": "ses actions (liste)",
    **columns(
        "actions",
        {"numero": "son numéro", "intitule": "son intitulé", "cout": "son coût total", "demande": "ce qu'elle demande"},
    ),
    "avis": "les avis donnés sur ces actions (liste)",
    **columns(
        "avis",
        {
            "action": "le numéro de l'action",
            "intitule": "son intitulé",
            "service": "qui donne l'avis",
            "avis": "favorable, favorable avec réserves, défavorable, complément demandé",
            "credits": "les crédits dont il s'agit, ou rien",
            "montant": "le montant conseillé, ou rien",
            "texte": "ce que dit le service, ou rien",
        },
    ),
}


def letter_key(porteur: str, year: int) -> str:
    """What names a letter: "EX-CCAS-DENAIN 2016"."""
    return f"{porteur} {year}"


def _gather(session: Session, key: str, _on: date) -> Fields:
    code, _, year = key.strip().rpartition(" ")
    if not (code and year.isdecimal()):
        raise NotFound(f"« {key} » ne désigne pas une lettre d'avis.", 'Écrivez le porteur et l\'année : "CCAS 2016".')
    porteur = find_porteur(session, code)
    actions = actions_with_avis(session, int(year), porteur.code)
    if not actions:
        raise NoDocument(
            f"Personne n'a donné d'avis sur les actions {year} de {porteur.name}.",
            f"Consultez les avis : cofiville avis lister {year}.",
        )
    numbers = {action.number for action in actions}
    awaited = [letter.due_on for letter in letters_of_year(session, int(year)) if letter.action in numbers]
    own_funds, names = own_fund_lines(session), {each.code: each.name for each in services(session)}
    titles = {action.number: action.title for action in actions}
    given = [each for each in avis_of_year(session, int(year)) if each.action in titles]
    return {
        "exercice": year,
        "beneficiaire": porteur.name,
        "beneficiaire_code": porteur.code,
        "beneficiaire_siret": porteur.siret or "—",
        "contact": contact(session, porteur.code).get("contact", ""),
        "reponse_avant": Day(max(awaited)) if awaited else "",
        "exemple": "(exemple)" if all(action.example for action in actions) else "",
        "actions": [
            {
                "numero": action.number,
                "intitule": action.title,
                "cout": Amount(action.cost_total),
                "demande": Amount(total(requested(action, own_funds).values())),
            }
            for action in actions
        ],
        "avis": [_avis_words(session, each, titles[each.action], names) for each in given],
    }


def _avis_words(session: Session, avis: Avis, title: str, names: dict[str, str]) -> dict[str, str]:
    return {
        "action": avis.action,
        "intitule": title,
        "service": names[avis.service],
        "avis": AvisVerdict(avis.verdict).label,
        "credits": find_line(session, avis.line).label if avis.line else "",
        "montant": Amount(avis.amount_advised) if avis.amount_advised is not None else "",
        "texte": avis.words,
    }


def _keys(session: Session, year: int, _on: date) -> Sequence[str]:
    given = select(Avis.action)
    query = select(Action.porteur).where(Action.year == year, Action.number.in_(given))
    return [letter_key(code, year) for code in session.scalars(query.distinct().order_by(Action.porteur))]


AVIS = Kind("avis", "Lettre d'avis au porteur", "porteur suivi de l'année", _FIELDS, _gather, _keys)
