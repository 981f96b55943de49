"""Whom to call at a porteur and its IBAN: kept outside the book, by contract, and erased on demand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, NotFound
from ledger.referential.lookups import find_porteur
from ledger.referential.model import PersonalDatum
from ledger.referential.vocabulary import PersonalKind
from ledger.storage.session import context


def check_iban(typed: str) -> str:
    """The IBAN without spaces, in capitals. raises: InvalidValue when its country, length or key is wrong."""
    from stdnum import iban
    from stdnum.exceptions import ValidationError

    try:
        return str(iban.validate(typed))
    except ValidationError as error:
        raise InvalidValue(
            "Cet IBAN n'est pas valable : un chiffre manque ou est faux.", "Recopiez-le du RIB, sans rien changer."
        ) from error


def record_contact(session: Session, code: str, *, name: str = "", iban: str = "", at: datetime) -> dict[str, str]:
    """Keep the name, the IBAN or both in the place of those known; gives what is known then, by kind.

    raises: NotFound, InvalidValue when neither is given or the IBAN is wrong.
    """
    porteur = find_porteur(session, code)
    given = {PersonalKind.CONTACT: " ".join(name.split()), PersonalKind.IBAN: check_iban(iban) if iban.strip() else ""}
    if not any(given.values()):
        raise InvalidValue("Ni nom ni IBAN n'est donné.", "Donnez --nom, --iban, ou les deux.")
    _overwrite(session)
    for kind, value in given.items():
        if value:
            datum = PersonalDatum(
                contract=context(session).contract,
                porteur=porteur.code,
                kind=kind,
                value=value,
                recorded_at=at,
                erased_at=None,
            )
            session.merge(datum)
    session.flush()
    return dict(contact(session, porteur.code))


def contact(session: Session, code: str) -> Mapping[str, str]:
    """What is known of the porteur's contact and IBAN, by kind; what was erased is absent."""
    return {datum.kind: datum.value for datum in _kept(session, code) if datum.value is not None}


def erase_contact(session: Session, code: str, *, at: datetime) -> list[str]:
    """Erase the name and the IBAN of the porteur; gives the kinds erased. The book is not touched.

    raises: NotFound when there is nothing to erase.
    """
    porteur = find_porteur(session, code)
    kept = [datum for datum in _kept(session, porteur.code) if datum.value is not None]
    if not kept:
        raise NotFound(f"Rien n'est gardé sur une personne pour {porteur.code}.", "Il n'y a rien à effacer.")
    _overwrite(session)
    for datum in kept:
        datum.value, datum.erased_at = None, at
    session.flush()
    return [datum.kind for datum in kept]


def _overwrite(session: Session) -> None:
    """Let what is replaced be overwritten in the file, not left in its unused bytes."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA secure_delete = ON")


def _kept(session: Session, code: str) -> list[PersonalDatum]:
    query = select(PersonalDatum).where(
        PersonalDatum.contract == context(session).contract, PersonalDatum.porteur == code
    )
    return list(session.scalars(query.order_by(PersonalDatum.kind)))
