"""A copy tried: put in a place apart, audited there as a base would be, and what came out of it kept for the user."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ledger.commands.declaring.access import opened, reading
from ledger.commands.declaring.choices import base_address
from ledger.commands.declaring.configuration import state_folder
from ledger.commands.declaring.older_base import place_of, save_places
from ledger.commands.declaring.own_copies import own_copies
from ledger.commands.storage.inspection import anomalies, guard_anomalies, inspect

if TYPE_CHECKING:
    from ledger.commands.storage.inspection import Book
    from ledger.core.progress import Progress


def rehearse(file: Path | None, progress: Progress) -> tuple[Path, list[Book], list[dict[str, str]]]:
    """Put a copy in a place apart and audit it there; gives the copy tried, its books and what is wrong in them.

    file: None for the last copy of the base. raises: BackupFailed without any copy, or for one that is not a base.
    """
    from ledger.storage.backup import as_shared_file, copy_sqlite
    from ledger.storage.heads import base_state

    with reading() as session:
        state = base_state(session)
    uuid = state.uuid if state else ""
    copy = file or _last_copy(uuid)
    _check_file(copy)
    with TemporaryDirectory(prefix="cofiville-essai-") as folder:
        place = Path(folder) / "essai.db"
        copy_sqlite(copy, place)
        as_shared_file(place)
        with opened(str(place)) as session:
            books = inspect(session, progress=progress)
            found = [*guard_anomalies(session), *anomalies(books)]
    if uuid:
        _keep(uuid, copy, len(found))
    return copy, books, found


def _last_copy(uuid: str) -> Path:
    from ledger.storage.backup import BackupFailed

    if not uuid or not (copies := own_copies(uuid)):
        raise BackupFailed(
            "Cette base n'a pas encore de copie du jour.",
            "Faites-en une, puis essayez-la : cofiville base sauvegarder FICHIER ; cofiville base essayer FICHIER",
        )
    return copies[-1]


def _check_file(copy: Path) -> None:
    from ledger.storage.backup import BackupFailed, is_sqlite_file

    if not copy.is_file() or not is_sqlite_file(copy):
        raise BackupFailed(
            f"« {copy} » n'est pas la copie d'une base en fichier.",
            "Celle d'un serveur s'essaie en la restaurant dans une base vide : cofiville --base postgresql://… base"
            " restaurer FICHIER",
        )


def _keep(uuid: str, copy: Path, wrong: int) -> None:
    from ledger.storage.kept_anchors import PlaceKept, anchors_file, places_kept

    file = anchors_file(state_folder(), uuid)
    places = places_kept(file)
    tried_on = datetime.now().astimezone().isoformat(timespec="minutes")
    kept = places.setdefault(place_of(base_address()), PlaceKept())
    kept.rehearsal = {"fichier": str(copy), "le": tried_on, "anomalies": wrong}
    save_places(file, places)
