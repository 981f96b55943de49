"""The application: the addresses of the page, and what each of them answers."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from ledger.commands.declaring.offers import OFFERS
from ledger.commands.outcome import Unconfirmed
from ledger.core.errors import LedgerError, NotFound
from ledger.page.calling import BookMoved, Place, at, preview_act, read_screen, record_previewed
from ledger.page.catalogue import NAVIGATION, Shown, commands_shown, find_shown, place_of_code
from ledger.page.guards import ENTRANCE, PRESENCE, STOP, Asgi, Door, PageClosed, guarded
from ledger.page.rendering import parts_shown, pieces
from ledger.page.values import line_typed, read_values

if TYPE_CHECKING:
    from ledger.terminal.program import CommandGroup

_HERE = Path(__file__).resolve().parent
_MOST_OFFERED = 2000
_NOT_FOUND, _REFUSED, _FORBIDDEN = 404, 409, 403
_STATIC = "fichiers"
_NUMBERED = re.compile(r"\bC?(20\d\d)-\d")


@dataclass
class PageServed:
    """The page being served: where it acts, its door, the groups of commands it shows, how it is stopped."""

    place: Place
    door: Door
    subjects: tuple[CommandGroup, ...]
    stop: Callable[[], None]

    def __post_init__(self) -> None:
        loader = FileSystemLoader(_HERE / "templates")
        self.templates = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )

    def commands(self) -> Mapping[str, Shown]:
        """Every command it shows, by its words."""
        return commands_shown(self.subjects)

    def html(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """The page made of this template."""
        common = {"navigation": (), "contract": "", "year": "", "years": (), "here": "", "contracts": ()}
        values = common | {"read_only": self.door.read_only, "place": self.place} | values
        return HTMLResponse(self.templates.get_template(template).render(values), status)

    def refusal(self, error: LedgerError, status: int = _REFUSED, **values: Any) -> HTMLResponse:
        """The page of a refusal: the problem, the way out."""
        said = {"problem": error.problem, "remedy": pieces(error.remedy), "title": "Impossible"}
        return self.html("refusal.html", status, **said, **values)


def application(page: PageServed) -> Asgi:
    """The whole application, behind its door."""

    async def on_refusal(request: Request, error: Exception) -> Response:
        assert isinstance(error, LedgerError)
        status = _NOT_FOUND if isinstance(error, NotFound) else _REFUSED
        return page.refusal(error, status, **_around(page, request))

    async def on_absence(request: Request, error: Exception) -> Response:
        return page.refusal(NotFound("Cette page n'existe pas.", "Revenez à l'accueil."), _NOT_FOUND)

    def answer(screen: Callable[[PageServed, Request, Mapping[str, str]], Response]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            given: Mapping[str, str] = request.query_params
            if request.method == "POST":
                given = {name: str(value) for name, value in (await request.form()).items()}
            return await run_in_threadpool(screen, page, request, given)

        return endpoint

    posted = ["POST"]
    starlette = Starlette(
        routes=[
            Route(ENTRANCE, answer(_enter)),
            Route(PRESENCE, answer(_presence)),
            Route(STOP, answer(_stopped), methods=posted),
            Mount(f"/{_STATIC}", StaticFiles(directory=_HERE / "static")),
            Route("/", answer(_home)),
            Route("/{contract}/", answer(_home)),
            Route("/{contract}/ecrans", answer(_all_screens)),
            Route("/{contract}/voir/{subject}", answer(_read)),
            Route("/{contract}/voir/{subject}/{command}", answer(_read)),
            Route("/{contract}/acte/{subject}/{command}", answer(_form)),
            Route("/{contract}/acte/{subject}/{command}/modifier", answer(_form), methods=posted),
            Route("/{contract}/acte/{subject}/{command}/apercu", answer(_preview), methods=posted),
            Route("/{contract}/acte/{subject}/{command}/enregistrer", answer(_record), methods=posted),
        ],
        exception_handlers={LedgerError: on_refusal, 404: on_absence, 405: on_absence},
    )
    return guarded(starlette, page.door, lambda why: _as_asgi(page, why))


def _as_asgi(page: PageServed, why: PageClosed) -> Asgi:
    return page.refusal(why, _FORBIDDEN)


def _place(page: PageServed, request: Request) -> Place:
    return replace(page.place, contract=request.path_params.get("contract") or page.place.contract)


def _words(request: Request) -> str:
    return " ".join(request.path_params[name] for name in ("subject", "command") if name in request.path_params)


def _around(page: PageServed, request: Request, year: str = "") -> dict[str, Any]:
    """What stands around every screen: the contract, its exercices, the screens of every day."""
    from ledger.journal.exercices import exercices

    place = _place(page, request)
    years: list[int] = []
    try:
        with at(place) as session:
            years = [each.year for each in exercices(session)]
    except LedgerError:
        pass
    year = year or request.query_params.get("annee", "") or (str(years[-1]) if years else "")
    commands = page.commands()
    links = [
        (title, _address(place, commands[name], _usual_values(commands[name], year))) for title, name in NAVIGATION
    ]
    return {"navigation": links, "contract": place.contract, "year": year, "years": years, "here": request.url.path}


def _year_in(given: Mapping[str, str]) -> str:
    """The year that a number says: of an action, of a convention; "" where none does."""
    found = _NUMBERED.search(" ".join(given.values()))
    return found[1] if found else ""


def _usual_values(command: Shown, year: str) -> dict[str, str]:
    from ledger.reports.vocabulary import Par

    values = {"annee": year} if year and any(each.name == "annee" for each in command.asked) else {}
    return values | ({"par": Par.ACTION.value} if command.name == "rapport demandes" else {})


def _address(place: Place, command: Shown, values: Mapping[str, str]) -> str:
    said = urlencode({name: value for name, value in values.items() if value})
    return f"/{place.contract}/{command.address}{f'?{said}' if said else ''}"


def _enter(page: PageServed, request: Request, given: Mapping[str, str]) -> Response:
    cookie = page.door.redeem(given.get("jeton", ""))
    if cookie is None:
        refusal = PageClosed("Ce jeton a déjà servi.", "Relancez, dans un terminal : cofiville ouvrir")
        return page.refusal(refusal, _FORBIDDEN)
    opened = page.html("opened.html", title="Ouverture")
    opened.headers["set-cookie"] = cookie
    return opened


def _presence(page: PageServed, request: Request, given: Mapping[str, str]) -> Response:
    if not page.door.knows(request.headers.get("x-cofiville-cle", "")):
        return page.refusal(PageClosed("Cette page est fermée.", "Relancez : cofiville ouvrir"), _FORBIDDEN)
    return JSONResponse({"jeton": page.door.new_token()})


def _stopped(page: PageServed, request: Request, given: Mapping[str, str]) -> Response:
    page.stop()
    return page.html("stopped.html", title="La page est fermée")


def _home(page: PageServed, request: Request, given: Mapping[str, str]) -> Response:
    place = _place(page, request)
    return RedirectResponse(_address(place, page.commands()["rapport semaine"], {}), 303)


def _all_screens(page: PageServed, request: Request, given: Mapping[str, str]) -> Response:
    around = _around(page, request)
    groups: dict[str, list[tuple[Shown, str]]] = {}
    place = _place(page, request)
    purposes = {each.name: each.help for each in page.subjects}
    for command in page.commands().values():
        if not (command.declared.act and page.door.read_only):
            address = _address(place, command, _usual_values(command, around["year"]))
            groups.setdefault(purposes[command.words[0]], []).append((command, address))
    return page.html("all.html", title="Tous les écrans et tous les actes", groups=groups, **around)


def _typed_line(place: Place, command: Shown, given: Mapping[str, str]) -> str:
    line = line_typed(command.words, command.asked, given)
    return shlex.join(["cofiville", "--contrat", place.contract, *line])


def _offered(place: Place, command: Shown) -> dict[str, list[tuple[str, str]]]:
    """What completes each value: the codes there are, with their names."""
    from sqlalchemy import text

    wanted = {each.offers for each in command.asked if each.offers in OFFERS}
    with at(place) as session:
        asked = {
            name: session.connection().execute(text(OFFERS[name]), {"contract": place.contract}) for name in wanted
        }
        return {
            name: [(str(row[0]), str(row[1] or "")) for row in found][:_MOST_OFFERED] for name, found in asked.items()
        }


def _described(page: PageServed, request: Request, command: Shown, given: Mapping[str, str]) -> dict[str, Any]:
    place = _place(page, request)
    return {
        "title": command.heading(given),
        "purpose": command.title,
        "command": command,
        "given": given,
        "offered": _offered(place, command),
        "line": _typed_line(place, command, given),
        "parts": [],
        "trouble": None,
        **_around(page, request, given.get("annee", "") or _year_in(given)),
    }


def _read(page: PageServed, request: Request, given: Mapping[str, str]) -> Response:
    command = find_shown(page.commands(), _words(request), act=False)
    place = _place(page, request)
    shown = _described(page, request, command, given)
    if shown["year"] and any(each.name == "annee" and each.required for each in command.asked):
        given = {"annee": shown["year"], **given}
        shown |= {"given": given, "line": _typed_line(place, command, given)}

    def link(field: str, code: str, year: str) -> str:
        found = place_of_code(command.name, field, code, year or given.get("annee", ""))
        return _address(place, page.commands()[found[0]], found[1]) if found else ""

    if any(each.required and not given.get(each.name) for each in command.asked):
        return page.html("screen.html", **shown, waiting=True)
    try:
        outcome = read_screen(place, command, read_values(command.asked, given))
    except LedgerError as trouble:
        return page.html("screen.html", **(shown | _trouble(trouble)), status=_REFUSED, waiting=False)
    return page.html("screen.html", **(shown | {"parts": list(parts_shown(outcome, link))}), waiting=False)


def _trouble(error: LedgerError) -> dict[str, Any]:
    return {"trouble": {"problem": error.problem, "remedy": pieces(error.remedy)}}


def _act(page: PageServed, request: Request) -> Shown:
    if page.door.read_only:
        raise PageClosed("La page est ouverte en lecture : rien ne s'y enregistre.", "Ouvrez-la sans --lecture.")
    return find_shown(page.commands(), _words(request), act=True)


def _form(page: PageServed, request: Request, given: Mapping[str, str]) -> Response:
    return page.html("form.html", **_described(page, request, _act(page, request), given))


def _preview(page: PageServed, request: Request, given: Mapping[str, str]) -> Response:
    command, place = _act(page, request), _place(page, request)
    shown = _described(page, request, command, given)
    try:
        found = preview_act(place, command, read_values(command.asked, given))
    except LedgerError as trouble:
        return page.html("form.html", **(shown | _trouble(trouble)), status=_REFUSED)
    parts = list(parts_shown(found.outcome, lambda *_: ""))
    return page.html("preview.html", **(shown | {"parts": parts}), found=found, twice="")


def _record(page: PageServed, request: Request, given: Mapping[str, str]) -> Response:
    command, place = _act(page, request), _place(page, request)
    shown = _described(page, request, command, given)
    values = read_values(command.asked, given)
    head, again = given.get("vu", ""), given.get("encore") == "oui"
    try:
        outcome, already = record_previewed(place, command, values, expected_head=head, again=again)
    except BookMoved as moved:
        found = preview_act(place, command, values)
        parts = list(parts_shown(found.outcome, lambda *_: ""))
        return page.html("preview.html", **(shown | _trouble(moved) | {"parts": parts}), found=found, twice="")
    except Unconfirmed as twice:
        found = preview_act(place, command, values)
        parts = list(parts_shown(found.outcome, lambda *_: ""))
        return page.html("preview.html", **(shown | {"parts": parts}), found=found, twice=twice.consequences)
    except LedgerError as trouble:
        return page.html("form.html", **(shown | _trouble(trouble)), status=_REFUSED)
    answer = outcome.answer if isinstance(outcome.answer, dict) else {}
    done = {"parts": list(parts_shown(outcome, lambda *_: "")), "entry": answer.get("ecriture"), "already": already}
    return page.html("done.html", **(shown | done))
