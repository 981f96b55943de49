"""The page: who may ask it, what it shows, and what it records; asked in this process, without a socket."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from re import findall, search
from socket import create_connection
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest

import cli
from ledger.commands.declaring.access import sharing
from ledger.page.calling import Place
from ledger.page.catalogue import commands_shown
from ledger.page.guards import Asgi, Door
from ledger.page.screens import PageServed, application
from ledger.page.serving import PortTaken, bound_socket, page_announced, token_of_instance, write_entrance
from ledger.page.values import line_typed
from tests.bases import ROOT
from tests.conftest import Typist

PORT = 8123
NOTIFY = "/CV195/acte/enveloppe/notifier"
VALUES = {"ligne": "ETAT-PDV-DRE", "annee": "2016", "montant": "175 000,50", "piece": "Arrêté 12", "le": "15/02/2016"}


class Answered(NamedTuple):
    status: int
    headers: Mapping[str, str]
    text: str


class Browser:
    """Asks the application as a browser that was let in; headers given replace its own."""

    def __init__(self, app: Asgi, door: Door) -> None:
        self.app, self.door = app, door

    def get(self, address: str, **headers: str) -> Answered:
        return asyncio.run(self._ask("GET", address, b"", headers))

    def post(self, address: str, values: Mapping[str, str], **headers: str) -> Answered:
        return asyncio.run(self._ask("POST", address, urlencode(values).encode(), headers))

    async def _ask(self, method: str, address: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        path, _, query = address.partition("?")
        own = {"host": self.door.host, "cookie": f"{self.door.cookie}={self.door.key}"}
        if method == "POST":
            kind = "application/x-www-form-urlencoded"
            own |= {"origin": f"http://{self.door.host}", "content-type": kind, "content-length": str(len(body))}
        own |= {name.replace("_", "-"): value for name, value in headers.items()}
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "scheme": "http",
            "http_version": "1.1",
            "server": ("127.0.0.1", PORT),
            "client": ("127.0.0.1", 1),
            "headers": [(name.encode(), value.encode()) for name, value in own.items()],
        }
        sent: list[Any] = []

        unread = [body]

        async def receive() -> Any:
            if not unread:
                await asyncio.Event().wait()
            unread.clear()
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Answered(sent[0]["status"], found, b"".join(each.get("body", b"") for each in sent[1:]).decode())


def browser(base: str, *, read_only: bool = False) -> Browser:
    door = Door(PORT, read_only)
    stopped = lambda: None  # noqa: E731 - nothing to stop here
    return Browser(application(PageServed(Place(base, "CV195", "Camille"), door, cli.SUBJECTS, stopped)), door)


@pytest.mark.one_engine
def test_the_page_answers_only_its_own_browser_and_says_so_in_french() -> None:
    page = browser("nulle-part.db")
    own = f"http://{page.door.host}"
    refused = [
        page.get("/", host="localhost:8123"),
        page.get("/", host="exemple.fr"),
        page.get("/", cookie=""),
        page.get("/", cookie=f"{page.door.cookie}=faux"),
        page.get("/fichiers/page.css", cookie=""),
        page.get("/presence", cookie="", x_cofiville_cle="faux"),
        page.get("/entrer?jeton=faux", cookie=""),
        page.post(NOTIFY + "/apercu", VALUES, origin="http://exemple.fr"),
        page.post(NOTIFY + "/apercu", VALUES, origin="null"),
        page.post(NOTIFY + "/apercu", VALUES, origin=own, sec_fetch_site="cross-site"),
        page.post(NOTIFY + "/apercu", VALUES, content_length=str(2 << 20)),
        browser("nulle-part.db", read_only=True).post(NOTIFY + "/enregistrer", VALUES),
        browser("nulle-part.db", read_only=True).get(NOTIFY),
    ]
    others = [page.get("/rien/de/tel"), page.get("/fichiers/page.css"), page.post("/arreter", {})]
    assert [each.status for each in refused] == [403] * 12 + [409]
    assert all("Impossible" in each.text and 'lang="fr"' in each.text for each in (*refused, others[0]))
    assert [each.status for each in others] == [404, 200, 200]
    for each in (*refused, *others):
        policy = each.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert each.headers["cache-control"] == "no-store"
        assert not findall(r"<script(?! src=)|<style| style=| on[a-z]+=", each.text)


@pytest.mark.one_engine
def test_a_token_lets_one_browser_in_once_and_stands_in_a_file_of_this_user_alone(tmp_path: Path) -> None:
    page = browser("nulle-part.db")
    address = f"/entrer?jeton={page.door.new_token()}"
    entered = page.get(address, cookie="")
    assert entered.status == 200
    assert entered.headers["set-cookie"] == f"cofiville-{PORT}={page.door.key}; Path=/; HttpOnly; SameSite=Strict"
    assert page.get(address, cookie="").status == 403
    instance = tmp_path / "page.json"
    with page_announced(instance, page.door):
        entrance = write_entrance(instance, PORT, page.door.new_token())
        if sys.platform != "win32":
            assert [path.stat().st_mode & 0o777 for path in (instance, entrance)] == [0o600, 0o600]
        assert token_of_instance(instance) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.one_engine
def test_help_loads_nothing_of_the_page() -> None:
    script = "import sys, cli\ntry: cli.main()\nexcept SystemExit: pass\nprint(sorted(sys.modules), file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", script, "--help"], capture_output=True, text=True, cwd=ROOT, check=True)
    assert not [name for name in ("starlette", "jinja2", "uvicorn", "ledger.page") if f"'{name}" in ran.stderr]


@pytest.mark.one_engine
def test_what_is_typed_in_a_form_is_never_read_as_an_option() -> None:
    pay = commands_shown(cli.SUBJECTS)["enveloppe notifier"]
    line = line_typed(pay.words, pay.asked, {"ligne": "--toutes=2017", "annee": "2016", "piece": "-x", "montant": "1"})
    assert line == ["enveloppe", "notifier", "--piece", "-x", "--", "--toutes=2017", "2016", "1"]


def test_a_port_that_a_page_just_left_is_free_and_one_that_listens_is_not() -> None:
    with bound_socket(0) as left:
        port = left.getsockname()[1]
        with pytest.raises(PortTaken):
            bound_socket(port)
        with create_connection(("127.0.0.1", port)) as visitor:
            left.accept()[0].close()
            assert visitor.recv(1) == b""
    bound_socket(port).close()


def test_an_act_is_previewed_then_recorded_once_and_its_screens_write_nothing(in_2016: Typist, base: str) -> None:
    with sharing():
        page = browser(base)
        before = in_2016("--json", "journal", "lister", "--tout").out
        wrong = page.post(NOTIFY + "/apercu", VALUES | {"montant": "beaucoup"})
        assert (wrong.status, "beaucoup" in wrong.text, "Arrêté 12" in wrong.text) == (409, True, True)
        preview = page.post(NOTIFY + "/apercu", VALUES)
        assert "175\u00a0000,50\u00a0€" in preview.text
        assert "DISPONIBLE" in preview.text
        addresses = {unescape(each) for each in findall(r'href="(/[^"]+)"', page.get("/CV195/ecrans").text)}
        screens = sorted(each for each in addresses if "/acte/" not in each)
        assert len(addresses) > 150
        assert {page.get(each).status for each in screens} <= {200, 303, 409}
        assert in_2016("--json", "journal", "lister", "--tout").out == before
        seen = search(r'name="vu" value="([^"]*)"', preview.text)
        assert seen is not None
        done = page.post(NOTIFY + "/enregistrer", VALUES | {"vu": seen[1]})
        assert "enregistré" in done.text
        assert "/CV195/acte/journal/annuler?numero=1" in done.text
        moved = page.post(NOTIFY + "/enregistrer", VALUES | {"vu": seen[1]})
        assert "Le livre a changé depuis l" in moved.text
        again = search(r'name="vu" value="([^"]*)"', moved.text)
        assert again is not None
        twice = page.post(NOTIFY + "/enregistrer", VALUES | {"vu": again[1]})
        assert "éjà enregistré" in twice.text
        listed = page.get("/CV195/voir/enveloppe/lister?annee=2016").text
        assert "175\u00a0000,50\u00a0€" in listed
        assert page.get("/CV999/voir/enveloppe/lister?annee=2016").status == 404
    assert [(each["agent"], each["commande"]) for each in json.loads(in_2016("--json", "journal", "lister").out)] == [
        ("Camille", "enveloppe notifier")
    ]
