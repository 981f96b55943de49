"""What a kind of document is, the fields it offers, and those that every document about a convention shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.fields import CONVENTION_READ, GIVEN_NUMBER, STANDING
from ledger.conventions.forms import ReadConvention
from ledger.conventions.model import Convention
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.errors import LedgerError
from ledger.core.money import Money
from ledger.programming.queries import find_action
from ledger.referential.contracts import contract_of, epci_of_contract
from ledger.referential.porteurs import contact_of
from ledger.referential.queries import find_financeur, find_line, find_porteur
from ledger.referential.vocabulary import PorteurKind
from ledger.reports.documents.values import AmountField, DayField, Fields, Value


def day_or_dash(day: date | None) -> str:
    """The day as a field; a dash where there is none."""
    return DayField(day) if day is not None else "—"


def printed(value: object) -> str:
    """What is read of a convention, as documents print it; a dash for what is not known."""
    match value:
        case None | "":
            return "—"
        case Money():
            return AmountField(value)
        case date():
            return DayField(value)
    return str(value)


class NoDocument(LedgerError):
    """The document has no reason to exist for what was named."""

    code = "document_sans_objet"


COMMON_FIELDS: Mapping[str, str] = {
    "collectivite": "le nom de l'agglomération",
    "en_tete": "l'en-tête des courriers du contrat (contrat modifier --en-tete), sinon le nom de l'agglomération",
    "contrat_de_ville": "le nom du contrat de ville",
    "date": "la date du document (date.court : en chiffres)",
    "exemple": "« (exemple) » quand le dossier est un exemple, rien sinon",
}


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document that the product writes: what it is about, its fields, where their values are read.

    subject: what its key names ("convention", "mandat", "titre"). fields: each with its meaning; a column of a list
    is named "list.column". gather: the fields of one key, the common ones apart; raises NotFound, NoDocument.
    keys: those of a whole year.
    """

    name: str
    label: str
    subject: str
    fields: Mapping[str, str]
    read_fields: Callable[[Session, str, date], Fields]
    keys: Callable[[Session, int, date], Sequence[str]]

    @property
    def known_fields(self) -> Mapping[str, str]:
        """Every field a template may name, with its meaning."""
        return {**COMMON_FIELDS, **self.fields}


def all_fields(session: Session, kind: DocumentKind, key: str, on: date) -> Fields:
    """The fields of one document, the common ones included."""
    contract = contract_of(session)
    common = {
        "collectivite": (name := epci_of_contract(session).name),
        "en_tete": contract.letter_heading or name,
        "contrat_de_ville": contract.name,
        "date": DayField(on),
        "exemple": "",
    }
    return common | dict(kind.read_fields(session, key, on))


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


_PRINTED = {
    **{name: CONVENTION_READ[name] for name in ("year", *STANDING, "piece", "signed_on")},
    "number": GIVEN_NUMBER,
}
"""Of a convention as it is read, what a document prints as it stands, under the name of its field."""


def convention_fields(session: Session, convention: ReadConvention) -> dict[str, Value]:
    """The fields of CONVENTION_FIELDS. raises: NoDocument for a right acquired, which has no beneficiary."""
    if convention.beneficiary is None:
        raise NoDocument(
            f"{convention.number} est un droit que l'EPCI a acquis : aucun porteur n'en est bénéficiaire.",
            "Désignez une convention versée : cofiville convention lister.",
        )
    porteur = find_porteur(session, convention.beneficiary)
    return {
        **{field.name: printed(getattr(convention, name)) for name, field in _PRINTED.items()},
        "payeur": find_financeur(session, convention.payer).name,
        "beneficiaire": porteur.name,
        "beneficiaire_code": porteur.code,
        "beneficiaire_nature": PorteurKind(porteur.kind).label,
        "beneficiaire_siret": porteur.siret or "—",
        "contact": contact_of(session, porteur.code).get("contact", ""),
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


def columns_of_lines(of: str, fields: dict[str, str]) -> dict[str, str]:
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
