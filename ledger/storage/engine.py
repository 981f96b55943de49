"""Opening a database: an SQLite file made safe for several people, never on a network; or a PostgreSQL server."""

from __future__ import annotations

import re
import sys
from logging import NullHandler, getLogger
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from ledger.core.addresses import shown_address
from ledger.core.errors import LedgerError

_KIND = re.compile(
    r"(fuse\.)?(afs|afpfs|ceph|cifs|coda|davfs2?|glusterfs|gvfsd-fuse|lustre|ncpfs|nfs4?|rclone|s3fs|smb[23]|smbfs|sshfs)"
)
_MOUNTS = Path("/proc/self/mounts")
_REMOTE_DRIVE = 4
_ESCAPED = re.compile(r"\\([0-7]{3})")

# What a driver notes while it gives up a connection (an interruption, a server gone) also raises: printed as well, it
# would be a traceback before the sentence the user needs.
for _driver in ("sqlalchemy", "psycopg"):
    getLogger(_driver).addHandler(NullHandler())


def network_kind(file: Path) -> str | None:
    """The kind of network folder this file is in ("nfs4", "partage réseau"…); None on a local disk, or if unknown."""
    folder = file.expanduser().absolute().parent
    if sys.platform == "win32":
        return _windows_kind(folder)
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    return kind_among(mounts, folder.resolve())


def kind_among(mounts: str, folder: Path) -> str | None:
    """As network_kind, for a folder without links, among mounts told as Linux does: the deepest, then last, counts."""
    above = {str(each): distance for distance, each in enumerate((folder, *folder.parents))}
    kind, nearest = "", len(above)
    for line in mounts.splitlines():
        _, where, found, *_ = line.split(" ")
        place = _ESCAPED.sub(lambda code: chr(int(code[1], 8)), where) if "\\" in where else where
        if (distance := above.get(place, nearest + 1)) <= nearest:
            kind, nearest = found, distance
    return kind if _KIND.fullmatch(kind) else None


def _windows_kind(folder: Path) -> str | None:
    import ctypes

    drive = folder.resolve().drive
    if drive.startswith("\\\\"):
        return "partage réseau"
    remote = ctypes.WinDLL("kernel32").GetDriveTypeW(f"{drive}\\") == _REMOTE_DRIVE  # type: ignore[attr-defined,unused-ignore]
    return "lecteur réseau" if remote else None


_BUSY_MILLISECONDS = 10_000


class DatabaseUnavailable(LedgerError):
    """The database cannot be opened, or not as asked."""

    code = "base_indisponible"


def database_url(text: str) -> URL:
    """The address of a base typed as a path, sqlite:///… or postgresql://…

    raises: DatabaseUnavailable for another kind of address.
    """
    if "://" not in text:
        return _in_a_file(text, URL.create("sqlite+pysqlite", database=str(Path(text).expanduser())))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise DatabaseUnavailable(
            f"L'adresse de base « {shown_address(text)} » ne se lit pas.",
            "Donnez un chemin de fichier, ou postgresql://utilisateur@serveur:5432/base.",
        ) from None
    if url.get_backend_name() == "sqlite":
        return _in_a_file(text, url.set(drivername="sqlite+pysqlite"))
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    raise DatabaseUnavailable(
        f"Les bases « {url.get_backend_name()} » ne sont pas prises en charge.",
        "Donnez un chemin de fichier, sqlite:///… ou postgresql://…",
    )


def _in_a_file(text: str, url: URL) -> URL:
    name = url.database or ""
    if name.strip() in ("", ".", ":memory:") or name.startswith("file:") or url.query:
        raise DatabaseUnavailable(
            f"« {text} » n'est pas le chemin d'un fichier : rien n'y serait gardé.",
            "Donnez un chemin de fichier, par exemple : --base contrat.db",
        )
    return url


def sqlite_path(url: URL) -> Path | None:
    """The file of an embedded base; None for a server."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def open_engine(address: str | Path) -> Engine:
    """An engine on the base at this path or address; nothing is read yet.

    Writing transactions of SQLite begin with BEGIN IMMEDIATE (`execution_options(writing=True)` on the
    connection), since it ignores FOR UPDATE: two people cannot spend the same euro.
    raises: DatabaseUnavailable without the server's driver.
    """
    url = database_url(str(address))
    if url.get_backend_name() != "sqlite":
        return _server_engine(url)
    engine = create_engine(url, connect_args={"timeout": _BUSY_MILLISECONDS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def refuse_network(address: str) -> None:
    """Nothing for a server, or a file on a local disk; a copy that nobody writes may be anywhere.

    raises: DatabaseUnavailable for a file in a network folder.
    """
    file = sqlite_path(database_url(address))
    if file is not None and (kind := network_kind(file)):
        raise DatabaseUnavailable(
            f"La base {file} est dans un dossier réseau ({kind}) : à plusieurs, des actes s'y perdraient.",
            "Mettez-la sur un disque local, ou sur un serveur PostgreSQL : cofiville base migrer FICHIER postgresql://…",
        )


def _server_engine(url: URL) -> Engine:
    try:
        engine = create_engine(url)
    except ImportError as error:
        raise DatabaseUnavailable(
            "Le pilote de PostgreSQL n'est pas installé.", "Installez-le : pip install cofiville[postgresql]"
        ) from error
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    # In local time the driver cannot tell the two hours apart when clocks go back: instants are asked for in UTC.
    connection.autocommit = True
    connection.execute("SET TIME ZONE 'UTC'")
    # A pooler gives its own number for the process that serves us, and may lend us another at each transaction:
    # a statement prepared in one is unknown in the next.
    (process,) = connection.execute("SELECT pg_backend_pid()").fetchone()
    if process != connection.info.backend_pid:
        connection.prepare_threshold = None
    connection.autocommit = False


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={_BUSY_MILLISECONDS}",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "synchronous=FULL",
        "temp_store=MEMORY",
        "cache_size=-65536",
        "trusted_schema=OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
