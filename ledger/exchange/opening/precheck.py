"""What is refused before any parser opens the file: what is no workbook, and what would drown one."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

from ledger.exchange.opening.limits import LIMITS, MEGABYTE, FileRefused, Limits, over
from ledger.exchange.opening.parts import SHEET, Findings, check_part, holds_more

__all__ = ["LIMITS", "FileRefused", "Limits", "check_archive", "check_not_disguised", "read_bytes"]

_END_OF_ZIP, _END_BYTES = b"PK\x05\x06", 22
_SUSPECT = "Rouvrez-le dans Excel ou LibreOffice et enregistrez-le à nouveau au format .xlsx."


def read_bytes(path: Path, limits: Limits = LIMITS) -> bytes:
    """What the file holds.

    raises: FileRefused when it is missing, unreadable, empty or too large.
    """
    try:
        if path.is_dir():
            raise FileRefused(f"« {path} » est un dossier, pas un fichier.", "Indiquez le fichier à lire.")
        if path.stat().st_size > limits.file_bytes:
            megabytes = limits.file_bytes // MEGABYTE
            raise over(path.name, "est trop gros", "taille", megabytes, "Découpez-le en plusieurs fichiers (en Mo).")
        content = path.read_bytes()
    except FileNotFoundError:
        raise FileRefused(f"Le fichier « {path} » n'existe pas.", "Vérifiez le chemin et le nom du fichier.") from None
    except (OSError, ValueError) as trouble:
        why = getattr(trouble, "strerror", None) or "nom impossible"
        raise FileRefused(
            f"Le fichier « {path} » ne peut pas être lu ({why}).",
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
        raise protected(name)


def protected(name: str) -> FileRefused:
    """The refusal of a file under a password."""
    return FileRefused(f"« {name} » est protégé par un mot de passe.", "Enregistrez-en une copie sans mot de passe.")


def check_count(name: str, content: bytes, limits: Limits = LIMITS) -> None:
    """Nothing when the archive says it holds few enough parts to be listed. raises: FileRefused."""
    end = content.rfind(_END_OF_ZIP, max(0, len(content) - 65_536 - _END_BYTES))
    if 0 <= end <= len(content) - _END_BYTES and struct.unpack_from("<H", content, end + 10)[0] > limits.parts:
        raise over(name, "contient trop de parties", "parties", limits.parts, "Enregistrez-en une copie plus simple.")


def check_archive(name: str, archive: zipfile.ZipFile, limits: Limits = LIMITS) -> dict[str, Findings]:
    """What was met in each sheet's part, when unzipping and parsing the parts is safe.

    raises: FileRefused naming what is wrong: too large, doubled or wandering parts, an inner DTD, a cell far away.
    """
    parts = archive.infolist()
    _check_list(name, parts, limits)
    texts = [part.filename for part in parts if part.filename.lower().endswith((".xml", ".rels", ".vml"))]
    for part in texts:
        with archive.open(part) as stream:
            _check_head(name, stream.read(4096))
    found = {part: check_part(name, archive, part, limits) for part in texts}
    for ending, tag, setting, limit, what in (
        ("styles.xml", b"xf", "styles", limits.styles, "contient trop de styles"),
        ("workbook.xml", b"definedName", "noms", limits.names, "contient trop de noms définis"),
        ("sharedstrings.xml", b"si>", "textes", limits.strings, "contient trop de textes"),
    ):
        for part in texts:
            if part.lower().endswith(ending) and holds_more(archive, part, tag, limit):
                raise over(name, what, setting, limit, "Copiez les lignes utiles dans un nouveau classeur.")
    return found


def _check_list(name: str, parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    names = [part.filename.lower() for part in parts]
    if len(parts) > limits.parts:
        raise over(name, "contient trop de parties", "parties", limits.parts, "Enregistrez-en une copie plus simple.")
    if sum(bool(SHEET.fullmatch(part)) for part in names) > limits.sheets:
        raise over(name, "contient trop de feuilles", "feuilles", limits.sheets, "Gardez les feuilles utiles.")
    if len(set(names)) != len(names) or any(part.startswith(("/", "\\")) or ".." in part for part in names):
        raise FileRefused(f"« {name} » est construit de façon suspecte.", _SUSPECT)
    if any(part.flag_bits & 1 for part in parts):
        raise protected(name)
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise FileRefused(f"« {name} » est compressé d'une façon inhabituelle.", _SUSPECT)
    whole = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    largest = max((part.file_size for part in parts), default=0)
    too_dense = whole > 10 * MEGABYTE and whole // packed > limits.ratio
    if largest > limits.part_bytes or whole > limits.whole_bytes or too_dense:
        raise over(
            name,
            "dépasse, une fois décompressé, ce qu'un classeur normal contient, en Mo",
            "decompresse",
            limits.whole_bytes // MEGABYTE,
            "Copiez les lignes utiles dans un nouveau classeur.",
        )


def _check_head(name: str, head: bytes) -> None:
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused(f"« {name} » contient une définition de document interdite.", _SUSPECT)
