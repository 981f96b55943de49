"""What other bodies published that they granted to a porteur of ours (profile scdl, or a user's own after it)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.identifiers import plain_words
from ledger.core.money import Money
from ledger.exchange.model import PartnerRow, SavedProfile
from ledger.exchange.partners.keeping import revived
from ledger.exchange.sheets.scdl import SUBVENTIONS
from ledger.journal.context import context
from ledger.journal.model import Contract
from ledger.referential.model import Epci, Porteur

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
    """The grants to this body in the files imported, as each says it last; those the EPCI published are its own.

    A row without a SIRET that can be trusted is told by the name of the body. A row that a later file no longer lists
    stays, as everything received does: an amount published again otherwise is shown beside the first.
    """
    contract = context(session).contract
    saved = select(SavedProfile.name).where(SavedProfile.contract == contract, SavedProfile.model == _PROFILE)
    query = (
        select(PartnerRow)
        .where(
            PartnerRow.contract == contract,
            PartnerRow.profile.in_({_PROFILE, *session.scalars(saved)}),
            PartnerRow.siret.in_({"", porteur.siret or ""}),
        )
        .order_by(PartnerRow.profile, PartnerRow.key, PartnerRow.version)
    )
    siren = session.get_one(Epci, session.get_one(Contract, contract).epci).siren
    latest = {(row.profile, row.key): row for row in session.scalars(query)}
    found = [
        _told(row)
        for row in latest.values()
        if (row.siret or plain_words(row.facts.get("porteur", "")) == plain_words(porteur.name))
        and not re.sub(r"\D", "", row.facts.get("payer_siret", "")).startswith(siren)
    ]
    return sorted(found, key=lambda each: (each.year or 0, plain_words(each.payer), plain_words(each.purpose)))


def _told(row: PartnerRow) -> Elsewhere:
    values = revived(SUBVENTIONS, row.facts)
    payer, purpose, decision = (str(values.get(name) or "") for name in ("payer", "purpose", "decision"))
    amount = values.get("amount")
    return Elsewhere(row.year, payer, purpose, amount if isinstance(amount, Money) else None, decision)
