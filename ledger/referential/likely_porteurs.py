"""The porteurs of a base that are likely one body, and which of them is to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.identifiers import code_from_name
from ledger.referential.likeness import likely_pairs, why_likely_same
from ledger.referential.model import Commune, Porteur
from ledger.referential.porteurs import PorteurForm, porteurs


class LikelySame(NamedTuple):
    """Two porteurs that are likely one body. why: what tells it, as a clause ("même nom et même commune")."""

    kept: Porteur
    other: Porteur
    why: str

    @property
    def command(self) -> str:
        """What is typed to merge them."""
        return f'cofiville porteur fusionner {self.kept.code} {self.other.code} --motif "Saisi deux fois"'

    @property
    def said(self) -> str:
        """What whoever entered the other one is told, in two sentences."""
        return (
            f"{self.other.code} ressemble à {self.kept.code} ({self.kept.name}) : {self.why}."
            f" Si c'est le même : {self.command}"
        )


def likely_porteurs(session: Session) -> list[LikelySame]:
    """Every two porteurs that are likely one body; the one confirmed, then that of the shorter code, is kept."""
    known = porteurs(session)
    pairs = likely_pairs(known, _commune_names(session))
    both = (((known[one], known[other]), why) for one, other, why in pairs)
    return [LikelySame(min(pair, key=_worth), max(pair, key=_worth), why) for pair, why in both]


def likely_same_as(session: Session, porteur: Porteur) -> list[LikelySame]:
    """The porteurs that are likely the same body as this one, each to be kept rather than it."""
    communes, others = _commune_names(session), (each for each in porteurs(session) if each is not porteur)
    return [LikelySame(each, porteur, why) for each in others if (why := why_likely_same(each, porteur, communes))]


def likely_among(session: Session, forms: Sequence[PorteurForm]) -> list[tuple[int, str]]:
    """The place of each porteur to be recorded that is likely one body with one known, or one before it, and what to
    say of it."""
    known = sorted(porteurs(session), key=_worth)
    first: dict[int, tuple[Porteur | PorteurForm, str]] = {}
    for one, other, why in likely_pairs([*known, *forms], _commune_names(session)):
        if other >= len(known):
            first.setdefault(other - len(known), ((known[one] if one < len(known) else forms[one - len(known)]), why))
    return [(place, _said(forms[place], *first[place])) for place in sorted(first)]


def _said(form: PorteurForm, other: Porteur | PorteurForm, why: str) -> str:
    code = other.code or code_from_name(other.name)
    return (
        f"« {form.name} » ressemble à {code} ({other.name}) : {why}. Si c'est le même, mettez {code} dans la colonne"
        " Porteur et retirez cette ligne ; déjà importé, fusionnez-les : cofiville porteur doublons."
    )


def _worth(porteur: Porteur) -> tuple[bool, int, str]:
    return porteur.to_confirm, len(porteur.code), porteur.code


def _commune_names(session: Session) -> dict[str, str]:
    return dict(session.execute(select(Commune.insee, Commune.name)).all())
