"""Letters to porteurs: relances, mise en demeure, attestation of an action not carried out, avis of services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.queries import find_convention
from ledger.conventions.read_conventions import read_convention
from ledger.conventions.vocabulary import ConventionKind
from ledger.core.errors import NotFound
from ledger.core.identifiers import is_count
from ledger.core.money import total
from ledger.execution.bilans.queue import bilan_queue
from ledger.execution.figures import state_of
from ledger.execution.queries import bilans_of_conventions
from ledger.programming.actions.model import Action
from ledger.programming.opinions.letters import actions_with_avis, letters_of_year
from ledger.programming.opinions.model import Avis
from ledger.programming.opinions.record_avis import avis_of_year, services_of_contract
from ledger.programming.queries import find_action
from ledger.programming.vocabulary import AvisVerdict
from ledger.referential.porteurs import contact_of
from ledger.referential.queries import find_line, find_porteur
from ledger.reports.documents.fields import (
    CONVENTION_FIELDS,
    LINE_COLUMNS,
    DocumentKind,
    NoDocument,
    columns_of_lines,
    convention_fields,
    day_or_dash,
    line_words,
)
from ledger.reports.documents.fields import convention_numbers as numbers_of
from ledger.reports.documents.values import AmountField, DayField, Fields

_REMINDER_FIELDS = {
    **CONVENTION_FIELDS,
    "verse": "ce qui a été versé sur la convention (verse.lettres : en toutes lettres)",
    "retards": "les bilans en retard de la convention (liste)",
    **columns_of_lines(
        "retards",
        {
            "action": "le numéro de l'action",
            "intitule": "son intitulé",
            "du_le": "la date où le bilan était dû",
            "proroge_au": "le délai accordé, ou un tiret",
            "jours": "le nombre de jours de retard",
        },
    ),
    "derniere_relance": "la date de la dernière relance, ou un tiret",
}
_ATTESTATION_FIELDS = {
    **CONVENTION_FIELDS,
    "verse": "ce qui a été versé sur la convention (verse.lettres : en toutes lettres)",
    "actions": "les lignes de la convention (liste)",
    **columns_of_lines("actions", {**LINE_COLUMNS, "montant": "le montant accordé"}),
}


def _reminder(session: Session, key: str, on: date) -> Fields:
    convention = find_convention(session, key)
    known = convention_fields(session, read_convention(convention, later=False))
    queue = bilan_queue(session, on, year=convention.year, porteur=convention.beneficiary)
    late = [each for each in queue if each.convention.number == convention.number and each.days_late(on)]
    if not late:
        raise NoDocument(
            f"Aucun bilan n'est en retard sur la convention {convention.number}.",
            "Consultez les bilans attendus : cofiville bilan echeancier.",
        )
    sent = [reminder.sent_on for each in late for reminder in each.reminders]
    return {
        **known,
        "verse": AmountField(state_of(session, convention).paid),
        "retards": [
            {
                "action": each.action,
                "intitule": find_action(session, each.action).title,
                "du_le": day_or_dash(each.due_on),
                "proroge_au": day_or_dash(each.until),
                "jours": str(each.days_late(on)),
            }
            for each in late
        ],
        "derniere_relance": day_or_dash(max(sent, default=None)),
    }


def _late(session: Session, year: int, on: date) -> Sequence[str]:
    queue = bilan_queue(session, on, year=year)
    return sorted({each.convention.number for each in queue if each.days_late(on) and each.to_the_epci})


def _attestation(session: Session, key: str, _on: date) -> Fields:
    convention = find_convention(session, key)
    known = convention_fields(session, read_convention(convention, later=False))
    realised = [bilan for bilan in bilans_of_conventions(session, convention.number).values() if bilan.real_cost]
    if realised:
        raise NoDocument(
            f"L'action {realised[0].action} a coûté {realised[0].real_cost.french()} d'après son bilan :"
            " elle a été réalisée.",
            f"Consultez-le : cofiville bilan montrer {convention.number}.",
        )
    return {
        **known,
        "verse": AmountField(state_of(session, convention).paid),
        "actions": [
            {**line_words(session, line.action, line.line), "montant": AmountField(line.amount)}
            for line in convention.lines
        ],
    }


def _not_carried_out(session: Session, year: int, _on: date) -> Sequence[str]:
    found = []
    for number in numbers_of(session, year, ConventionKind.CONVENTION, ConventionKind.NOTIFICATION):
        settled = bilans_of_conventions(session, number).values()
        if settled and not any(bilan.real_cost for bilan in settled):
            found.append(number)
    return found


FIRST_REMINDER = DocumentKind(
    "relance1", "Première relance d'un bilan", "convention", _REMINDER_FIELDS, _reminder, _late
)
SECOND_REMINDER = DocumentKind(
    "relance2", "Deuxième relance d'un bilan", "convention", _REMINDER_FIELDS, _reminder, _late
)
FORMAL_NOTICE = DocumentKind(
    "mise_en_demeure", "Mise en demeure de remettre un bilan", "convention", _REMINDER_FIELDS, _reminder, _late
)
ATTESTATION = DocumentKind(
    "attestation",
    "Attestation de non-réalisation",
    "convention",
    _ATTESTATION_FIELDS,
    _attestation,
    _not_carried_out,
)


_FIELDS = {
    "exercice": "l'exercice demandé",
    "beneficiaire": "le nom du porteur",
    "beneficiaire_code": "le code du porteur",
    "beneficiaire_siret": "son SIRET, ou un tiret",
    "contact": "la personne à joindre chez lui, ou rien",
    "reponse_avant": "le jour jusqu'auquel sa réponse est attendue, ou rien",
    "actions": "ses actions (liste)",
    **columns_of_lines(
        "actions",
        {"numero": "son numéro", "intitule": "son intitulé", "cout": "son coût total", "demande": "ce qu'elle demande"},
    ),
    "avis": "les avis donnés sur ces actions (liste)",
    **columns_of_lines(
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


def _read_fields(session: Session, key: str, _on: date) -> Fields:
    code, _, year = key.strip().rpartition(" ")
    if not (code and is_count(year)):
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
    names = {each.code: each.name for each in services_of_contract(session)}
    titles = {action.number: action.title for action in actions}
    given = [each for each in avis_of_year(session, int(year)) if each.action in titles]
    return {
        "exercice": year,
        "beneficiaire": porteur.name,
        "beneficiaire_code": porteur.code,
        "beneficiaire_siret": porteur.siret or "—",
        "contact": contact_of(session, porteur.code).get("contact", ""),
        "reponse_avant": DayField(max(awaited)) if awaited else "",
        "exemple": "(exemple)" if all(action.example for action in actions) else "",
        "actions": [
            {
                "numero": action.number,
                "intitule": action.title,
                "cout": AmountField(action.cost_total),
                "demande": AmountField(total(action.requested.values())),
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
        "montant": AmountField(avis.amount_advised) if avis.amount_advised is not None else "",
        "texte": avis.words,
    }


def _keys(session: Session, year: int, _on: date) -> Sequence[str]:
    given = select(Avis.action)
    query = select(Action.porteur).where(Action.year == year, Action.number.in_(given))
    return [letter_key(code, year) for code in session.scalars(query.distinct().order_by(Action.porteur))]


AVIS = DocumentKind("avis", "Lettre d'avis au porteur", "porteur suivi de l'année", _FIELDS, _read_fields, _keys)
