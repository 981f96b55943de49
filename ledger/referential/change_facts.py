"""Adding, correcting and closing what a contract has of its own: financeurs, credit lines, territories, axes.

A new name counts from a day: the former one stays known, and screens of a day before show it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError, NotFound
from ledger.core.identifiers import check_code, code_from_name
from ledger.core.period import french_day
from ledger.referential.contracts import check_geography, check_year_in_contract, epci_of_contract
from ledger.referential.model import Axis, CreditLine, Dated, Financeur, Territory, TerritoryKind
from ledger.referential.populations import check_epcis, count_people
from ledger.referential.queries import NotInForce, check_in_force, find_financeur, find_line
from ledger.referential.statuts import read_statut
from ledger.referential.vocabulary import LineNature, TerritorySlice
from ledger.referential.words import find_word, words_of
from ledger.storage.history import counting_from
from ledger.storage.session import context
from ledger.storage.standing import standing_act

_Fact = TypeVar("_Fact", bound=Dated)


class FactExists(LedgerError):
    """The code is already that of another one in this contract."""

    code = "code_existant"


class StillUsed(LedgerError):
    """What is closed still holds money, or is still served."""

    code = "encore_utilise"


class NoGrant(LedgerError):
    """Credits opened or granted on a line of the porteur's own money, loans included."""

    code = "pas_une_subvention"


def line_that_opens(session: Session, code: str, year: int) -> str:
    """The code of this line, on which credits of that year may be opened.

    raises: NotFound, NotInForce, NoGrant, OutsideContract.
    """
    found = find_line(session, code)
    check_year_in_contract(session, year)
    check_in_force(found, year, f"La ligne {found.code}")
    check_grants(found)
    return found.code


def check_grants(line: CreditLine) -> None:
    """Nothing when the line brings grants: what a porteur brings or pays back is none. raises: NoGrant.

    A loan stands in a plan, with the porteur's own funds: nobody notifies it nor grants it.
    """
    if line.nature == LineNature.OWN_FUNDS:
        raise NoGrant(
            f"La ligne {line.code} ({line.label}) n'est pas une subvention : ce sont des fonds propres du porteur,"
            " ou un prêt qu'il rembourse.",
            "Elle reste dans le plan de financement ; choisissez une ligne de crédits : cofiville ligne lister.",
        )


def add_financeur(
    session: Session, code: str, name: str, *, kind: str, role: str, source: str, statut: str = "", first: date | None
) -> Financeur:
    """The new financeur, from this day. raises: InvalidValue, FactExists."""
    known = _new_code(session, Financeur, code, "le financeur", "financeur")
    if role not in _ROLES:
        raise InvalidValue(f"« {role} » n'est pas un rôle de financeur.", f"Rôles : {', '.join(_ROLES)}.")
    found = Financeur(
        contract=context(session).contract,
        code=known,
        name=_named(name, "du financeur"),
        kind=_named(kind, "du type de financeur"),
        role=role,
        source=_sourced(source),
        statut=read_statut(statut).value if statut else None,
    )
    return _kept(session, found, first)


def add_line(
    session: Session,
    code: str,
    financeur: str,
    *,
    label: str,
    nature: str,
    kinds: Sequence[str],
    source: str,
    first: date | None,
) -> CreditLine:
    """The new line of a financeur, after the others, from this day. raises: InvalidValue, NotFound, FactExists."""
    known = _new_code(session, CreditLine, code, "la ligne", "ligne")
    payer = find_financeur(session, financeur)
    found = CreditLine(
        contract=payer.contract,
        code=known,
        financeur=payer.code,
        label=_named(label, "de la ligne"),
        nature=check_nature(nature),
        territories=check_kinds(session, kinds),
        source=_sourced(source),
        rank=(session.scalar(select(func.max(CreditLine.rank))) or 0) + 1,
    )
    return _kept(session, found, first)


def add_territory(
    session: Session,
    name: str,
    *,
    code: str,
    kind: str,
    epci: str,
    source: str,
    first: date | None,
    population: Mapping[str, int],
    vintage: int | None,
) -> Territory:
    """The new territory, with how many live there by EPCI, where that is known. raises: InvalidValue, FactExists."""
    known = _new_code(session, Territory, code or code_from_name(name), "le territoire", "territoire")
    leader = epci or epci_of_contract(session).code
    check_epcis(session, [leader])
    found_kind = find_word(session, TerritoryKind, kind)
    if found_kind.ends_on is not None and (first is None or first > found_kind.ends_on):
        raise NotInForce(
            f"Le type de territoire {found_kind.code} a pris fin le {french_day(found_kind.ends_on)}.",
            "Choisissez-en un autre : cofiville type-territoire lister.",
        )
    check_geography(session, found_kind.code, known)
    found = Territory(
        contract=context(session).contract,
        code=known,
        name=_named(name, "du territoire"),
        kind=found_kind.code,
        epci=leader,
        source=_sourced(source),
    )
    _kept(session, found, first)
    count_people(session, found, population, vintage)
    return found


def add_axis(session: Session, code: str, label: str, *, first: date | None, aimed_at: Collection[str]) -> Axis:
    """The new axis, priority or objective, under the one that its code names ("5.1.4" stands under "5.1").

    aimed_at: the objectives that actions have. raises: InvalidValue, FactExists, NotFound for a hole in the tree,
    StillUsed when actions aim at the one it would stand under.
    """
    wanted = code.strip()
    parts = wanted.split(".")
    if not all(part.isascii() and part.isalnum() for part in parts):
        raise InvalidValue(f"« {wanted} » n'est pas le code d'un axe.", "Écrivez des parts séparées de points : 5.1.4.")
    contract, parent = context(session).contract, ".".join(parts[:-1]) or None
    if (there := session.get(Axis, (contract, wanted))) is not None:
        raise FactExists(
            f"L'axe {wanted} existe déjà{standing_act(there)}.",
            f"Modifiez-le : cofiville axe modifier {wanted} --libelle LIBELLE.",
        )
    above = session.get(Axis, (contract, parent)) if parent is not None else None
    if parent is not None and above is None:
        raise NotFound(
            f"L'axe {wanted} laisserait un trou : {parent} n'existe pas.",
            f"Ajoutez d'abord {parent} : cofiville axe ajouter {parent} LIBELLE.",
        )
    if above is not None and above.ends_on is not None:
        raise InvalidValue(
            f"L'axe {parent} a pris fin le {french_day(above.ends_on)} : rien ne s'ajoute sous lui.",
            "Donnez un code sous un axe en vigueur : cofiville axe lister.",
        )
    if parent in aimed_at:
        raise StillUsed(
            f"Des actions visent l'objectif {parent} : il ne peut pas avoir d'objectifs sous lui.",
            "Ajoutez l'objectif à côté de lui, sous sa priorité.",
        )
    rank = (session.scalar(select(func.max(Axis.rank))) or 0) + 1
    found = Axis(contract=contract, code=wanted, label=_named(label, "de l'axe"), parent=parent, rank=rank)
    return _kept(session, found, first)


def change_fact(session: Session, fact: Dated, said: Mapping[str, Any], on: date | None) -> None:
    """What is said of it instead, from this day where there is one: what it was before stays known.

    raises: InvalidValue for an empty name.
    """
    for name in ("name", "label"):
        if name in said:
            _named(said[name], "")
    with counting_from(session, on) if on is not None else nullcontext():
        for name, value in said.items():
            setattr(fact, name, value.strip() if isinstance(value, str) else value)
        session.flush()


def close_fact(session: Session, fact: Dated, on: date, *, holders: Sequence[str], what: str, remedy: str) -> None:
    """Its last day, once nobody holds to it any more.

    holders: what still does, as people call it. what: the thing, in French with its article and its code.
    raises: StillUsed, InvalidValue when it is closed already or would end before it began.
    """
    if fact.ends_on is not None:
        raise InvalidValue(
            f"{what} a déjà pris fin le {french_day(fact.ends_on)}{standing_act(fact, 'ends_on')}.",
            "Une clôture ne se refait pas : rien à faire.",
        )
    if fact.starts_on is not None and on < fact.starts_on:
        raise InvalidValue(f"{what} ne commence que le {french_day(fact.starts_on)}.", "Donnez un jour plus tard.")
    refuse_still_used(f"{what} ne peut pas prendre fin", holders, remedy)
    with counting_from(session, on):
        fact.ends_on = on


def refuse_still_used(refused: str, holders: Sequence[str], remedy: str) -> None:
    """Nothing when nobody holds to it. refused: what cannot be, as a clause. raises: StillUsed, with the first."""
    if holders:
        others = len(holders) - 1
        more = f" et {others} autre{'s' if others > 1 else ''}" if others else ""
        raise StillUsed(f"{refused} : {holders[0]}{more}.", remedy)


def check_nature(nature: str) -> str:
    """The nature of a line. raises: InvalidValue."""
    if nature not in LineNature.labels():
        raise InvalidValue(f"« {nature} » n'est pas une nature de ligne.", f"Natures : {', '.join(LineNature)}.")
    return nature


def check_kinds(session: Session, kinds: Sequence[str]) -> str:
    """The kinds of territory, as a line keeps them. raises: InvalidValue."""
    known = kinds_served(session)
    if wrong := [each for each in kinds if each not in known]:
        raise InvalidValue(f"« {wrong[0]} » n'est pas un type de territoire.", f"Types : {', '.join(known)}.")
    if not kinds:
        raise InvalidValue("Les territoires servis manquent.", f"Types : {', '.join(known)}.")
    return "|".join(kinds)


def kinds_served(session: Session) -> list[str]:
    """What a line may serve: the kinds of territory of the contract, or all those that count as one slice."""
    kinds = [each.code for each in words_of(session, TerritoryKind)]
    return [*kinds, *(each.value for each in TerritorySlice if each.value not in kinds)]


_ROLES = ("credits_specifiques", "droit_commun", "fonds_propres")


def _new_code(session: Session, entity: type[Dated], code: str, what: str, group: str) -> str:
    known = check_code(code, what)
    if (there := session.get(entity, (context(session).contract, known))) is not None:
        raise FactExists(
            f"Le code {known} existe déjà dans ce contrat{standing_act(there)}.",
            f"Modifiez-le : cofiville {group} modifier {known}.",
        )
    return known


def _named(text: str, of_what: str) -> str:
    if not text.strip():
        raise InvalidValue(f"Le nom {of_what} manque.".replace("  ", " "), "Donnez son nom complet.")
    return text.strip()


def _sourced(text: str) -> str:
    if not text.strip():
        raise InvalidValue("La source manque.", 'Nommez le texte qui le dit : --source "Avenant du 12/12/2019".')
    return text.strip()


def _kept(session: Session, fact: _Fact, first: date | None) -> _Fact:
    fact.starts_on = first
    session.add(fact)
    session.flush()
    return fact
