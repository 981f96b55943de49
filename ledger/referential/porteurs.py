"""The porteurs: recorded, corrected, found by SIRET or by name; their contact and IBAN, kept outside the book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError, NotFound, require_words
from ledger.core.identifiers import check_code, code_from_name, plain_words
from ledger.referential.model import Commune, PersonalDatum, Porteur
from ledger.referential.queries import find_porteur
from ledger.referential.siret import check_siret
from ledger.referential.statuts import check_statut, fits, law_of, read_statut, statut_of_kind
from ledger.referential.vocabulary import Law, PersonalKind, PorteurKind, Statut
from ledger.storage.session import context
from ledger.storage.standing import standing_act


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


@dataclass(frozen=True, slots=True)
class ReadPorteur(PorteurForm):
    """A porteur as it stands: what would be typed to record it so."""

    @property
    def law(self) -> Law:
        """The law it is of, as its statut or its type tells."""
        return law_of(self.statut or statut_of_kind(self.kind))


def read_porteur(porteur: Porteur) -> ReadPorteur:
    """The porteur as it stands."""
    found = {each.name: getattr(porteur, each.name) for each in fields(ReadPorteur)}
    return ReadPorteur(**{name: value for name, value in found.items() if value is not None})


def record_porteur(session: Session, form: PorteurForm) -> Porteur:
    """The new porteur.

    raises: InvalidValue, PorteurExists when its code or SIRET is taken.
    """
    code = check_code(form.code, "le porteur") if form.code.strip() else _free_code(session, form.name)
    if (there := session.get(Porteur, code)) is not None:
        now = find_porteur(session, code).code
        known = "existe déjà" if now == code else f"est connu comme {now}"
        raise PorteurExists(
            f"Le porteur {code} {known}{standing_act(there)}.", f"Modifiez-le : cofiville porteur modifier {now}."
        )
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
    require_words(form.name, "Le nom du porteur manque.", "Donnez son nom complet.")
    check_kind(form.kind)
    siret = check_siret(form.siret) if form.siret.strip() else None
    other = session.scalar(select(Porteur).where(Porteur.siret == siret)) if siret else None
    if other is not None and other is not porteur and find_porteur(session, other.code) is porteur:
        other.siret = None
        session.flush()
    elif other is not None and other is not porteur:
        raise PorteurExists(
            f"Le SIRET {siret} est déjà celui du porteur {other.code} ({other.name}){standing_act(other, 'siret')}.",
            "Vérifiez le numéro, ou utilisez ce porteur.",
        )
    if form.commune.strip() and session.get(Commune, (context(session).contract, form.commune.strip())) is None:
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
    typed = statut_of_kind(form.kind)
    return typed.value if typed is not None else None


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
    """Every porteur, by code; those known as another since are left out."""
    return list(session.scalars(select(Porteur).where(Porteur.known_as.is_(None)).order_by(Porteur.code)))


def former_porteurs(session: Session) -> dict[str, Porteur]:
    """By its former code, the porteur that another one was merged into, or whose code it took."""
    former = session.scalars(select(Porteur.code).where(Porteur.known_as.is_not(None)).order_by(Porteur.code)).all()
    return {code: find_porteur(session, code) for code in former}


def codes_of_porteur(session: Session, code: str) -> list[str]:
    """The code of this porteur, then those that it had, or that were merged into it."""
    return [code, *(former for former, now in former_porteurs(session).items() if now.code == code)]


def porteur_codes(session: Session) -> dict[str, str]:
    """The code of each porteur by its name; those that share a name, or are named as a code is, are left out."""
    known = porteurs(session)
    taken = Counter(word for each in known for word in {plain_words(each.name), plain_words(each.code)})
    return {each.name: each.code for each in known if taken[plain_words(each.name)] == 1}


def porteur_of_siret(session: Session, siret: str) -> Porteur | None:
    """The porteur that has this SIRET, or that one who has it is known as; None when nobody has."""
    found = session.scalar(select(Porteur).where(Porteur.siret == siret))
    return None if found is None else find_porteur(session, found.code)


def porteurs_named(session: Session, name: str) -> list[Porteur]:
    """The porteurs whose name differs from this one by accents, case or punctuation at most: candidates to confirm.

    A name that one had before it was merged into another is a name of the other.
    """
    words = plain_words(name)
    every = session.scalars(select(Porteur).order_by(Porteur.known_as.is_not(None), Porteur.code))
    found = (find_porteur(session, each.code) for each in every if plain_words(each.name) == words)
    return list(dict.fromkeys(found))


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

    What was kept under a former code of the porteur holds until something is kept under this one.

    raises: NotFound, InvalidValue when neither is given or the IBAN is wrong.
    """
    porteur = find_porteur(session, code)
    given = {PersonalKind.CONTACT: " ".join(name.split()), PersonalKind.IBAN: check_iban(iban) if iban.strip() else ""}
    if not any(given.values()):
        raise InvalidValue("Ni nom ni IBAN n'est donné.", "Donnez --nom, --iban, ou les deux.")
    known = {datum.kind: datum for datum in _kept(session, porteur.code) if datum.porteur == porteur.code}
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
    return dict(contact_of(session, porteur.code))


def contact_of(session: Session, code: str, *, known_at: datetime | None = None) -> Mapping[str, str]:
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
    overwrite_replaced(session)
    for datum in kept:
        datum.value, datum.salt, datum.erased_at = None, None, at
    session.flush()
    return list(dict.fromkeys(datum.kind for datum in kept))


def overwrite_replaced(session: Session) -> None:
    """Let what is replaced be overwritten in the file, not left in its unused bytes."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA secure_delete = ON")


def _kept(session: Session, code: str) -> list[PersonalDatum]:
    """Those of now and before, by kind, the last one last, after all that were kept under its former codes."""
    codes = codes_of_porteur(session, code)
    found = session.scalars(_data(), {"porteurs": codes}).all()
    return sorted(found, key=lambda datum: (datum.kind, datum.porteur == code, -codes.index(datum.porteur), datum.rank))


@cache
def _data() -> Select[PersonalDatum]:
    """The question of what is kept of a porteur's persons, made once."""
    return select(PersonalDatum).where(PersonalDatum.porteur.in_(bindparam("porteurs", expanding=True)))
