"""The server of the page: its socket, its one instance a base, the file that lets the browser in, its end."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from html import escape
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.commands.declaring.configuration import state_folder
from ledger.core.errors import LedgerError
from ledger.page.guards import ENTRANCE, PRESENCE, Door

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.page.guards import Asgi

_WAIT_SECONDS = 3
_OK = 200


class PortTaken(LedgerError):
    """A port that another program listens on."""

    code = "port_pris"


def bound_socket(port: int) -> socket.socket:
    """A socket that listens on this machine alone. port: 0 for one that is free. raises: PortTaken.

    A page closed a moment ago leaves its port free for the next; on Windows it does so unasked.
    """
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name != "nt":
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(("127.0.0.1", port))
        bound.listen()
    except (OSError, OverflowError):
        bound.close()
        raise PortTaken(f"Le port {port} est déjà pris.", "Donnez-en un autre, ou aucun : cofiville ouvrir") from None
    return bound


def instance_file(base: str) -> Path:
    """Where a page says that it serves the base at this address."""
    return state_folder() / f"page-{sha256(base.encode()).hexdigest()[:16]}.json"


def token_of_instance(file: Path) -> tuple[int, str] | None:
    """The port of the page that serves this base already, and a token it gives; None where none answers."""
    try:
        said = json.loads(file.read_bytes())
        asked = HTTPConnection("127.0.0.1", int(said["port"]), timeout=_WAIT_SECONDS)
        asked.request("GET", PRESENCE, headers={"X-Cofiville-Cle": str(said["cle"])})
        answer = asked.getresponse()
        if answer.status != _OK:
            return None
        return int(said["port"]), str(json.loads(answer.read())["jeton"])
    except (OSError, ValueError, KeyError, TypeError, HTTPException):
        return None


def write_private(path: Path, text: str) -> None:
    """Write a file that this user alone reads, in the place of the one there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        path.unlink()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def write_entrance(instance: Path, port: int, token: str) -> Path:
    """The file that the browser opens: it leads to the page with its token, which no list of processes then shows."""
    address = escape(f"http://127.0.0.1:{port}{ENTRANCE}?jeton={token}")
    path = instance.with_suffix(".html")
    write_private(
        path,
        f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>Cofiville</title>'
        f'<meta http-equiv="refresh" content="0;url={address}"><p><a href="{address}">Ouvrir la page</a></p></html>\n',
    )
    return path


@contextmanager
def page_announced(instance: Path, door: Door) -> Iterator[None]:
    """While inside, another `ouvrir` on the same base finds this page."""
    write_private(instance, json.dumps({"port": door.port, "pid": os.getpid(), "cle": door.key}))
    try:
        yield
    finally:
        for path in (instance, instance.with_suffix(".html")):
            with suppress(OSError):
                path.unlink()


class Serving:
    """The server of the page: `run` until it is stopped."""

    def __init__(self) -> None:
        self._stop: Callable[[], None] = lambda: None

    def stop(self) -> None:
        """End once the answers under way are given."""
        self._stop()

    def run(self, app: Asgi, bound: socket.socket) -> None:
        """Answer until Ctrl-C, or `stop`."""
        import uvicorn

        settings = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        server = uvicorn.Server(settings)

        def end() -> None:
            server.should_exit = True

        self._stop = end
        with suppress(KeyboardInterrupt):
            server.run(sockets=[bound])
