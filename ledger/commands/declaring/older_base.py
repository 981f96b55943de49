"""A base opened to be written is compared with what was last written of it from here: an older one is told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.commands.declaring.caller import warn
from ledger.commands.declaring.configuration import state_folder
from ledger.core.addresses import shown_address

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.storage.heads import BaseState
    from ledger.storage.kept_anchors import PlaceKept

_keeping: ContextVar[bool] = ContextVar("keeping anchors", default=True)
_refused: ContextVar[bool] = ContextVar("anchors refused", default=False)


@contextmanager
def keeping_no_anchor() -> Iterator[None]:
    """What is written inside leaves nothing in the user's folder: a base of an example, not yet at its place."""
    token = _keeping.set(False)
    try:
        yield
    finally:
        _keeping.reset(token)


@dataclass(frozen=True, slots=True)
class BaseOpened:
    """A base as it was found: its state, where it is, the chains in which it is behind what is kept.

    copied_on: the day of the last copy it made by itself there; "" before the first.
    """

    state: BaseState
    place: str
    behind: frozenset[str]
    copied_on: str = ""


def place_of(address: str) -> str:
    """How the place of the base at this address is named among the anchors kept: its path, or its server's address."""
    from ledger.storage.engine import database_url, sqlite_path

    path = sqlite_path(database_url(address))
    return shown_address(address) if path is None else str(path.absolute())


def opened_to_write(session: Session, address: str) -> BaseOpened | None:
    """The base as it is found, an older one being told; None where nothing is kept of it."""
    from ledger.storage.heads import base_state
    from ledger.storage.kept_anchors import PlaceKept, anchors_file, places_kept

    if not _keeping.get() or (state := base_state(session)) is None:
        return None
    place = place_of(address)
    places = places_kept(anchors_file(state_folder(), state.uuid))
    kept = places.get(place)
    if kept is None:
        last = max(places.items(), key=lambda one: one[1].at, default=("", PlaceKept()))
        if gone := seals_gone(session, state, last[1].seals):
            warn(
                f"Attention : cette base est une copie plus ancienne de {last[0]} ({_told(state, gone)}) : ce que vous"
                " écrivez ici n'y sera pas."
            )
        return BaseOpened(state, place, frozenset())
    gone = seals_gone(session, state, kept.seals)
    if ahead := kept.ahead | gone:
        warn(
            f"Attention : cette base est plus ancienne que ce qui y a été écrit d'ici ({_told(state, ahead)}) ;"
            " remettez la bonne : cofiville base restaurer FICHIER, ou gardez celle-ci : cofiville base reconnaitre"
        )
    return BaseOpened(state, place, frozenset(gone), kept.copied_on)


def seals_gone(session: Session, state: BaseState, seals: Mapping[str, str]) -> dict[str, str]:
    """Those of these seals, by chain, that the base in this state no longer has; of the chains it tells only."""
    from ledger.storage.heads import is_in_chain
    from ledger.storage.kept_anchors import seal_kept

    gone = {}
    for chain, now in state.seals.items():
        if chain not in seals or seals[chain] == now.text:
            continue
        kept = seal_kept(seals[chain])
        if kept.number >= now.number or not is_in_chain(session, chain, kept):
            gone[chain] = seals[chain]
    return gone


def _told(state: BaseState, gone: Mapping[str, str]) -> str:
    """What is missing: "livre CONTRAT : 40, et 45 avant"."""
    said = []
    for chain, seal in gone.items():
        before = seal.partition(":")[0]
        now = f"{state.seals[chain].number}, et " if chain in state.seals else ""
        said.append(f"{chain} : {now}{before} alors, sceau {seal.partition(':')[2][:12]}…")
    return " ; ".join(said)


def known_ahead(session: Session, address: str, state: BaseState, others: Mapping[str, str]) -> dict[str, str]:
    """The seals known of the base at this address that it does not have in this state, by chain.

    others: seals known otherwise, which come first.
    """
    from ledger.storage.kept_anchors import PlaceKept, anchors_file, places_kept

    kept = places_kept(anchors_file(state_folder(), state.uuid)).get(place_of(address), PlaceKept())
    known = {**kept.seals, **kept.ahead, **others}
    absent = {chain: seal for chain, seal in known.items() if chain not in state.seals and not seal.startswith("0:")}
    return absent | seals_gone(session, state, known)


def keep_anchors(found: BaseOpened, written: BaseState) -> None:
    """Keep the seals of what was just committed. A folder that cannot be written is told once, and nothing fails."""
    from ledger.storage.kept_anchors import PlaceKept, anchors_file, places_kept, seal_kept

    file = anchors_file(state_folder(), written.uuid)
    places = places_kept(file)
    kept = places.setdefault(found.place, PlaceKept())
    kept.ahead |= {chain: kept.seals[chain] for chain in found.behind if chain not in kept.ahead}
    for chain, seal in written.seals.items():
        # Another command may have written since, and kept more.
        if chain in found.behind or seal.number >= seal_kept(kept.seals.get(chain, "0:")).number:
            kept.seals[chain] = seal.text
    kept.at = datetime.now().astimezone().isoformat(timespec="seconds")
    save_places(file, places)


def keep_anew(address: str, state: BaseState) -> None:
    """Keep these seals as all that is known of the base at this address: it was put back, or acknowledged as it is."""
    from ledger.storage.kept_anchors import PlaceKept, anchors_file, places_kept

    file = anchors_file(state_folder(), state.uuid)
    places = places_kept(file)
    kept = places.setdefault(place_of(address), PlaceKept())
    kept.at = datetime.now().astimezone().isoformat(timespec="seconds")
    kept.seals, kept.ahead = {chain: seal.text for chain, seal in state.seals.items()}, {}
    save_places(file, places)


def save_places(file: Path, places: Mapping[str, PlaceKept]) -> None:
    """Write what is known of a base; a folder that cannot be written is told once, and nothing fails."""
    from ledger.storage.kept_anchors import keep_places

    try:
        keep_places(file, places)
    except OSError as trouble:
        if not _refused.get():
            _refused.set(True)
            warn(f"Le dernier sceau n'a pas pu être gardé hors de la base ({file.parent} : {trouble.strerror}).")
