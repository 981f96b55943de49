"""The layouts of others that `echange importer` knows: which sheets they hold and how their rows become acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.core.errors import LedgerError
from ledger.exchange.declaration import Sheet
from ledger.exchange.handlers.posts import PostHandler
from ledger.exchange.handling import Handler
from ledger.exchange.sheets.posts import POSTS


class UnknownProfile(LedgerError):
    """No layout of that name."""

    code = "profil_inconnu"


@dataclass(frozen=True, slots=True)
class Profile:
    """A foreign layout: its sheets and their handlers."""

    sheets: tuple[Sheet, ...]
    handlers: Sequence[Handler]


PROFILES: Mapping[str, Profile] = {"postes-etat": Profile((POSTS,), (PostHandler(),))}


def find_profile(name: str) -> Profile:
    """The profile of this name. raises: UnknownProfile."""
    found = PROFILES.get(name.strip().lower())
    if found is None:
        raise UnknownProfile(f"Le profil « {name} » n'existe pas.", f"Profils connus : {', '.join(PROFILES)}.")
    return found
