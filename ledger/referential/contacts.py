"""Whom to call at a porteur and its IBAN, now and before: kept outside the book, by contract, and erased on demand."""

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
    """Keep the name, the IBAN or both after those known until then; gives what is known now, by kind.

    raises: NotFound, InvalidValue when neither is given or the IBAN is wrong.
    """
    porteur = find_porteur(session, code)
    given = {PersonalKind.CONTACT: " ".join(name.split()), PersonalKind.IBAN: check_iban(iban) if iban.strip() else ""}
    if not any(given.values()):
        raise InvalidValue("Ni nom ni IBAN n'est donné.", "Donnez --nom, --iban, ou les deux.")
    known = {datum.kind: datum for datum in _kept(session, porteur.code)}
    for kind, value in given.items():
        last = known.get(kind)
        if value and (last is None or last.value != value):
            datum = PersonalDatum(
                contract=context(session).contract,
                porteur=porteur.code,
                kind=kind,
                rank=1 if last is None else last.rank + 1,
                value=value,
                recorded_at=at,
                erased_at=None,
            )
            session.add(datum)
    session.flush()
    return dict(contact(session, porteur.code))


def contact(session: Session, code: str, *, known_at: datetime | None = None) -> Mapping[str, str]:
    """The porteur's contact and IBAN that hold, by kind; what was erased is absent.

    known_at: those that held at this instant, else the first known since; None for now.
    """
    found: dict[str, PersonalDatum] = {}
    for datum in _kept(session, code):
        if datum.kind not in found or known_at is None or datum.recorded_at <= known_at:
            found[datum.kind] = datum
    return {kind: datum.value for kind, datum in found.items() if datum.value is not None}


def erase_contact(session: Session, code: str, *, at: datetime) -> list[str]:
    """Erase the names and the IBANs of the porteur, of now and before; gives the kinds erased. The book is not touched.

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
    return list(dict.fromkeys(datum.kind for datum in kept))


def _overwrite(session: Session) -> None:
    """Let what is replaced be overwritten in the file, not left in its unused bytes."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA secure_delete = ON")


def _kept(session: Session, code: str) -> list[PersonalDatum]:
    """Those of now and before, by kind, the last one last."""
    query = select(PersonalDatum).where(PersonalDatum.porteur == code)
    return list(session.scalars(query.order_by(PersonalDatum.kind, PersonalDatum.rank)))
