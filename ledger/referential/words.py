"""The words by which a contract sorts its places, its actions and its posts: found by code, or by what they are for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, NotFound
from ledger.referential.model import Dated, Dispositif, PostKind, Scale, TerritoryKind
from ledger.referential.queries import check_in_force, holds_in
from ledger.referential.vocabulary import DispositifRole
from ledger.storage.facts import FactsRead, read_once
from ledger.storage.session import context

_ALL = ""
ContractWord = TypeVar("ContractWord", TerritoryKind, Dispositif, Scale, PostKind)
AnyWord: TypeAlias = TerritoryKind | Dispositif | Scale | PostKind


class WordNames(NamedTuple):
    """How people speak of a sort of words.

    named: one of them, with its article. unknown: the refusal of one that is not there. group: its commands. feminine:
    whether its noun is.
    """

    named: str
    unknown: str
    group: str
    feminine: bool = False


NAMES: Mapping[type[Dated], WordNames] = {
    TerritoryKind: WordNames("Le type de territoire", "« {} » n'est pas un type de territoire.", "type-territoire"),
    Dispositif: WordNames("Le dispositif", "« {} » : dispositif inconnu.", "dispositif"),
    Scale: WordNames("L'échelle", "« {} » : échelle inconnue.", "echelle", feminine=True),
    PostKind: WordNames("Le type de poste", "« {} » n'est pas un type de poste.", "type-poste"),
}


def words_of(session: Session, entity: type[ContractWord]) -> Sequence[ContractWord]:
    """All those of the contract, in its order, closed ones too."""
    at_hand = context(session).kept(FactsRead).at_hand
    if at_hand is not None and (held := at_hand.get((entity, _ALL))) is not None:
        return held  # type: ignore[no-any-return]
    found = session.scalars(select(entity).order_by(entity.rank, entity.code)).all()
    if at_hand is not None:
        at_hand[entity, _ALL] = found
    return found


def find_word(session: Session, entity: type[ContractWord], code: str, year: int | None = None) -> ContractWord:
    """The one of this code. raises: InvalidValue with those there are, NotInForce when it does not hold in the year."""
    found = session.get(entity, (context(session).contract, code.strip().lower()))
    if found is None:
        known = [each.code for each in words_of(session, entity) if year is None or holds_in(each, year)]
        raise InvalidValue(NAMES[entity].unknown.format(code), f"Valeurs possibles : {', '.join(known)}.")
    if year is not None:
        check_in_force(found, year, f"{NAMES[entity].named} {found.code}")
    return read_once(session, found)


def usual_word(session: Session, entity: type[ContractWord], year: int) -> ContractWord:
    """The one that holds where nobody says: the first of those in force that year. raises: NotFound for none."""
    found = next((each for each in words_of(session, entity) if holds_in(each, year)), None)
    if found is None:
        names = NAMES[entity]
        raise NotFound(
            f"{names.named} manque : le contrat n'en a aucun{'e' * names.feminine} en {year}.",
            f"Ajoutez-l{'a' if names.feminine else 'e'} : cofiville {names.group} ajouter CODE LIBELLE.",
        )
    return found


def dispositif_of_role(session: Session, role: DispositifRole) -> Dispositif:
    """The first dispositif of this role. raises: NotFound where the contract has none."""
    found = next((each for each in words_of(session, Dispositif) if each.role == role), None)
    if found is None:
        raise NotFound(
            f"Le contrat n'a pas de dispositif pour : {role.label}.",
            f"Ajoutez-le : cofiville dispositif ajouter CODE LIBELLE --role {role}.",
        )
    return found
