"""The documents that grant: the convention, and the letter that notifies a grant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from sqlalchemy.orm import Session

from ledger.conventions.final_amount import KIND_LABELS
from ledger.conventions.lookups import find_convention
from ledger.conventions.model import ConventionLine, Instalment
from ledger.core.money import Money
from ledger.core.period import french_day
from ledger.core.rate import french_rate
from ledger.reports.documents.kind import Kind
from ledger.reports.documents.parties import (
    CONVENTION_FIELDS,
    LINE_COLUMNS,
    columns,
    convention_fields,
    convention_numbers,
    line_words,
)
from ledger.reports.documents.words import Amount, Fields

_FIELDS = {
    **CONVENTION_FIELDS,
    "actions": "les lignes de la convention (liste)",
    **columns(
        "actions",
        {**LINE_COLUMNS, "montant": "le montant accordé", "calcul": "comment se calcule le montant définitif"},
    ),
    "echeances": "les versements prévus (liste)",
    **columns(
        "echeances",
        {"rang": "1, 2, 3…", **LINE_COLUMNS, "montant": "le montant", "condition": "quand il est dû"},
    ),
}


def _gather(session: Session, key: str, _on: date) -> Fields:
    convention = find_convention(session, key)
    return {
        **convention_fields(session, convention),
        "actions": [
            {
                **line_words(session, line.action, line.line),
                "montant": Amount(line.amount),
                "calcul": _calculation(line),
            }
            for line in convention.lines
        ],
        "echeances": [
            {
                "rang": str(each.rank),
                **line_words(session, each.action, each.line),
                "montant": Amount(each.amount),
                "condition": _condition(each),
            }
            for each in convention.instalments
            if each.amount
        ],
    }


def _calculation(line: ConventionLine) -> str:
    rates = line.terms.get("rates")
    if rates:
        return " ; ".join(
            f"{french_rate(Fraction(rate))} de la dépense éligible réelle ({KIND_LABELS[kind]})"
            for kind, rate in rates.items()
        )
    rate = Fraction(line.amount.cents, line.terms["base"])
    return f"{french_rate(rate)} de la dépense éligible réelle ({Money(line.terms['base']).french()} prévus)"


def _condition(instalment: Instalment) -> str:
    if instalment.due_on is not None:
        return f"à compter du {french_day(instalment.due_on)}"
    return {"signature": "à la signature", "bilan": "sur présentation du bilan", "date": "en cours d'exécution"}[
        instalment.condition
    ]


def _conventions(session: Session, year: int, _on: date) -> Sequence[str]:
    return convention_numbers(session, year, "convention")


def _grants(session: Session, year: int, _on: date) -> Sequence[str]:
    return convention_numbers(session, year, "convention", "notification")


CONVENTION = Kind("convention", "Convention", "convention", _FIELDS, _gather, _conventions)
NOTIFICATION = Kind("notification", "Lettre de notification", "convention", _FIELDS, _gather, _grants)
