"""Adding and correcting the words by which a contract sorts its places, its actions and its posts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.core.vocabulary import Word
from ledger.referential.change_facts import FactExists, change_fact, refuse_still_used
from ledger.referential.model import Dispositif, Scale, TerritoryKind
from ledger.referential.vocabulary import DispositifRole, ScaleRole, TerritorySlice
from ledger.referential.words import NAMES, AnyWord, ContractWord, find_word
from ledger.storage.session import context
from ledger.storage.standing import standing_act

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
ROLES: Mapping[type[object], tuple[str, type[Word]]] = {
    TerritoryKind: ("served_as", TerritorySlice),
    Dispositif: ("role", DispositifRole),
    Scale: ("role", ScaleRole),
}
"""By sort of words, what says what one is for, and the closed list it is of."""
OF_RULES = ("served_as", "on_evidence", "role", "dispositif")
"""What rules and figures look at: it stays as it is once rows hold to the word."""


def add_word(
    session: Session, entity: type[ContractWord], code: str, said: Mapping[str, Any], first: date | None
) -> ContractWord:
    """The new one, after the others, from this day. said: its other attributes.

    raises: InvalidValue, FactExists.
    """
    names, known = NAMES[entity], check_word_code(code)
    if (there := session.get(entity, (context(session).contract, known))) is not None:
        raise FactExists(
            f"{names.named} {known} existe déjà dans ce contrat{standing_act(there)}.",
            f"Modifiez-{'la' if names.feminine else 'le'} : cofiville {names.group} modifier {known}.",
        )
    typed = _tidied(said)
    check_said(session, entity, typed)
    rank = (session.scalar(select(func.max(entity.rank))) or 0) + 1
    found = entity(contract=context(session).contract, code=known, rank=rank, **typed)
    found.starts_on = first
    session.add(found)
    session.flush()
    return found


def change_word(session: Session, word: AnyWord, said: Mapping[str, Any], on: date | None, uses: Sequence[str]) -> None:
    """What is said of it instead, from this day where there is one.

    uses: what holds to it, in sentences. raises: InvalidValue, StillUsed when what rules look at would change.
    """
    typed = _tidied(said)
    check_said(session, type(word), typed)
    check_word_change(word, typed, uses)
    change_fact(session, word, typed, on)


def _tidied(said: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed without blanks around, what rules look at in small letters."""
    bare = {name: value.strip() if isinstance(value, str) else value for name, value in said.items()}
    return {
        name: value.lower() if name in OF_RULES and isinstance(value, str) else value for name, value in bare.items()
    }


def check_word_change(word: AnyWord, said: Mapping[str, Any], uses: Sequence[str]) -> None:
    """Nothing when what rules look at stays, or when nothing holds to the word. raises: StillUsed."""
    names = NAMES[type(word)]
    if any(name in said and said[name] != getattr(word, name) for name in OF_RULES):
        refuse_still_used(
            f"{names.named} {word.code} ne peut pas changer de rôle",
            uses,
            f"Gardez son rôle, et ajoutez-en un{'e' * names.feminine} autre : cofiville {names.group} ajouter CODE"
            " LIBELLE.",
        )


def check_word_code(code: str) -> str:
    """The code in small letters. raises: InvalidValue."""
    known = code.strip().lower()
    if not _CODE.fullmatch(known):
        raise InvalidValue(
            f"Le code « {code.strip()} » ne convient pas.", "Utilisez 1 à 30 lettres sans accent, chiffres ou tirets."
        )
    return known


def check_said(session: Session, entity: type[AnyWord], said: Mapping[str, Any]) -> None:
    """Nothing when the labels are there and the role is known. raises: InvalidValue."""
    for name in ("label", "short_label"):
        if name in said and not str(said[name] or "").strip():
            raise InvalidValue("Le libellé manque.", "Donnez ce que les gens lisent.")
    if entity in ROLES:
        attribute, words = ROLES[entity]
        if attribute in said and said[attribute] not in words.labels():
            known = ", ".join(each for each in words if each)
            raise InvalidValue(f"« {said[attribute]} » n'est pas un rôle connu.", f"Rôles : {known}.")
    if "dispositif" in said:
        find_word(session, Dispositif, said["dispositif"])
