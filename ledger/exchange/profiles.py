"""The layouts of others that `echange` knows: what they hold, how it is kept, what it is held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
from ledger.exchange.declaration import Sheet
from ledger.exchange.handlers.payments import MandatHandler
from ledger.exchange.handlers.posts import PostHandler
from ledger.exchange.importing.handling import Handler
from ledger.exchange.partners.keeping import PartnerHandler
from ledger.exchange.partners.matching import Item
from ledger.exchange.partners.reconciling import Sides, etat_sides, helios_sides, ordered_items, post_sides, scdl_sides
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.partners import ACTIONS, DOSSIERS, MANDATS, POSTS
from ledger.exchange.sheets.scdl import SUBVENTIONS


class UnknownProfile(LedgerError):
    """No layout of that name."""

    code = "profil_inconnu"


def _no_orders(_session: Session) -> list[Item]:
    return []


@dataclass(frozen=True, slots=True)
class Profile:
    """A foreign layout: what it is, its sheet, how its rows are kept, what they are held against.

    expected: for a layout that a user matched, the title she gave to each field. saved_as: the name she gave to it.
    """

    name: str
    words: str
    sheet: Sheet
    handlers: Sequence[Handler]
    sides: Callable[[Session, Sequence[Row]], Sides]
    orders: Callable[[Session], list[Item]] = field(default=_no_orders)
    expected: Mapping[str, str] = field(default_factory=dict)
    saved_as: str = ""


PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            "etat-dossiers",
            "suivi des dossiers de l'État",
            DOSSIERS,
            (PartnerHandler("etat-dossiers", DOSSIERS, "État"),),
            etat_sides,
        ),
        Profile(
            "etat-actions",
            "suivi des actions de l'État",
            ACTIONS,
            (PartnerHandler("etat-actions", ACTIONS, "État"),),
            etat_sides,
        ),
        Profile("helios", "mandats du comptable", MANDATS, (MandatHandler(),), helios_sides, ordered_items),
        Profile("scdl", "subventions publiées", SUBVENTIONS, (PartnerHandler("scdl", SUBVENTIONS),), scdl_sides),
        Profile("postes-etat", "postes adultes-relais et FONJEP", POSTS, (PostHandler(),), post_sides),
    )
}


def find_profile(name: str) -> Profile:
    """The profile of this name. raises: UnknownProfile."""
    found = PROFILES.get(name.strip().lower())
    if found is None:
        raise UnknownProfile(f"Le profil « {name} » n'existe pas.", f"Profils connus : {', '.join(PROFILES)}.")
    return found
