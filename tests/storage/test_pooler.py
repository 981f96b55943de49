"""Behind PgBouncer, which lends a connection for one transaction only, the program works as it does without it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from ledger.journal.audit import audit_book, book_head
from ledger.storage.engine import open_engine
from tests.bases import database, execute, make_base, start_postgresql
from tests.conftest import Typist
from tests.journal.posters import spend, start
from tests.journal.trials import book, prepare

POOLER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
PEOPLE, LENT, EACH, HELD = 4, 2, 50, 120

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(POOLER is None, reason="pgbouncer is not installed on this machine"),
]


def settings(sockets: str, folder: Path, port: int) -> str:
    """The pooler's file: fewer connections to the server than clients, each lent for a transaction."""
    return f"""
[databases]
* = host={sockets} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {LENT}
client_login_timeout = 10
query_wait_timeout = 30
logfile = {folder / "pgbouncer.log"}
"""


def free_port() -> int:
    """A port of this machine that nobody listens to."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def pooler_before(server: str) -> Iterator[str]:
    """The address of a pooler in transaction mode in front of this server."""
    assert POOLER is not None
    sockets = str(make_url(server).query["host"])
    with tempfile.TemporaryDirectory(prefix="cofiville-pooler-") as name:
        folder, port = Path(name), free_port()
        file = folder / "pgbouncer.ini"
        file.write_text(settings(sockets, folder, port), encoding="utf-8")
        owner = Path(sockets).stat().st_uid
        os.chown(folder, owner, -1)
        # Neither the server nor the pooler runs as root, and only the server's user reaches its socket.
        pooler = subprocess.Popen([POOLER, "--quiet", str(file)], user=owner if os.geteuid() == 0 else None)
        try:
            address = f"postgresql://postgres@127.0.0.1:{port}/postgres"
            answers(address, folder)
            yield address
        finally:
            pooler.terminate()
            pooler.wait(10)


def answers(address: str, folder: Path) -> None:
    """Wait until the pooler answers."""
    for _ in range(50):
        with suppress(psycopg.OperationalError), psycopg.connect(address, connect_timeout=5):
            return
        time.sleep(0.1)
    log = folder / "pgbouncer.log"
    pytest.fail(f"the pooler does not answer: {log.read_text() if log.exists() else 'no log'}")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server of our own, that holds the model and an empty database `livre`."""
    started = start_postgresql(with_model=True)
    try:
        execute(started.get_uri(), "CREATE DATABASE livre")
        yield started.get_uri()
    finally:
        started.cleanup()


@pytest.fixture(scope="module")
def pooled_server(server: str) -> Iterator[str]:
    """The address of this server's pooler."""
    with pooler_before(server) as address:
        yield address


def prepares(address: str) -> bool:
    """Whether a connection to this address keeps statements prepared in the server."""
    engine = open_engine(address)
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        kept: int | None = driver.prepare_threshold
    engine.dispose()
    return kept is not None


def test_statements_are_prepared_in_a_server_and_not_behind_a_pooler(server: str, pooled_server: str) -> None:
    assert prepares(server)
    assert not prepares(pooled_server)


def test_a_base_made_through_a_pooler_is_written_read_and_sound(pooled_server: str, typed: Typist) -> None:
    base = database(pooled_server, "livre")
    make_base(base)

    def said(*words: str) -> Any:
        answer = typed("--base", base, "--json", *words)
        assert answer.code == 0, answer.err
        return answer.data

    said("exercice", "ouvrir", "2016")
    said("enveloppe", "notifier", "ETAT-PDV-DRE", "2016", "1000", "--piece", "N1", "--le", "2016-02-15")
    (line,) = said("enveloppe", "lister", "2016")
    assert (line["ligne"], line["notifie"], line["disponible"]) == ("ETAT-PDV-DRE", "1000.00", "1000.00")
    checked = said("base", "controler")
    assert checked["anomalies"] == []
    assert checked["ecritures"] == 1


def test_writers_that_share_fewer_connections_than_they_are_spend_each_cent_once(pooled_server: str) -> None:
    execute(pooled_server, "CREATE DATABASE partage TEMPLATE cofiville_modele")
    base = database(pooled_server, "partage")
    prepare(base, HELD, 2016)
    posters = [start(spend, base, f"P{number}", EACH) for number in range(PEOPLE)]
    said = [poster.heard() for poster in posters]
    assert [len(words) for words in said] == [1] * PEOPLE
    assert sum(given for ((given, _),) in said) == HELD
    assert sum(refused for ((_, refused),) in said) == PEOPLE * EACH - HELD
    engine = open_engine(base)
    with book(engine) as session:
        assert book_head(session).entries == HELD + 1
        assert audit_book(session) == []
    engine.dispose()
