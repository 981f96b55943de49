"""The porteurs: recorded, corrected, found again by SIRET or by name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.identifiers import check_code, code_from_name, plain_words
from ledger.referential.lookups import find_porteur
from ledger.referential.model import Commune, Porteur
from ledger.referential.siret import check_siret
from ledger.referential.statuts import Statut, check_statut, fits, read_statut, statut_of_kind
from ledger.referential.vocabulary import PorteurKind


class PorteurExists(LedgerError):
    """The code or the SIRET already belongs to a porteur."""

    code = "porteur_existant"


@dataclass(frozen=True, slots=True)
class PorteurForm:
    """What is typed of a porteur; an empty code is made from the name.

    statut: None leaves what is known, else what the type tells.
    """

    name: str
    kind: str
    code: str = ""
    siret: str = ""
    rna: str = ""
    commune: str = ""
    to_confirm: bool = False
    statut: str | None = None


def record_porteur(session: Session, form: PorteurForm) -> Porteur:
    """The new porteur.

    raises: InvalidValue, PorteurExists when its code or SIRET is taken.
    """
    code = check_code(form.code, "le porteur") if form.code.strip() else _free_code(session, form.name)
    if session.get(Porteur, code) is not None:
        raise PorteurExists(f"Le porteur {code} existe déjà.", f"Modifiez-le : cofiville porteur modifier {code}.")
    porteur = Porteur(code=code, name="", kind=PorteurKind.OTHER)
    _fill(session, porteur, form)
    session.add(porteur)
    session.flush()
    return porteur


def change_porteur(session: Session, code: str, form: PorteurForm) -> Porteur:
    """The porteur with these facts instead; its code stays.

    raises: NotFound, InvalidValue, PorteurExists.
    """
    porteur = find_porteur(session, code)
    _fill(session, porteur, form)
    session.flush()
    return porteur


def check_kind(kind: str) -> str:
    """The kind of porteur. raises: InvalidValue when it is none that is known."""
    if kind not in PorteurKind.labels():
        raise InvalidValue(f"« {kind} » n'est pas un type de porteur.", f"Types connus : {', '.join(PorteurKind)}.")
    return kind


def _fill(session: Session, porteur: Porteur, form: PorteurForm) -> None:
    if not form.name.strip():
        raise InvalidValue("Le nom du porteur manque.", "Donnez son nom complet.")
    check_kind(form.kind)
    siret = check_siret(form.siret) if form.siret.strip() else None
    other = session.scalar(select(Porteur).where(Porteur.siret == siret)) if siret else None
    if other is not None and other.code != porteur.code:
        raise PorteurExists(
            f"Le SIRET {siret} est déjà celui du porteur {other.code} ({other.name}).",
            "Vérifiez le numéro, ou utilisez ce porteur.",
        )
    if form.commune.strip() and session.get(Commune, form.commune.strip()) is None:
        raise InvalidValue(
            f"« {form.commune.strip()} » n'est pas le code INSEE d'une commune connue.",
            "Par exemple 59172 pour Denain.",
        )
    porteur.name, porteur.kind, porteur.siret = form.name.strip(), form.kind, siret
    porteur.rna, porteur.commune = form.rna.strip() or None, form.commune.strip() or None
    porteur.to_confirm = form.to_confirm
    porteur.statut = _statut(porteur, form)


def _statut(porteur: Porteur, form: PorteurForm) -> str | None:
    """What is typed, else what was known and still fits the type, else what the type tells, if it does."""
    if form.statut:
        statut = read_statut(form.statut)
        check_statut(form.kind, statut)
        return statut.value
    if porteur.statut is not None and fits(form.kind, Statut(porteur.statut)):
        return porteur.statut
    told = statut_of_kind(form.kind)
    return told.value if told is not None else None


def _free_code(session: Session, name: str) -> str:
    base = code_from_name(name)
    if not base:
        raise InvalidValue("Le nom du porteur manque.", "Donnez son nom complet.")
    code, rank = base, 1
    while session.get(Porteur, code) is not None:
        rank += 1
        code = f"{base[:36]}-{rank}"
    return code


def porteurs(session: Session) -> list[Porteur]:
    """Every porteur, by code."""
    return list(session.scalars(select(Porteur).order_by(Porteur.code)))


def porteur_of_siret(session: Session, siret: str) -> Porteur | None:
    """The porteur that has this SIRET; None when nobody has."""
    return session.scalar(select(Porteur).where(Porteur.siret == siret))


def porteurs_named(session: Session, name: str) -> list[Porteur]:
    """The porteurs whose name differs from this one by accents, case or punctuation at most: candidates to confirm."""
    words = plain_words(name)
    return [porteur for porteur in porteurs(session) if plain_words(porteur.name) == words]
