"""Copies a base in a file makes by itself: one a day, before its first writing, the last ones kept by rotation."""

from __future__ import annotations

from pathlib import Path

from ledger.commands.declaring.caller import warn
from ledger.commands.declaring.configuration import configured, state_folder
from ledger.commands.declaring.older_base import BaseOpened, save_places

_USUAL_COPIES = 7
_PRIVATE_FOLDER = 0o700


def copies_folder(uuid: str) -> Path:
    """Where the copies of this base are: in the folder settled, else in the user's. raises: ConfigurationUnreadable."""
    settled = configured().copies_folder
    return (Path(settled).expanduser() if settled else state_folder() / "copies") / uuid


def copies_wanted() -> int:
    """How many copies of a base are kept; 0 for none. raises: ConfigurationUnreadable."""
    settled = configured().copies
    return _USUAL_COPIES if settled is None else settled


def own_copies(uuid: str) -> list[Path]:
    """The copies this base made by itself, the oldest first."""
    return sorted(copies_folder(uuid).glob("????-??-??*.db"))


def copy_of_the_day(found: BaseOpened, address: str) -> None:
    """Copy the base in a file as it was found, unless it was today; the day a base is made there is nothing to copy.

    A copy that cannot be made is told, and nothing fails.
    """
    import sqlite3

    from ledger.core.errors import LedgerError
    from ledger.storage.engine import database_url, sqlite_path
    from ledger.storage.instants import machine_instant
    from ledger.storage.kept_anchors import PlaceKept, anchors_file, places_kept

    today = machine_instant().astimezone().date().isoformat()
    made_today = found.state.since.astimezone().date().isoformat() == today
    if found.copied_on == today or made_today or not (wanted := copies_wanted()):
        return
    path = sqlite_path(database_url(address))
    if path is None:
        return
    file = anchors_file(state_folder(), found.state.uuid)
    places = places_kept(file)
    try:
        _copy(path, copies_folder(found.state.uuid), today)
    except (OSError, sqlite3.Error, LedgerError) as trouble:
        warn(f"La copie du jour n'a pas pu être faite : {trouble}. Pour y renoncer : cofiville configurer --copies 0")
        return
    for old in own_copies(found.state.uuid)[:-wanted]:
        old.unlink(missing_ok=True)
    places.setdefault(found.place, PlaceKept()).copied_on = today
    save_places(file, places)


def _copy(path: Path, folder: Path, today: str) -> None:
    from ledger.storage.archive import put_verifier_beside
    from ledger.storage.backup import as_single_file, copy_sqlite

    folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    target, turn = folder / f"{today}.db", 1
    while target.exists():
        turn += 1
        target = folder / f"{today}-{turn}.db"
    copy_sqlite(path, target)
    as_single_file(target)
    put_verifier_beside(target)
