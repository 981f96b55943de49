"""The fields that every document about a convention shares: who, what, how much, under which piece."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.vocabulary import ConventionStatus
from ledger.programming.lookups import find_action
from ledger.referential.contacts import contact
from ledger.referential.lookups import find_financeur, find_line, find_porteur
from ledger.referential.vocabulary import PorteurKind
from ledger.reports.documents.kind import NoDocument
from ledger.reports.documents.words import Amount, Value, day_or_dash

CONVENTION_FIELDS = {
    "numero": "le numéro de la convention",
    "exercice": "l'exercice (millésime) de la subvention",
    "objet": "l'objet de la convention",
    "payeur": "le nom du financeur qui paie",
    "beneficiaire": "le nom du porteur bénéficiaire",
    "beneficiaire_code": "le code du porteur",
    "beneficiaire_nature": "CCAS, association, commune…",
    "beneficiaire_siret": "son SIRET, ou un tiret",
    "contact": "la personne à joindre chez lui, ou rien",
    "montant": "le montant accordé (montant.lettres : en toutes lettres)",
    "piece": "la pièce qui accorde (délibération, arrêté)",
    "signee_le": "la date de signature ou de notification, ou un tiret",
    "debut": "le premier jour d'effet",
    "fin": "le dernier jour d'effet",
}


def convention_fields(session: Session, convention: Convention) -> dict[str, Value]:
    """The fields of CONVENTION_FIELDS. raises: NoDocument for a right acquired, which has no beneficiary."""
    if convention.beneficiary is None:
        raise NoDocument(
            f"{convention.number} est un droit que la CAPH a acquis : aucun porteur n'en est bénéficiaire.",
            "Désignez une convention versée : cofiville convention lister.",
        )
    porteur = find_porteur(session, convention.beneficiary)
    return {
        "numero": convention.number,
        "exercice": str(convention.year),
        "objet": convention.purpose,
        "payeur": find_financeur(session, convention.payer).name,
        "beneficiaire": porteur.name,
        "beneficiaire_code": porteur.code,
        "beneficiaire_nature": PorteurKind(porteur.kind).label,
        "beneficiaire_siret": porteur.siret or "—",
        "contact": contact(session, porteur.code).get("contact", ""),
        "montant": Amount(convention.amount),
        "piece": convention.piece or "—",
        "signee_le": day_or_dash(convention.signed_on),
        "debut": day_or_dash(convention.starts_on),
        "fin": day_or_dash(convention.ends_on),
        "exemple": "(exemple)" if convention.example else "",
    }


def line_words(session: Session, action: str, line: str) -> dict[str, str]:
    """The columns that name one line of one action: their codes and their words."""
    return {
        "action": action,
        "intitule": find_action(session, action).title if action else "",
        "ligne": line,
        "credits": find_line(session, line).label,
    }


LINE_COLUMNS = {
    "action": "le numéro de l'action",
    "intitule": "son intitulé",
    "ligne": "le code de la ligne de crédits",
    "credits": "son libellé",
}


def columns(of: str, fields: dict[str, str]) -> dict[str, str]:
    """The meanings of a list's columns, under the names templates give them."""
    return {f"{of}.{name}": meaning for name, meaning in fields.items()}


def convention_numbers(session: Session, year: int, *kinds: str) -> Sequence[str]:
    """The numbers of the conventions of a millésime, of these kinds, that are not cancelled."""
    query = select(Convention.number).where(
        Convention.year == year,
        Convention.state != ConventionStatus.CANCELLED,
        Convention.kind.in_(kinds),
    )
    return session.scalars(query.order_by(Convention.number)).all()
