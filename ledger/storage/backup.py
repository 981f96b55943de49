"""A whole base copied while others write, or its rows taken to another base, of the other engine perhaps."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import closing, nullcontext
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Table, Text, collate, select
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
from ledger.storage.base import KEPT_BY_THE_BASE, Base
from ledger.storage.driver import put_rows, stored_value
from ledger.storage.whole_files import check_ordinary, made_whole

_BUSY_SECONDS = 10


class BackupFailed(LedgerError):
    """A backup that cannot be made, read or put back."""

    code = "sauvegarde"


def copy_sqlite(source: Path, target: Path) -> None:
    """Make `target` the state `source` is in; all of it or nothing. `target` may exist and be in use.

    A new one is read by its owner alone.

    raises: BackupFailed when `source` is no SQLite file; sqlite3 errors when either is busy or cannot be written.
    """
    with closing(sqlite3.connect(source, timeout=_BUSY_SECONDS)) as origin:
        try:
            origin.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.DatabaseError as error:
            raise BackupFailed(
                f"« {source} » n'est pas une base SQLite lisible ({error}).", "Choisissez une autre sauvegarde."
            ) from error
        making = nullcontext(target) if target.exists() else made_whole(target, private=True)
        with making as place, closing(sqlite3.connect(place, timeout=_BUSY_SECONDS)) as copy:
            origin.backup(copy)


def as_single_file(copy: Path) -> None:
    """Fold the base back into one file, without the side files of a shared one."""
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def as_shared_file(base: Path) -> None:
    """Let several people read the base while one writes (WAL)."""
    with closing(sqlite3.connect(base)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


def forget_old_pages(base: Path) -> bool:
    """Fold into the base the pages still waiting beside it (WAL), so that what they replaced is nowhere any more.

    Gives whether it could: not while others read them. raises: sqlite3.Error.
    """
    with closing(sqlite3.connect(base, timeout=_BUSY_SECONDS)) as connection:
        [(waited, *_)] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return not waited


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
    check_ordinary(path)
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


_BATCH = 5_000


def entities_to_copy(*, last: Sequence[str]) -> list[type[Base]]:
    """Every entity known, each after those it refers to; these tables at the end, in this order.

    Without the tables that a base fills itself, from the others.
    """
    of_table = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    names = [
        table.name
        for table in Base.metadata.sorted_tables
        if not (table.name in last or KEPT_BY_THE_BASE in table.info)
    ]
    return [of_table[name] for name in (*names, *last)]


def copy_rows(source: Connection, target: Session, entity: type[Base], instead: Mapping[str, Any]) -> None:
    """Insert into `target`, in the order of the primary key, every row that `source` has of this entity.

    instead: values to give to these columns in the place of those of the source.
    """
    dialect = target.get_bind().dialect
    columns = [(column.name, stored_value(entity, column.name, dialect)) for column in _table(entity).columns]
    with _rows(source, entity) as rows:
        for batch in rows.partitions(_BATCH):
            given = [tuple(put(instead.get(name, getattr(row, name))) for name, put in columns) for row in batch]
            put_rows(target, entity, given)


def rows_differ(source: Connection, target: Connection, entity: type[Base]) -> bool:
    """Whether any row of this entity is in one base and not, or not the same, in the other."""
    with _rows(source, entity) as rows, _rows(target, entity) as others:
        return any(one != other for one, other in zip_longest(rows, others))


def _rows(connection: Connection, entity: type[Base]) -> CursorResult[Any]:
    """The rows in the order of their key, the same on both engines: that of bytes."""
    table = _table(entity)
    server = connection.dialect.name == "postgresql"
    order = [collate(c, "C") if server and isinstance(c.type, Text) else c for c in table.primary_key.columns]
    return connection.execute(select(table).order_by(*order), execution_options={"yield_per": _BATCH})


def _table(entity: type[Base]) -> Table:
    table = entity.__table__
    assert isinstance(table, Table)
    return table
