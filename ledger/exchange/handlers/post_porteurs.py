"""Who holds a State's post: known by SIRET, else by name and to be confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import Problem
from ledger.core.identifiers import plain_words
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row
from ledger.referential.model import Epci, Porteur
from ledger.referential.porteurs import PorteurForm, porteur_of_siret, porteurs_named, record_porteur
from ledger.referential.siret import read_siret
from ledger.referential.vocabulary import PorteurKind

_COMMUNE, _LOCAL_PUBLIC_BODY = "21", "26"
_SIREN_DIGITS = 9


def porteur_of(session: Session, post_kind: str, identifier: str, name: str) -> Porteur:
    """The porteur of a post, recorded with its published name if nobody has that SIRET (or, without one, that name)."""
    siret, trouble = read_siret(identifier)
    if not trouble:
        known = porteur_of_siret(session, siret)
        form = PorteurForm(name=_tidy(name), kind=_kind_of_siret(session, siret, name), siret=siret)
        return known or record_porteur(session, form)
    candidates = porteurs_named(session, name)
    if len(candidates) == 1:
        return candidates[0]
    kind = PorteurKind.ASSOCIATION if post_kind == "fonjep" else PorteurKind.OTHER
    return record_porteur(session, PorteurForm(name=_tidy(name), kind=kind, to_confirm=True))


def confirmations(rows: Sequence[Row]) -> Iterator[Problem]:
    """One alert for each porteur of these rows known by its name alone."""
    seen: set[str] = set()
    for row in rows:
        name, (_, trouble) = str(row.values["porteur_name"]), read_siret(str(row.values["porteur_id"]))
        if trouble and plain_words(name) not in seen:
            seen.add(plain_words(name))
            note = f"« {_tidy(name)} » n'a pas de SIRET dans le fichier : confirmez de quel porteur il s'agit."
            yield problem("a_confirmer", row.tab, row.cell("porteur_id"), name, note=note)


def _tidy(name: str) -> str:
    return " ".join(name.split())


def _kind_of_siret(session: Session, siret: str, name: str) -> str:
    """The kind told by the SIREN: 21… is a commune, 26… a local public body (a CCAS if its name says so)."""
    siren = siret[:_SIREN_DIGITS]
    if session.scalar(select(Epci.code).where(Epci.siren == siren)) is not None:
        return PorteurKind.EPCI
    if siren.startswith(_COMMUNE):
        return PorteurKind.COMMUNE
    if siren.startswith(_LOCAL_PUBLIC_BODY):
        words = plain_words(name)
        social = "ccas" in words or "action sociale" in words
        return PorteurKind.CCAS if social else PorteurKind.ETABLISSEMENT_PUBLIC
    return "autre"
