"""What is refused before any parser opens the file: what is no workbook, and what would drown one."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from ledger.core.errors import LedgerError

MEGABYTE = 1024 * 1024
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d{1,9})"')
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,4})\d{1,9}"')
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a workbook is read at most."""

    file_bytes: int = 20 * MEGABYTE
    part_bytes: int = 200 * MEGABYTE
    whole_bytes: int = 300 * MEGABYTE
    ratio: int = 200
    parts: int = 1000
    rows: int = 200_000
    columns: int = 256
    sheets: int = 50
    merged_cells: int = 10_000


LIMITS = Limits()


class FileRefused(LedgerError):
    """A file that is not opened at all."""

    code = "fichier_refuse"


def read_bytes(path: Path, limits: Limits = LIMITS) -> bytes:
    """What the file holds.

    raises: FileRefused when it is missing, unreadable, empty or too large.
    """
    try:
        if path.is_dir():
            raise FileRefused(f"« {path} » est un dossier, pas un fichier.", "Indiquez le fichier à lire.")
        if path.stat().st_size > limits.file_bytes:
            raise FileRefused(
                f"« {path.name} » dépasse {limits.file_bytes // MEGABYTE} Mo.", "Découpez-le en plusieurs fichiers."
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise FileRefused(f"Le fichier « {path} » n'existe pas.", "Vérifiez le chemin et le nom du fichier.") from None
    except OSError as trouble:
        raise FileRefused(
            f"Le fichier « {path} » ne peut pas être lu ({trouble.strerror}).",
            "Fermez-le dans Excel, ou vérifiez vos droits sur ce fichier.",
        ) from None
    if not content.strip(b"\0 \r\n\t"):
        raise FileRefused(f"« {path.name} » est vide.", "Choisissez un fichier qui contient des lignes.")
    return content


def check_not_disguised(name: str, content: bytes) -> None:
    """Nothing when the file may be what its name says.

    raises: FileRefused for an encrypted workbook or a web page named as one.
    """
    start = content[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise FileRefused(
            f"« {name} » est une page web ou du XML, pas un classeur.",
            "Ouvrez-le dans Excel ou LibreOffice, puis enregistrez-le au format Classeur Excel (.xlsx).",
        )
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise FileRefused(f"« {name} » est protégé par un mot de passe.", "Enregistrez-en une copie sans mot de passe.")


def check_archive(name: str, archive: zipfile.ZipFile, limits: Limits = LIMITS) -> None:
    """Nothing when unzipping and parsing these parts is safe.

    raises: FileRefused naming what is wrong: too large, doubled or wandering parts, an inner DTD, a cell far away.
    """
    parts = archive.infolist()
    names = [part.filename.lower() for part in parts]
    if len(parts) > limits.parts or sum(bool(_SHEET.fullmatch(part)) for part in names) > limits.sheets:
        raise FileRefused(
            f"« {name} » contient trop de parties ou de feuilles.", f"Gardez {limits.sheets} feuilles au plus."
        )
    if len(set(names)) != len(names) or any(part.startswith(("/", "\\")) or ".." in part for part in names):
        raise FileRefused(
            f"« {name} » est construit de façon suspecte.", "Rouvrez-le dans Excel et enregistrez-le à nouveau."
        )
    whole = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    largest = max((part.file_size for part in parts), default=0)
    too_dense = whole > 10 * MEGABYTE and whole // packed > limits.ratio
    if largest > limits.part_bytes or whole > limits.whole_bytes or too_dense:
        raise FileRefused(
            f"« {name} », une fois décompressé, dépasse ce qu'un classeur normal contient.",
            "Copiez les lignes utiles dans un nouveau classeur.",
        )
    for part in parts:
        if part.flag_bits & 1:
            raise FileRefused(
                f"« {name} » est protégé par un mot de passe.", "Enregistrez-en une copie sans mot de passe."
            )
        if part.filename.lower().endswith((".xml", ".rels")):
            _check_part(name, part.filename, archive.read(part), limits)


def _check_part(name: str, part: str, xml: bytes, limits: Limits) -> None:
    head = xml[:4096]
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused(
            f"« {name} » contient une définition de document interdite.",
            "Rouvrez-le dans Excel et enregistrez-le à nouveau.",
        )
    if not _SHEET.fullmatch(part):
        return
    last_row = max((int(row) for row in _ROW.findall(xml)), default=0)
    last_column = max((column_number(letters.decode()) for letters in set(_CELL.findall(xml))), default=0)
    if last_row > limits.rows or last_column > limits.columns:
        raise FileRefused(
            f"« {name} » a des cellules hors des {limits.rows} lignes et {limits.columns} colonnes lues.",
            "Supprimez les lignes et colonnes vides mises en forme au-delà de vos données, puis enregistrez.",
        )
    for left, top, right, bottom in _MERGE.findall(xml):
        width = column_number(right.decode()) - column_number(left.decode()) + 1
        if width * (int(bottom) - int(top) + 1) > limits.merged_cells:
            raise FileRefused(f"« {name} » contient une fusion de cellules démesurée.", "Défusionnez ces cellules.")


def column_number(letters: str) -> int:
    """1 for A, 26 for Z, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """A for 1, Z for 26, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
