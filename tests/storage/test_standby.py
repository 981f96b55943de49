"""Behind streaming replication, the standby shows the same book, refuses acts, and goes on when promoted."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.bases import MODEL, database, execute, server_tools, start_postgresql
from tests.conftest import Typist

pytestmark = pytest.mark.long

REMEMBERED = "postgresql://postgres@/postgres?host={sockets}"
ACTS = (
    ("exercice", "ouvrir", "2016"),
    ("enveloppe", "notifier", "ETAT-PDV-DRE", "2016", "1000", "--piece", "N1", "--le", "2016-02-15"),
)
MORE = ("enveloppe", "modifier", "ETAT-PDV-DRE", "2016", "250", "--piece", "N2", "--le", "2016-05-02")


class Servers(NamedTuple):
    """The address of a base on a server, and on the standby that follows it."""

    primary: str
    standby: str


def asked(address: str, query: str) -> Any:
    """The one value that answers this query."""
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


@contextmanager
def standby_of(server: str) -> Iterator[str]:
    """The address of a server that follows this one, made from a base backup of it."""
    sockets = str(make_url(server).query["host"])
    owner = Path(sockets).stat().st_uid
    tools = server_tools()
    with tempfile.TemporaryDirectory(prefix="cofiville-pg-standby-") as name:
        folder = Path(name)
        os.chown(folder, owner, -1)
        user = owner if os.geteuid() == 0 else None
        copying = ["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"]
        place = ["--host", sockets, "--username", "postgres", "--pgdata", str(folder / "data")]
        subprocess.run([tools / "pg_basebackup", *copying, *place], check=True, user=user, cwd=folder)
        settings = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}"]
        with (folder / "log").open("wb") as log:
            running = subprocess.Popen(
                [tools / "postgres", "-D", folder / "data", *settings], user=user, cwd=folder, stdout=log, stderr=log
            )
        try:
            address = REMEMBERED.format(sockets=folder)
            wait(lambda: bool(asked(address, "SELECT pg_is_in_recovery()")))
            yield address
        finally:
            running.terminate()
            running.wait(30)


def wait(until: Callable[[], bool]) -> None:
    """Wait a minute at most until this is so."""
    for _ in range(600):
        with suppress(psycopg.OperationalError):
            if until():
                return
        time.sleep(0.1)
    pytest.fail("the standby does not follow")


def caught_up(servers: Servers) -> None:
    """Wait until the standby has replayed all that the primary wrote."""
    written = asked(servers.primary, "SELECT pg_current_wal_insert_lsn()::text")
    wait(lambda: bool(asked(servers.standby, f"SELECT pg_last_wal_replay_lsn() >= '{written}'::pg_lsn")))


@pytest.fixture
def servers() -> Iterator[Servers]:
    started = start_postgresql(with_model=True)
    try:
        server = started.get_uri()
        with standby_of(server) as standby:
            yield Servers(database(server, MODEL), database(standby, MODEL))
    finally:
        started.cleanup()


def test_a_standby_shows_the_same_book_refuses_acts_and_goes_on_when_promoted(
    servers: Servers, typed: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{server_tools()}{os.pathsep}{os.environ['PATH']}")

    def said(base: str, *words: str) -> Any:
        answer = typed("--base", base, "--json", *words)
        assert answer.code == 0, answer.err
        return answer.data

    def same_book() -> None:
        caught_up(servers)
        for words in (("base", "controler"), ("enveloppe", "lister", "2016"), ("journal", "lister", "2016")):
            assert said(servers.standby, *words) == said(servers.primary, *words)

    for words in ACTS:
        said(servers.primary, *words)
    same_book()
    assert said(servers.standby, "base", "controler")["anomalies"] == []
    refused = typed("--base", servers.standby, *MORE)
    assert refused.code == 1
    problem, remedy = refused.err.splitlines()
    assert problem == "La base est en lecture seule : rien n'a été écrit."
    assert "un serveur de secours ne s'écrit pas : donnez l'adresse du serveur principal" in remedy
    said(servers.primary, *MORE)
    same_book()
    saved = said(servers.standby, "base", "sauvegarder", str(tmp_path / "copie.dump"))
    before = said(servers.standby, "base", "controler")["ecritures"]
    assert saved["ecritures"] == before
    execute(servers.standby, "SELECT pg_promote()")
    said(servers.standby, *MORE[:-3], "N3", "--le", "2016-06-01")
    after = said(servers.standby, "base", "controler")
    assert (after["ecritures"], after["anomalies"]) == (before + 1, [])
