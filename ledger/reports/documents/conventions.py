"""The documents that grant: the convention, the letter that notifies, the avenant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.fields import STANDING
from ledger.conventions.final_amount import ELIGIBLE, KIND_LABELS
from ledger.conventions.forms import ReadInstalment, ReadLine
from ledger.conventions.model import Avenant
from ledger.conventions.queries import find_convention
from ledger.conventions.read_conventions import read_avenant, read_convention
from ledger.conventions.vocabulary import ConventionKind
from ledger.core.errors import NotFound
from ledger.core.identifiers import is_count
from ledger.core.period import french_day
from ledger.core.rate import french_rate
from ledger.reports.documents.fields import (
    CONVENTION_FIELDS,
    LINE_COLUMNS,
    DocumentKind,
    columns_of_lines,
    convention_fields,
    convention_numbers,
    line_words,
    printed,
)
from ledger.reports.documents.values import AmountField, DayField, Fields
from ledger.rules.vocabulary import Condition
from ledger.storage.session import context

_INSTALMENT_COLUMNS = {"rang": "1, 2, 3…", **LINE_COLUMNS, "montant": "le montant", "condition": "quand il est dû"}
_FIELDS = {
    **CONVENTION_FIELDS,
    "actions": "les lignes de la convention (liste)",
    **columns_of_lines(
        "actions",
        {**LINE_COLUMNS, "montant": "le montant accordé", "calcul": "comment se calcule le montant définitif"},
    ),
    "deduction": "ce dont les autres financements reçus se déduisent au bilan",
    "echeances": "les versements prévus (liste)",
    **columns_of_lines("echeances", _INSTALMENT_COLUMNS),
}


def _read_fields(session: Session, key: str, _on: date) -> Fields:
    convention = read_convention(find_convention(session, key))
    return {
        **convention_fields(session, convention),
        "actions": [
            {
                **line_words(session, line.action, line.line),
                "montant": AmountField(line.amount),
                "calcul": _calculation(line),
            }
            for line in convention.lines
        ],
        "echeances": _instalments(session, convention.instalments),
        "deduction": _deduction(convention.lines),
    }


def _instalments(session: Session, instalments: Iterable[ReadInstalment]) -> list[dict[str, str]]:
    return [
        {
            "rang": str(each.rank),
            **line_words(session, each.action, each.line),
            "montant": AmountField(each.amount),
            "condition": _condition(each.condition, each.due_on),
        }
        for each in instalments
        if each.amount
    ]


def _deduction(lines: Sequence[ReadLine]) -> str:
    """From which real cost each line takes the receipts off, as it was signed (rule `deduction_recettes`)."""
    eligible = [line.line for line in lines if line.terms.get("receipts_off") == ELIGIBLE]
    if not eligible:
        return "du coût total réel"
    if len(eligible) == len(lines):
        return "de la dépense éligible réelle"
    return f"du coût total réel (de la dépense éligible réelle pour {', '.join(dict.fromkeys(eligible))})"


def _calculation(line: ReadLine) -> str:
    rates = line.terms.get("rates")
    if rates:
        return " ; ".join(
            f"{french_rate(Fraction(rate))} de la dépense éligible réelle ({KIND_LABELS[kind]})"
            for kind, rate in rates.items()
        )
    assert line.rate is not None
    assert line.base is not None
    return f"{french_rate(line.rate)} de la dépense éligible réelle ({line.base.french()} prévus)"


def _condition(condition: str, due_on: date | None) -> str:
    if due_on is not None:
        return f"à compter du {french_day(due_on)}"
    moments: Mapping[str, str] = {
        Condition.SIGNATURE: "à la signature",
        Condition.BILAN: "sur présentation du bilan",
        Condition.DATE: "en cours d'exécution",
    }
    return moments[condition]


def _conventions(session: Session, year: int, _on: date) -> Sequence[str]:
    return convention_numbers(session, year, ConventionKind.CONVENTION)


def _grants(session: Session, year: int, _on: date) -> Sequence[str]:
    return convention_numbers(session, year, ConventionKind.CONVENTION, ConventionKind.NOTIFICATION)


CONVENTION = DocumentKind("convention", "Convention", "convention", _FIELDS, _read_fields, _conventions)
NOTIFICATION = DocumentKind("notification", "Lettre de notification", "convention", _FIELDS, _read_fields, _grants)


_AMENDMENT_FIELDS = {
    **CONVENTION_FIELDS,
    "avenant": "le rang de l'avenant dans la convention",
    "avenant_signe_le": "la date de l'avenant",
    "avenant_piece": "la pièce qui le fonde",
    "objet_avant": "l'objet de la convention avant l'avenant",
    "objet_apres": "l'objet de la convention après l'avenant",
    "montant_avant": "le montant accordé avant l'avenant (montant_avant.lettres)",
    "montant_apres": "le montant accordé après l'avenant (montant_apres.lettres)",
    "debut_avant": "le premier jour d'effet avant l'avenant",
    "debut_apres": "le premier jour d'effet après l'avenant",
    "fin_avant": "le dernier jour d'effet avant l'avenant",
    "fin_apres": "le dernier jour d'effet après l'avenant",
    "lignes": "les lignes dont le montant change (liste)",
    **columns_of_lines("lignes", {**LINE_COLUMNS, "avant": "le montant d'avant", "apres": "le montant d'après"}),
    "assiettes": "les lignes dont la dépense éligible retenue change (liste)",
    **columns_of_lines("assiettes", {**LINE_COLUMNS, "avant": "l'assiette d'avant", "apres": "l'assiette d'après"}),
    "echeances": "les versements désormais prévus, si l'échéancier change (liste)",
    **columns_of_lines("echeances", _INSTALMENT_COLUMNS),
}


def _find(session: Session, key: str) -> Avenant:
    number, _, rank = key.strip().upper().rpartition("/")
    found = session.get(Avenant, (context(session).contract, number, int(rank))) if is_count(rank) else None
    if found is None:
        raise NotFound(
            f"L'avenant « {key} » n'existe pas.",
            "Nommez la convention et le rang : C2016-001/1 (cofiville convention montrer les donne).",
        )
    return found


def _amendment_values(session: Session, key: str, _on: date) -> Fields:
    found = _find(session, key)
    avenant = read_avenant(found)
    before, after = avenant.before, avenant.after
    return {
        **convention_fields(session, read_convention(find_convention(session, found.convention))),
        "avenant": str(avenant.rank),
        "avenant_signe_le": DayField(avenant.signed_on),
        "avenant_piece": avenant.piece,
        **{
            f"{field.name}_{moment}": printed(getattr(facts, name))
            for moment, facts in (("avant", before), ("apres", after))
            for name, field in STANDING.items()
        },
        "lignes": [
            {
                **line_words(session, line.action, line.line),
                "avant": AmountField(line.before),
                "apres": AmountField(line.after),
            }
            for line in avenant.lines
        ],
        "assiettes": [
            {**line_words(session, *of), "avant": AmountField(earlier), "apres": AmountField(base)}
            for of, earlier, base in avenant.new_bases()
        ],
        "echeances": _instalments(session, after.instalments if before.instalments != after.instalments else ()),
    }


def _of_year(session: Session, year: int, _on: date) -> Sequence[str]:
    query = select(Avenant.convention, Avenant.rank).where(
        Avenant.signed_on.between(date(year, 1, 1), date(year, 12, 31)),
    )
    return [f"{number}/{rank}" for number, rank in session.execute(query.order_by(Avenant.convention, Avenant.rank))]


AVENANT = DocumentKind("avenant", "Avenant à une convention", "avenant", _AMENDMENT_FIELDS, _amendment_values, _of_year)
