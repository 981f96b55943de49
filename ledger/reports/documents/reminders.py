"""Letters about bilans: relance 1, relance 2, mise en demeure; the attestation that an action was not carried out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.lookups import find_convention
from ledger.execution.bilan_queue import bilan_queue
from ledger.execution.lookups import bilans
from ledger.execution.states import state_of
from ledger.programming.lookups import find_action
from ledger.reports.documents.kind import Kind, NoDocument
from ledger.reports.documents.parties import CONVENTION_FIELDS, LINE_COLUMNS, columns, convention_fields, line_words
from ledger.reports.documents.parties import convention_numbers as numbers_of
from ledger.reports.documents.words import Amount, Fields, day_or_dash

_REMINDER_FIELDS = {
    **CONVENTION_FIELDS,
    "verse": "ce qui a été versé sur la convention (verse.lettres : en toutes lettres)",
    "retards": "les bilans en retard de la convention (liste)",
    **columns(
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
    **columns("actions", {**LINE_COLUMNS, "montant": "le montant accordé"}),
}


def _reminder(session: Session, key: str, on: date) -> Fields:
    convention = find_convention(session, key)
    known = convention_fields(session, convention)
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
        "verse": Amount(state_of(session, convention).paid),
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
    known = convention_fields(session, convention)
    realised = [bilan for bilan in bilans(session, convention.number).values() if bilan.real_cost]
    if realised:
        raise NoDocument(
            f"L'action {realised[0].action} a coûté {realised[0].real_cost.french()} d'après son bilan :"
            " elle a été réalisée.",
            f"Consultez-le : cofiville bilan montrer {convention.number}.",
        )
    return {
        **known,
        "verse": Amount(state_of(session, convention).paid),
        "actions": [
            {**line_words(session, line.action, line.line), "montant": Amount(line.amount)} for line in convention.lines
        ],
    }


def _not_carried_out(session: Session, year: int, _on: date) -> Sequence[str]:
    found = []
    for number in numbers_of(session, year, "convention", "notification"):
        settled = bilans(session, number).values()
        if settled and not any(bilan.real_cost for bilan in settled):
            found.append(number)
    return found


FIRST_REMINDER = Kind("relance1", "Première relance d'un bilan", "convention", _REMINDER_FIELDS, _reminder, _late)
SECOND_REMINDER = Kind("relance2", "Deuxième relance d'un bilan", "convention", _REMINDER_FIELDS, _reminder, _late)
FORMAL_NOTICE = Kind(
    "mise_en_demeure", "Mise en demeure de remettre un bilan", "convention", _REMINDER_FIELDS, _reminder, _late
)
ATTESTATION = Kind(
    "attestation",
    "Attestation de non-réalisation",
    "convention",
    _ATTESTATION_FIELDS,
    _attestation,
    _not_carried_out,
)
