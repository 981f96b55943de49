"""The numbers that financeurs give to conventions (EJ, dossier): they change every year, one may cover several."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.followed_model import Reference
from ledger.conventions.model import Convention
from ledger.conventions.vocabulary import ReferenceKind
from ledger.core.errors import InvalidValue
from ledger.core.period import check_year


def add_reference(session: Session, convention: Convention, kind: str, number: str, year: int) -> Reference:
    """The reference tied to the convention for a year; tied again, nothing changes.

    raises: InvalidValue for an unknown kind or an empty number.
    """
    reference = " ".join(number.split()).upper()
    if kind not in ReferenceKind.labels() or not reference:
        raise InvalidValue("La référence n'est pas lisible.", "Donnez --ej NUMERO ou --dossier NUMERO.")
    row = session.merge(
        Reference(
            contract=convention.contract,
            convention=convention.number,
            kind=kind,
            reference=reference,
            year=check_year(year),
        )
    )
    session.flush()
    return row


def references_of(session: Session, convention: Convention) -> Sequence[Reference]:
    """The references of a convention, oldest year first."""
    query = select(Reference).where(Reference.convention == convention.number)
    return session.scalars(query.order_by(Reference.year, Reference.kind, Reference.reference)).all()


def with_reference(session: Session, number: str) -> Sequence[Reference]:
    """Every convention that bears this reference, whatever the year."""
    query = select(Reference).where(Reference.reference == " ".join(number.split()).upper())
    return session.scalars(query.order_by(Reference.year, Reference.convention)).all()
