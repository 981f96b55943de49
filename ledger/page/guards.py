"""Who may ask the page, and what every answer says: nothing here knows what the page shows."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeAlias

from ledger.core.errors import LedgerError

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

ENTRANCE, PRESENCE, STOP = "/entrer", "/presence", "/arreter"
MOST_BYTES = 1 << 20
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


class PageClosed(LedgerError):
    """A request that the page does not answer: from elsewhere, or without the key of this opening."""

    code = "page_refusee"


@dataclass
class Door:
    """What opens the page: its port, the key its cookie holds, the tokens given and not yet used, whether it writes.

    key: also what another `ouvrir` on the same base says to be let in, read in a file of this user alone.
    """

    port: int
    read_only: bool = False
    key: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    tokens: set[str] = field(default_factory=set)

    @property
    def host(self) -> str:
        """What the browser must have asked."""
        return f"127.0.0.1:{self.port}"

    @property
    def cookie(self) -> str:
        """The name of its cookie, which says the port: cookies are shared between ports."""
        return f"cofiville-{self.port}"

    def new_token(self) -> str:
        """A token that lets one browser in, once."""
        token = secrets.token_urlsafe(32)
        self.tokens.add(token)
        return token

    def redeem(self, token: str) -> str | None:
        """The cookie to keep for this token, which is used up; None where it is no token or was used."""
        if token not in self.tokens:
            return None
        self.tokens.discard(token)
        return f"{self.cookie}={self.key}; Path=/; HttpOnly; SameSite=Strict"

    def knows(self, given: str) -> bool:
        """Whether this is the key."""
        return secrets.compare_digest(given.encode(), self.key.encode())


def refused(door: Door, scope: Scope) -> PageClosed | None:
    """Why this request is not answered; None where it is."""
    given = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    if given.get("host") != door.host:
        return PageClosed("Cette adresse n'est pas celle de la page.", f"Ouvrez http://{door.host}/")
    if scope["method"] not in ("GET", "HEAD"):
        if scope["method"] != "POST" or given.get("origin") != f"http://{door.host}":
            return PageClosed("Cette demande ne vient pas de la page.", "Refaites-la depuis la page.")
        if given.get("sec-fetch-site", "same-origin") != "same-origin":
            return PageClosed("Cette demande vient d'un autre site.", "Refaites-la depuis la page.")
        if door.read_only and scope["path"] != STOP:
            return PageClosed(
                "La page est ouverte en lecture : rien ne s'y enregistre.",
                "Arrêtez-la, puis ouvrez-la sans --lecture : cofiville ouvrir",
            )
        size = given.get("content-length", "")
        if not size.isdigit() or int(size) > MOST_BYTES:
            return PageClosed("Cet envoi est trop grand, ou sa taille n'est pas dite.", "Envoyez moins de 1 Mio.")
    if scope["path"] in (ENTRANCE, PRESENCE) or door.knows(_cookie(given.get("cookie", ""), door.cookie)):
        return None
    return PageClosed("Cette page est fermée à ce navigateur.", "Relancez, dans un terminal : cofiville ouvrir")


def _cookie(header: str, name: str) -> str:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def guarded(app: Asgi, door: Door, refusal: Callable[[PageClosed], Asgi]) -> Asgi:
    """The application behind its door: what is refused gets the page made of the refusal; headers on every answer."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return

        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                said = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
                others = [each for each in message.get("headers", ()) if each[0].lower().decode() not in _HEADERS]
                message = {**message, "headers": [*others, *said]}
            await send(message)

        why = refused(door, scope)
        await (app if why is None else refusal(why))(scope, receive, send_with_headers)

    return answer
