"""`cofiville diagnostic`: what this installation is, where things are, and what is wrong with it."""

from __future__ import annotations

import locale
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.choices import agent_name, base_address, chosen, contract_code
from ledger.commands.declaring.configuration import ConfigurationUnreadable, configuration_file, configured
from ledger.commands.declaring.group import single
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, Row, one
from ledger.core.addresses import shown_address
from ledger.core.errors import LedgerError
from ledger.core.field import Field, Kind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

app = single()

_LIBRARIES = ("sqlalchemy", "alembic", "typer", "xlsxwriter", "openpyxl", "python-calamine", "docxtpl", "rich")
_OPTIONAL = {
    "psycopg": "serveur PostgreSQL",
    "vl-convert-python": "graphiques du dossier",
    "typst": "PDF du dossier",
}
_OF_OTHERS = 0o077
_LEAST_FREE = 500 * 1024 * 1024
_EARLIEST = 2024
_BASE = tuple(
    each.but(since="0.2")
    for each in (
        Field("adresse", "adresse"),
        Field("existe", "existe", Kind.YES_NO),
        Field("taille_mio", "taille, en Mio", Kind.INTEGER),
        Field("place_mio", "place libre, en Mio", Kind.INTEGER),
        Field("moteur", "moteur", Kind.CODE),
        Field("revision", "version", Kind.CODE),
        Field("identite", "identité", Kind.CODE, optional=True),
        Field("origine", "origine", optional=True),
        Field("copies", "copies", optional=True),
        Field("copie_essayee", "dernière copie essayée", optional=True),
        Field("ecritures", "écritures", Kind.INTEGER),
        Field("exercices", "exercices", Kind.ORDINAL, many=True),
        Field("gardes", "gardes"),
    )
)
_VERSIONS = tuple(Field(each, each, optional=True, since="0.2") for each in _LIBRARIES)
_FOUND = tuple(
    each.but(since="0.2")
    for each in (
        Field("cofiville", "cofiville", optional=True),
        Field("python", "Python"),
        Field("systeme", "système"),
        Field("bibliotheques", "bibliothèques", Kind.RECORD, fields=_VERSIONS),
        Field("options", "options", keyed=True),
        Field("reglages", "réglages"),
        Field("agent", "agent"),
        Field("contrat", "contrat", Kind.CODE),
        Field("horloge", "horloge"),
        Field("langue", "langue"),
        Field("base", "base", Kind.RECORD, fields=_BASE),
        Field("problemes", "problèmes", many=True),
    )
)


@app.command("diagnostic", answer=one(*_FOUND))
def diagnostic(
    joindre: Annotated[
        Path | None,
        Option(
            metavar="FICHIER",
            written=True,
            help="Une archive à joindre à une demande d'aide : ni nom, ni chemin, ni montant.",
        ),
    ] = None,
) -> Outcome:
    """Dit tout ce qu'il faut savoir de cette installation, et ce qui ne va pas.

    L'archive de --joindre porte les versions, le nombre de lignes de chaque table, la longueur des chaînes de sceaux et
    les derniers refus (leur code et la commande, jamais ce qui fut tapé).

    Exemple : cofiville diagnostic
    """
    troubles: list[str] = []
    found: Row = {
        "cofiville": _version("cofiville"),
        "python": f"{platform.python_version()} ({sys.executable})",
        "systeme": platform.platform(),
        "bibliotheques": {name: _version(name) for name in _LIBRARIES},
        "options": {name: _version(name) or f"absente ({what})" for name, what in _OPTIONAL.items()},
        "reglages": _settings(troubles),
        "agent": agent_name() if not troubles else "",
        "contrat": contract_code() if not troubles else chosen().contract,
        "horloge": _clock(troubles),
        "langue": _language(troubles),
        "base": {} if troubles else _base(troubles),
    }
    if joindre is not None:
        from ledger.commands.home.support import support_bundle
        from ledger.storage.delivered_files import deliver_file

        deliver_file(joindre, support_bundle(found, len(troubles)))
    return Outcome(found | {"problemes": troubles}, tuple(_told(found, troubles)), failed=bool(troubles))


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _settings(troubles: list[str]) -> str:
    path = configuration_file()
    try:
        configured()
    except ConfigurationUnreadable as refusal:
        troubles.append(f"{refusal.problem} {refusal.remedy}")
    return f"{path}" if path.exists() else f"{path} (absent)"


def _clock(troubles: list[str]) -> str:
    now = datetime.now().astimezone()
    if now.year < _EARLIEST:
        troubles.append(f"L'horloge de cette machine dit {now:%d/%m/%Y} : mettez-la à l'heure.")
    return f"{now:%d/%m/%Y %H:%M:%S %z}"


def _language(troubles: list[str]) -> str:
    encoding = (sys.stdout.encoding or "").lower()
    if encoding and encoding.replace("-", "") not in ("utf8", "cp65001"):
        troubles.append(f"L'écran est en « {encoding} » : les accents peuvent y manquer.")
    return f"{locale.setlocale(locale.LC_CTYPE)}, écran en {encoding or 'inconnu'}"


def _base(troubles: list[str]) -> Row:
    from ledger.storage.engine import database_url, sqlite_path

    address = base_address()
    row: Row = {"adresse": shown_address(address)}
    path = sqlite_path(database_url(address))
    if path is not None:
        row |= _file(path, troubles)
    if path is None or path.exists():
        row |= _content(troubles)
    return row


def _file(path: Path, troubles: list[str]) -> Row:
    if not path.exists():
        troubles.append(f"La base {path} n'existe pas. Créez-la : cofiville base creer.")
        return {"existe": False}
    if sys.platform != "win32" and path.stat().st_mode & _OF_OTHERS:
        troubles.append(f"La base {path} peut être lue par d'autres personnes de ce poste : chmod 600 {path}")
    free = shutil.disk_usage(path.parent).free
    if free < _LEAST_FREE:
        troubles.append(f"Il ne reste que {free // 1024**2} Mio sur le disque de {path.parent}.")
    for what, folder in (("La base", path), ("Le dossier de la base", path.parent)):
        if not os.access(folder, os.W_OK):
            troubles.append(f"{what} {folder} n'est pas modifiable par cet utilisateur.")
    return {"existe": True, "taille_mio": path.stat().st_size // 1024**2, "place_mio": free // 1024**2}


def _content(troubles: list[str]) -> Row:
    """What the base says of itself, opened as any command opens it."""
    from ledger.commands.declaring.access import reading
    from ledger.journal.audit import book_head
    from ledger.journal.exercices import exercices
    from ledger.storage.guards.check import check_guards
    from ledger.storage.schema import revision

    try:
        with reading() as session:
            check_guards(session.connection())
            return {
                "moteur": session.connection().dialect.name,
                "revision": revision(session.connection()),
                **_origin(session),
                "ecritures": book_head(session).entries,
                "exercices": [each.year for each in exercices(session)],
                "gardes": "en place",
            }
    except LedgerError as refusal:
        troubles.append(f"{refusal.problem} {refusal.remedy}")
        return {}


def _origin(session: Session) -> Row:
    """Which base this is, and where it comes from."""
    from ledger.storage.heads import base_state, last_origin
    from ledger.storage.vocabulary import OriginKind

    if base_state(session) is None or (found := last_origin(session)) is None:
        return {}
    copy = f" ({found.copy_name})" if found.copy_name else ""
    return {
        "identite": found.uuid,
        **_copies(session, found.uuid),
        "origine": f"{OriginKind(found.kind).label}{copy} le {found.recorded_at.astimezone():%d/%m/%Y à %H:%M}",
    }


def _copies(session: Session, uuid: str) -> Row:
    """The copies this base made by itself, and how the last one tried went."""
    from ledger.commands.declaring.configuration import state_folder
    from ledger.commands.declaring.older_base import place_of
    from ledger.commands.declaring.own_copies import copies_folder, copies_wanted, own_copies
    from ledger.storage.driver import on_postgresql
    from ledger.storage.kept_anchors import PlaceKept, anchors_file, places_kept

    copies = own_copies(uuid)
    last = f", la dernière {copies[-1].name}" if copies else ""
    said = f"{len(copies)} dans {copies_folder(uuid)}{last}" if copies_wanted() else "aucune : réglées à 0"
    tried = places_kept(anchors_file(state_folder(), uuid)).get(place_of(base_address()), PlaceKept()).rehearsal
    went = f"{tried['anomalies']} anomalie(s)" if tried.get("anomalies") else "bonne"
    return {
        "copies": "aucune : base sur un serveur" if on_postgresql(session) else said,
        "copie_essayee": f"{tried['fichier']} le {tried['le'][:10]} : {went}"
        if tried
        else "jamais : cofiville base essayer",
    }


def _told(found: Row, troubles: list[str]) -> Iterator[str]:
    for name, value in found.items():
        if isinstance(value, dict):
            value = ", ".join(f"{key} {each}" for key, each in value.items()) or "—"
        yield f"{name:<14} {value}"
    yield ""
    yield "Tout va bien." if not troubles else "Ce qui ne va pas :"
    for trouble in troubles:
        yield f"  • {trouble}"
