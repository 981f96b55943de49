"""Copies of a whole base made while others write: SQLite's backup API, PostgreSQL's own dump."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL

from ledger.core.errors import LedgerError

_BUSY_SECONDS = 10


class BackupFailed(LedgerError):
    """A backup that cannot be made, read or put back."""

    code = "sauvegarde"


def copy_sqlite(source: Path, target: Path) -> None:
    """Make `target` the state `source` is in; all of it or nothing. `target` may exist and be in use.

    raises: BackupFailed when `source` is no SQLite file; sqlite3 errors when either is busy or cannot be written.
    """
    with closing(sqlite3.connect(source, timeout=_BUSY_SECONDS)) as origin:
        try:
            origin.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.DatabaseError as error:
            raise BackupFailed(
                f"« {source} » n'est pas une base SQLite lisible ({error}).", "Choisissez une autre sauvegarde."
            ) from error
        with closing(sqlite3.connect(target, timeout=_BUSY_SECONDS)) as copy:
            origin.backup(copy)


def as_single_file(copy: Path) -> None:
    """Fold the base back into one file, without the side files of a shared one."""
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def as_shared_file(base: Path) -> None:
    """Let several people read the base while one writes (WAL)."""
    with closing(sqlite3.connect(base)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


def dump_postgresql(url: URL, target: Path, snapshot: str) -> None:
    """Write the base, as the exported `snapshot` sees it, in pg_dump's custom format; the archive is read back.

    raises: BackupFailed when PostgreSQL's tools are absent or refuse.
    """
    _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}", f"--dbname={_address(url)}")
    _run("pg_restore", "--list", str(target))


def restore_postgresql(url: URL, archive: Path) -> None:
    """Replace the base's content by the archive's, in one transaction.

    raises: BackupFailed, the base being then as it was.
    """
    _run(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--exit-on-error",
        "--single-transaction",
        f"--dbname={_address(url)}",
        str(archive),
    )


def is_sqlite_file(path: Path) -> bool:
    """Whether the file begins as SQLite's do."""
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\x00"


def _address(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(tool: str, *arguments: str) -> None:
    program = shutil.which(tool)
    if program is None:
        raise BackupFailed(
            f"L'outil {tool} de PostgreSQL n'est pas installé sur ce poste.",
            "Installez les outils clients de PostgreSQL, ou faites la sauvegarde depuis le serveur.",
        )
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [f"code {done.returncode}"])[-1]
        raise BackupFailed(f"{tool} a échoué : {said}", "Rien n'a été remplacé ; corrigez puis recommencez.")
