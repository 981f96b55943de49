"""The contract of a session: its EPCIs, its days."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.journal.model import Contract
from ledger.referential.model import Epci, TerritoryKind
from ledger.referential.queries import read_once
from ledger.storage.session import context


def contract_of(session: Session) -> Contract:
    """The contract whose book is open."""
    return read_once(session, session.get_one(Contract, context(session).contract))


def epci_of_contract(session: Session) -> Epci:
    """The EPCI that carries the contract."""
    contract = contract_of(session)
    return read_once(session, session.get_one(Epci, (contract.code, contract.epci)))


def epcis_of_contract(session: Session) -> tuple[Epci, ...]:
    """The EPCIs among whom what is shared is split: the one that carries the contract, then the others by code."""
    carrier = contract_of(session).epci
    found = session.scalars(select(Epci)).all()
    return tuple(sorted(found, key=lambda epci: (epci.code != carrier, epci.code)))


def territory_kinds(session: Session) -> Sequence[TerritoryKind]:
    """The kinds of territory of the contract, in its order."""
    return session.scalars(select(TerritoryKind).order_by(TerritoryKind.rank)).all()
