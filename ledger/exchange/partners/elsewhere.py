"""What other bodies published that they granted to a porteur of ours (profile scdl, or a user's own after it)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger.core.identifiers import plain_words
from ledger.core.money import Money
from ledger.exchange.model import PartnerRow
from ledger.exchange.partners.keeping import last_rows, revived
from ledger.exchange.sheets.scdl import SUBVENTIONS
from ledger.journal.model import Contract
from ledger.referential.model import Epci, Porteur
from ledger.storage.session import context

_PROFILE = "scdl"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A grant published by another body; amount: None where it could not be read."""

    year: int | None
    payer: str
    purpose: str
    amount: Money | None
    decision: str


def published_elsewhere(session: Session, porteur: Porteur) -> list[Elsewhere]:
    """The grants to this body in the last file of each attribuant and year; those the EPCI published are its own.

    A row without a SIRET that can be trusted is told by the name of the body. A row that a later file of the same
    attribuant and year no longer lists is not shown any more, nor what it corrects.
    """
    siren = session.get_one(Epci, session.get_one(Contract, context(session).contract).epci).siren
    found = [
        _told(row)
        for row in last_rows(session, _PROFILE)
        if not row.gone
        and row.siret in ("", porteur.siret)
        and (row.siret or plain_words(row.facts.get("porteur", "")) == plain_words(porteur.name))
        and not re.sub(r"\D", "", row.facts.get("payer_siret", "")).startswith(siren)
    ]
    return sorted(found, key=lambda each: (each.year or 0, plain_words(each.payer), plain_words(each.purpose)))


def _told(row: PartnerRow) -> Elsewhere:
    values = revived(SUBVENTIONS, row.facts)
    payer, purpose, decision = (str(values.get(name) or "") for name in ("payer", "purpose", "decision"))
    amount = values.get("amount")
    return Elsewhere(row.year, payer, purpose, amount if isinstance(amount, Money) else None, decision)
