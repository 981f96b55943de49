"""The letter that goes with a titre de recettes: what is claimed, why, and what came in already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.lookups import find_convention
from ledger.conventions.model import Convention
from ledger.execution.lookups import bilans
from ledger.execution.model import Titre
from ledger.execution.recoveries import check_own_money, find_titre
from ledger.execution.recovery_imputation import imputation_words, recovery_shares
from ledger.reports.documents.kind import Kind
from ledger.reports.documents.parties import CONVENTION_FIELDS, LINE_COLUMNS, columns, convention_fields, line_words
from ledger.reports.documents.words import Amount, Day, Fields
from ledger.rules.vocabulary import Circuit

_FIELDS = {
    **CONVENTION_FIELDS,
    "titre": "le numéro du titre de recettes",
    "emis_le": "la date du titre",
    "compte": "le compte d'imputation, ou un tiret ; celui du mandat que le titre réduit dans son exercice",
    "reclame": "la somme réclamée (reclame.lettres : en toutes lettres)",
    "bilans": "le montant définitif de chaque ligne (liste)",
    **columns("bilans", {**LINE_COLUMNS, "definitif": "le montant définitif", "limite_par": "ce qui le limite"}),
}


def _gather(session: Session, key: str, _on: date) -> Fields:
    titre = find_titre(session, key)
    convention = find_convention(session, titre.convention)
    check_own_money(convention)
    return {
        **convention_fields(session, convention),
        "titre": titre.reference,
        "emis_le": Day(titre.issued_on),
        "compte": imputation_words(recovery_shares(session, titre)),
        "reclame": Amount(titre.amount),
        "bilans": [
            {
                **line_words(session, bilan.action, line.line),
                "definitif": Amount(line.amount_final),
                "limite_par": line.limited_by,
            }
            for bilan in bilans(session, convention.number).values()
            for line in bilan.lines
        ],
    }


def _numbers(session: Session, year: int, _on: date) -> Sequence[str]:
    of_convention = Convention.number == Titre.convention
    query = (
        select(Titre.reference)
        .join(Convention, of_convention)
        .where(
            Convention.circuit == Circuit.BUDGET,
            Titre.issued_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
    )
    return session.scalars(query.order_by(Titre.issued_on, Titre.reference)).all()


RECOVERY = Kind("titre", "Titre de recettes : lettre de recouvrement", "titre", _FIELDS, _gather, _numbers)
