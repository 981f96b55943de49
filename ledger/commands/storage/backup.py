"""Making and reading copies of a base, for the commands that save and restore one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ledger.commands.declaring.access import existing_engine, opened, reading
from ledger.commands.declaring.choices import base_address, contract_code
from ledger.commands.declaring.retrying import note_made
from ledger.commands.declaring.troubles import in_french
from ledger.commands.outcome import Outcome
from ledger.commands.storage.inspection import anomalies, guard_anomalies, inspect, seal_sentences

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ledger.commands.storage.inspection import Book
    from ledger.core.progress import Progress


class OlderBase(NamedTuple):
    """A base of an older version: its revision, and of each book its contract, number of entries and seal."""

    revision: str
    books: list[tuple[str, int, str]]


def copy_sentences(sentence: str, books: list[Book]) -> tuple[str, ...]:
    """This sentence, then the seal of each book copied."""
    return (f"{sentence}, vérifiée.", *seal_sentences(books))


def save(file: Path, progress: Progress) -> list[Book]:
    """Copy the base chosen into a file that is not there yet; gives the books of the copy, audited.

    raises: BackupFailed.
    """
    from ledger.storage.backup import BackupFailed, as_single_file, copy_sqlite, dump_postgresql
    from ledger.storage.engine import database_url, sqlite_path
    from ledger.storage.whole_files import made_whole

    url = database_url(base_address())
    path = sqlite_path(url)
    with in_french(str(file)), made_whole(file, private=True) as copy:
        with reading() as session:
            if path is None:
                snapshot = session.connection().exec_driver_sql("SELECT pg_export_snapshot()").scalar()
                dump_postgresql(url, copy, str(snapshot))
                books = inspect(session, progress=progress)
            else:
                copy_sqlite(path, copy)
        if path is not None:
            as_single_file(copy)
            with opened(str(copy)) as session:
                books = inspect(session, progress=progress)
    note_made()
    if anomalies(books):
        raise BackupFailed(
            f"La copie {file} est faite, mais le livre a des anomalies.", "Voyez lesquelles : cofiville base controler."
        )
    return books


def check_backup(file: Path, *, server: bool) -> OlderBase | None:
    """Nothing when this file is the sound copy of a base of this kind; what it holds when it is of an older version.

    raises: BackupFailed.
    """
    from ledger.storage.backup import BackupFailed, is_sqlite_file
    from ledger.storage.schema import older_revision

    if is_sqlite_file(file) is server:
        kind = "un serveur PostgreSQL" if server else "un fichier"
        raise BackupFailed(
            f"« {file} » n'est pas la sauvegarde d'une base de ce genre ({kind}).", "Choisissez une autre sauvegarde."
        )
    if server:
        return None
    with in_french(str(file)), existing_engine(str(file)) as engine, engine.connect() as connection:
        older = older_revision(connection)
        if older is not None:
            return _older_base(connection, file, older)
    with opened(str(file)) as session:
        found = [*guard_anomalies(session), *anomalies(inspect(session))]
    if found:
        raise BackupFailed(
            f"La sauvegarde « {file} » a {len(found)} anomalie(s) : {found[0]['message']}",
            "Choisissez une autre sauvegarde.",
        )
    return None


def _older_base(connection: Connection, file: Path, revision: str) -> OlderBase:
    """A base of an older version, whose acts only its own version can audit; its file is sound.

    raises: BackupFailed.
    """
    from ledger.storage.backup import BackupFailed, file_troubles
    from ledger.storage.session import over_all_contracts

    if troubles := file_troubles(connection):
        raise BackupFailed(f"La sauvegarde « {file} » est abîmée : {troubles[0]}", "Choisissez une autre sauvegarde.")
    with over_all_contracts():
        books = connection.exec_driver_sql("SELECT contract, sequence, seal FROM chain_head ORDER BY contract").all()
    own = contract_code()
    return OlderBase(revision, sorted((tuple(book) for book in books), key=lambda book: (book[0] != own, book[0])))


def older_restored(file: Path, older: OlderBase) -> Outcome:
    """The base is again as this file of an older version: what it holds, and what to do with it."""
    from ledger.core.sealing import GENESIS
    from ledger.journal.findings import Head

    _, entries, seal = older.books[0] if older.books else ("", 0, GENESIS)
    row = {
        "fichier": str(file),
        "ecritures": entries,
        "sceau": seal,
        "livres": [{"contrat": code, "ecritures": count, "sceau": mark} for code, count, mark in older.books],
        "actes": [],
        "en_avance": [],
    }
    said = (
        f"Base restaurée depuis {file}, telle qu'elle était à la version {older.revision}.",
        *(f"{code} : {count} écritures, sceau {Head(count, mark).text}" for code, count, mark in older.books),
        "→ Ouvrez-la avec la version de Cofiville qui l'a écrite, ou reprenez : cofiville base mettre-a-niveau",
    )
    return Outcome(row, said)


def restore_server(address: str, file: Path) -> None:
    """Put this copy in the place of a server's base, whose roles are given again if it had them.

    raises: BackupFailed.
    """
    from ledger.storage.backup import restore_postgresql
    from ledger.storage.engine import database_url
    from ledger.storage.roles import give_roles, has_roles

    with existing_engine(address) as engine:
        with engine.connect() as connection:
            shared = has_roles(connection)
        restore_postgresql(database_url(address), file)
        if shared:
            with engine.begin() as connection:
                give_roles(connection)


def current_state(address: str) -> str:
    """What the base at this address holds, to be said before it is replaced."""
    from ledger.core.errors import LedgerError

    try:
        with opened(address) as session:
            book = inspect(session)[0]
    except LedgerError:
        return " (elle n'est pas lisible aujourd'hui)"
    return f" : elle tient {book.head.entries} écritures, sceau {book.head.seal[:12]}…"
