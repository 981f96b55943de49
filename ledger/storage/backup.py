"""Copies of a whole base made while others write: SQLite's backup API, PostgreSQL's own dump."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from ledger.core.errors import LedgerError

_BUSY_SECONDS = 10


class BackupFailed(LedgerError):
    """A backup that cannot be made, read or put back."""

    code = "sauvegarde"


@contextmanager
def taken_away_on_failure(target: Path) -> Iterator[None]:
    """A file begun inside is taken away again if anything fails there."""
    there = target.exists()
    try:
        yield
    except BaseException:
        if not there:
            target.unlink(missing_ok=True)
        raise


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
        with taken_away_on_failure(target), closing(sqlite3.connect(target, timeout=_BUSY_SECONDS)) as copy:
            origin.backup(copy)


def as_single_file(copy: Path) -> None:
    """Fold the base back into one file, without the side files of a shared one."""
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def as_shared_file(base: Path) -> None:
    """Let several people read the base while one writes (WAL)."""
    with closing(sqlite3.connect(base)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


def forget_old_pages(base: Path) -> None:
    """Fold into the base the pages still waiting beside it (WAL), so that what they replaced is nowhere any more."""
    with closing(sqlite3.connect(base, timeout=_BUSY_SECONDS)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def dump_postgresql(url: URL, target: Path, snapshot: str) -> None:
    """Write the base, as the exported `snapshot` sees it, in pg_dump's custom format; the archive is read back.

    raises: BackupFailed when PostgreSQL's tools are absent or refuse.
    """
    _run(url, "pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
    _run(url, "pg_restore", "--list", str(target))


def restore_postgresql(url: URL, archive: Path) -> None:
    """Replace the base's content by the archive's, in one transaction.

    raises: BackupFailed, the base being then as it was.
    """
    options = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    _run(url, "pg_restore", *options, f"--dbname={url.database}", str(archive))


def file_troubles(connection: Connection) -> list[str]:
    """What SQLite itself finds wrong in the file of a base: pages, CHECKs, keys that lead nowhere; empty when sound."""
    found = [str(said) for (said,) in connection.exec_driver_sql("PRAGMA integrity_check") if said != "ok"]
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return [*found, *(f"{table}, ligne {row}: {owner} manque" for table, row, owner, _ in lost)]


def is_sqlite_file(path: Path) -> bool:
    """Whether the file begins as SQLite's do."""
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\x00"


def _settings(url: URL) -> dict[str, str]:
    """What PostgreSQL's tools read in their environment, so that no password shows on a command line."""
    given = {
        "PGHOST": url.host or str(url.query.get("host", "")),
        "PGPORT": str(url.port or ""),
        "PGUSER": url.username,
        "PGPASSWORD": str(url.password or ""),
        "PGDATABASE": url.database,
    }
    return {**os.environ, **{name: value for name, value in given.items() if value}}


def _run(url: URL, tool: str, *arguments: str) -> None:
    program = shutil.which(tool)
    if program is None:
        raise BackupFailed(
            f"L'outil {tool} de PostgreSQL n'est pas installé sur ce poste.",
            "Installez les outils clients de PostgreSQL, ou faites la sauvegarde depuis le serveur.",
        )
    done = subprocess.run(  # noqa: S603 - a tool of PostgreSQL and our own words
        [program, *arguments], capture_output=True, text=True, check=False, env=_settings(url)
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [f"code {done.returncode}"])[-1]
        raise BackupFailed(
            f"{tool} a échoué : {said}",
            "Rien n'a été changé. Vérifiez vos droits, la place, et la version des outils (celle du serveur au moins).",
        )
