"""What the user settled once for all: the base, the contract, who acts, the usual year, the templates, the copies.

One TOML file at the platform's usual place; what is typed and what the environment says come before it.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from ledger.commands.declaring.retrying import note_made
from ledger.core.addresses import holds_password
from ledger.core.errors import LedgerError
from ledger.core.period import EARLIEST_YEAR, LATEST_YEAR

VARIABLE = "COFIVILLE_CONFIGURATION"
FILE = "cofiville.toml"


class ConfigurationUnreadable(LedgerError):
    """The configuration file says something that cannot be followed."""

    code = "configuration_illisible"


class PasswordRefused(LedgerError):
    """A password that would have been kept in the configuration."""

    code = "mot_de_passe"

    def __init__(self) -> None:
        super().__init__(
            "Cette adresse contient un mot de passe : les réglages n'en gardent pas.",
            "Donnez l'adresse sans lui (postgresql://utilisateur@serveur/base) ; le mot de passe va dans le fichier"
            " .pgpass de PostgreSQL, ou dans celui que nomme PGPASSFILE.",
        )


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the file settles; empty words and no number settle nothing.

    copies: how many copies a base makes by itself are kept. copies_folder: where.
    """

    base: str = ""
    agent: str = ""
    year: int | None = None
    templates: str = ""
    contract: str = ""
    copies: int | None = None
    copies_folder: str = ""


KEYS = {
    "base": "base",
    "contrat": "contract",
    "agent": "agent",
    "exercice": "year",
    "modeles": "templates",
    "copies": "copies",
    "dossier_copies": "copies_folder",
}
_NUMBERS = ("exercice", "copies")
_MOST_COPIES = 366
_NOTHING = Configuration()


def configuration_file() -> Path:
    """Where the configuration is, or would be: the file named by COFIVILLE_CONFIGURATION, else the usual one."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("cofiville", appauthor=False) / FILE


def state_folder() -> Path:
    """Where what the program keeps for this user is: beside the file named by COFIVILLE_CONFIGURATION, or as usual."""
    if named := os.environ.get(VARIABLE):
        return Path(named).absolute().parent / "cofiville-etat"
    from platformdirs import user_state_path

    return user_state_path("cofiville", appauthor=False)


def stored() -> Configuration:
    """What the file settles. raises: ConfigurationUnreadable."""
    path = configuration_file()
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError:
        return _NOTHING


def stored_to_change() -> Configuration:
    """As stored, for the command that changes it. raises: ConfigurationUnreadable, which says how to start again."""
    try:
        return stored()
    except ConfigurationUnreadable as refusal:
        raise ConfigurationUnreadable(
            refusal.problem, "Corrigez ce fichier, ou repartez de rien : cofiville configurer --effacer."
        ) from None


def configured() -> Configuration:
    """What the file settles, COFIVILLE_EXERCICE and COFIVILLE_MODELES first. raises: ConfigurationUnreadable."""
    found = stored()
    year, templates = os.environ.get("COFIVILLE_EXERCICE"), os.environ.get("COFIVILLE_MODELES")
    if not (year or templates):
        return found
    return replace(
        found,
        year=_year(year, "La variable COFIVILLE_EXERCICE") if year else found.year,
        templates=templates or found.templates,
    )


@cache
def _read(path: Path, _changed_at: int) -> Configuration:
    import tomllib

    try:
        noted = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationUnreadable(
            f"Le fichier de configuration {path} n'est pas du TOML lisible ({error}).",
            "Corrigez-le, ou supprimez-le et tapez : cofiville configurer.",
        ) from None
    for key, value in noted.items():
        if key not in KEYS:
            raise ConfigurationUnreadable(
                f"« {key} » n'est pas un réglage de Cofiville ({path}).", f"Réglages connus : {', '.join(KEYS)}."
            )
        if key not in _NUMBERS and not isinstance(value, str):
            raise ConfigurationUnreadable(
                f"Le réglage « {key} » doit être entre guillemets ({path}).", f'Écrivez : {key} = "…".'
            )
    settled: dict[str, Any] = {KEYS[key]: value for key, value in noted.items()}
    if "contract" in settled:
        settled["contract"] = settled["contract"].strip().upper()
    if "year" in settled:
        settled["year"] = _year(settled["year"], f"Le réglage « exercice » ({path})")
    if "copies" in settled:
        settled["copies"] = _copies(settled["copies"], path)
    return Configuration(**settled)


def _copies(noted: object, path: Path) -> int:
    if not (type(noted) is int and 0 <= noted <= _MOST_COPIES):
        raise ConfigurationUnreadable(
            f"Le réglage « copies » ({path}) n'est pas un nombre de copies : « {noted} ».", "Écrivez par exemple 7."
        )
    return noted


def _year(noted: object, what: str) -> int:
    text = str(noted).strip()
    if not (text.isascii() and text.isdigit() and EARLIEST_YEAR <= int(text) <= LATEST_YEAR):
        raise ConfigurationUnreadable(f"{what} n'est pas une année : « {noted} ».", "Écrivez par exemple 2016.")
    return int(text)


def write_configuration(settled: Configuration) -> Path:
    """Write what is settled in a file that its owner alone reads; gives it. What settles nothing is left out.

    raises: PasswordRefused.
    """
    from ledger.storage.whole_files import write_whole_file

    if holds_password(settled.base):
        raise PasswordRefused
    path = configuration_file()
    values = {key: getattr(settled, name) for key, name in KEYS.items()}
    lines = [
        f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items() if value not in ("", None)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(["# Réglages de Cofiville : cofiville configurer", *lines, ""])
    write_whole_file(path, text.encode(), private=True)
    note_made()
    return path
