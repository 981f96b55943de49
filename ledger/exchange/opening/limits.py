"""How much of a file is read at most: stated in every refusal, and raised by who needs more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledger.core.errors import InvalidValue, LedgerError

MEGABYTE = 1024 * 1024


class FileRefused(LedgerError):
    """A file that is not opened at all."""

    code = "fichier_refuse"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a workbook is read at most.

    cells: rows times columns of the smallest block that holds a sheet's values. seconds, memory_bytes: of one reading.
    """

    file_bytes: int = 20 * MEGABYTE
    part_bytes: int = 200 * MEGABYTE
    whole_bytes: int = 300 * MEGABYTE
    ratio: int = 200
    parts: int = 1000
    rows: int = 200_000
    columns: int = 256
    cells: int = 12_000_000
    sheets: int = 50
    merged_cells: int = 10_000
    styles: int = 64_000
    names: int = 5_000
    strings: int = 1_000_000
    depth: int = 64
    seconds: int = 30
    memory_bytes: int = 1024 * MEGABYTE


LIMITS = Limits()

_SETTINGS = {
    "taille": ("file_bytes", MEGABYTE),
    "decompresse": ("whole_bytes", MEGABYTE),
    "parties": ("parts", 1),
    "lignes": ("rows", 1),
    "colonnes": ("columns", 1),
    "cellules": ("cells", 1),
    "feuilles": ("sheets", 1),
    "fusion": ("merged_cells", 1),
    "styles": ("styles", 1),
    "noms": ("names", 1),
    "textes": ("strings", 1),
    "secondes": ("seconds", 1),
    "memoire": ("memory_bytes", MEGABYTE),
}


def parse_limits(settings: Sequence[str]) -> Limits:
    """The usual limits but for these, each written NAME=NUMBER ("lignes=300000"; sizes in Mo).

    raises: InvalidValue for a name or a number that is none.
    """
    changed: dict[str, int] = {}
    for setting in settings:
        name, _, number = setting.partition("=")
        known = _SETTINGS.get(name.strip().lower())
        if known is None or not (number.strip().isascii() and number.strip().isdigit()) or int(number) < 1:
            raise InvalidValue(
                f"« {setting} » n'est pas une limite.", f"Écrivez NOM=NOMBRE. Noms : {', '.join(_SETTINGS)}."
            )
        changed[known[0]] = int(number) * known[1]
    if "whole_bytes" in changed:
        changed["part_bytes"] = changed["whole_bytes"]
    return replace(LIMITS, **changed)


def over_limit(name: str, what: str, limit: str, number: int, remedy: str) -> FileRefused:
    """The refusal of a file that goes past a limit: it says which, how much, and how to raise it.

    what: how it goes past, as a French verb phrase that ends with the figure. limit: the name of the setting.
    """
    figure = f"{number:,}".replace(",", "\u00a0")
    return FileRefused(
        f"« {name} » {what} (limite : {figure}).",
        f"{remedy} Si ce contenu est voulu : --limite {limit}=NOMBRE.",
    )
