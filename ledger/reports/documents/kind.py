"""What a kind of document is: its template, what it is about, the fields it offers, where they come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
from ledger.journal.model import Contract
from ledger.referential.lookups import read_once
from ledger.referential.model import Epci
from ledger.reports.documents.words import Day, Fields
from ledger.storage.session import context


class NoDocument(LedgerError):
    """The document has no reason to exist for what was named."""

    code = "document_sans_objet"


COMMON_FIELDS: Mapping[str, str] = {
    "collectivite": "le nom de l'agglomération",
    "contrat_de_ville": "le nom du contrat de ville",
    "date": "la date du document (date.court : en chiffres)",
    "exemple": "« (exemple) » quand le dossier est un exemple, rien sinon",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A document the house writes.

    subject: what its key names ("convention", "mandat", "titre"). fields: each with its meaning; a column of a list
    is named "list.column". gather: the fields of one key, the common ones apart; raises NotFound, NoDocument.
    keys: those of a whole year.
    """

    name: str
    label: str
    subject: str
    fields: Mapping[str, str]
    gather: Callable[[Session, str, date], Fields]
    keys: Callable[[Session, int, date], Sequence[str]]

    @property
    def known_fields(self) -> Mapping[str, str]:
        """Every field a template may name, with its meaning."""
        return {**COMMON_FIELDS, **self.fields}


def all_fields(session: Session, kind: Kind, key: str, on: date) -> Fields:
    """The fields of one document, the common ones included."""
    contract = session.get_one(Contract, context(session).contract)
    common = {
        "collectivite": read_once(session, session.get_one(Epci, contract.epci)).name,
        "contrat_de_ville": contract.name,
        "date": Day(on),
        "exemple": "",
    }
    return common | dict(kind.gather(session, key, on))
