"""What is refused before any parser opens the file; each part of a zipped workbook checked as it is unzipped."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ledger.exchange.opening.grid import column_letters, column_number
from ledger.exchange.opening.limits import LIMITS, MEGABYTE, FileRefused, Limits, over_limit
from ledger.storage.whole_files import check_ordinary

SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_ROW = re.compile(rb"row [^>]*?\br=[\"'](\d{1,9})[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is|f)\b")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=[\"']([A-Z]{1,3})(\d{1,9}):([A-Z]{1,3})(\d{1,9})[\"']")
_HIDDEN = (b'hidden="1"', b'hidden="true"', b"hidden='1'", b"hidden='true'")
_REPEATED = re.compile(rb"number-(rows|columns)-repeated=[\"'](\d{3,12})[\"']")
_BLOCK = 2 * MEGABYTE
_STEP, _DEPTH_LOOKED_AT = 1024, 256 * 1024
_TAIL_REMEDY = "Supprimez les lignes et colonnes vides mises en forme au-delà de vos données, puis enregistrez."


@dataclass(slots=True)
class Findings:
    """What a part holds: what calls for a closer look, and its empty formatted tail (the row it reaches, from 1)."""

    formulas: bool = False
    errors: bool = False
    hidden: bool = False
    tail: int = 0
    _last_row: int = 0
    _rows: int = 0
    _widest: int = 0
    _merged: int = 0


def check_part(name: str, archive: zipfile.ZipFile, part: str, limits: Limits) -> Findings:
    """What was met in this part. raises: FileRefused when parsing it would drown a reader."""
    found = Findings()
    sheet, content = bool(SHEET.fullmatch(part)), part.lower() == "content.xml"
    for number, block in enumerate(part_blocks(archive, part)):
        if number == 0:
            _check_depth(name, block[:_DEPTH_LOOKED_AT], limits)
        if sheet:
            _check_sheet(name, block, found, limits)
        elif content:
            _check_repeats(name, block, limits)
    if found._last_row * max(found._widest, limits.cells // limits.rows) > limits.cells:
        raise over_limit(name, "a des cellules trop loin les unes des autres", "cellules", limits.cells, _TAIL_REMEDY)
    return found


def part_blocks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part in blocks that never cut a tag."""
    rest = b""
    with archive.open(part) as stream:
        while piece := stream.read(_BLOCK):
            whole = rest + piece
            cut = whole.rfind(b">") + 1
            rest = whole[cut:]
            if cut:
                yield whole[:cut]
    if rest:
        yield rest


def has_more_tags(archive: zipfile.ZipFile, part: str, tag: bytes, most: int) -> bool:
    """Whether the part holds more of these tags than that, whatever their prefix."""
    met = 0
    for block in part_blocks(archive, part):
        met += block.count(b"<" + tag) + block.count(b":" + tag)
        if met > most:
            return True
    return False


def _check_depth(name: str, block: bytes, limits: Limits) -> None:
    """Nothing when tags are not nested too deep, counted without parsing."""
    start, depth = 0, 0
    while start < len(block):
        end = block.find(b">", start + _STEP) + 1 or len(block)
        opened = block.count(b"<", start, end) - 2 * block.count(b"</", start, end) - block.count(b"/>", start, end)
        depth += opened - block.count(b"<!", start, end) - block.count(b"<?", start, end)
        if depth > limits.depth:
            raise FileRefused(
                f"« {name} » contient du XML imbriqué sur plus de {limits.depth} niveaux.",
                "Rouvrez-le dans Excel ou LibreOffice et enregistrez-le à nouveau au format .xlsx.",
            )
        start = end


def _check_sheet(name: str, block: bytes, found: Findings, limits: Limits) -> None:
    found.formulas = found.formulas or b"<f" in block or b":f" in block
    found.errors = found.errors or b't="e"' in block or b"t='e'" in block
    found.hidden = found.hidden or any(mark in block for mark in _HIDDEN)
    _check_rows(name, block, found, limits)
    for cell in _far_cell(min(limits.columns, limits.cells // limits.rows)).finditer(block):
        end = block.find(b">", cell.end())
        if block[end - 1 : end] != b"/":
            found._widest = max(found._widest, column_number(cell[1].decode()))
            if found._widest > limits.columns:
                raise _too_far(name, limits)
    if b"mergeCell " in block:
        _check_merges(name, block, found, limits)


def _check_rows(name: str, block: bytes, found: Findings, limits: Limits) -> None:
    if found.tail and _VALUE.search(block):
        raise _too_far(name, limits)
    for far in _far_row(len(str(limits.rows))).finditer(block):
        if int(far[1]) > limits.rows:
            found.tail = max(found.tail, int(far[1]))
            if _VALUE.search(block, far.end()):
                raise _too_far(name, limits)
            break
    last = _ROW.match(block, max(0, block.rfind(b"row ")))
    if last is not None and int(last[1]) <= limits.rows:
        found._last_row = max(found._last_row, int(last[1]))
    found._rows += block.count(b"<row") + block.count(b":row")
    if found._rows > limits.rows and not found.tail:
        raise _too_far(name, limits)


def _check_merges(name: str, block: bytes, found: Findings, limits: Limits) -> None:
    for left, top, right, bottom in _MERGE.findall(block):
        width = column_number(right.decode()) - column_number(left.decode()) + 1
        area = width * (int(bottom) - int(top) + 1)
        found._merged += area
        if area > limits.merged_cells or found._merged > 100 * limits.merged_cells:
            raise over_limit(
                name, "contient une fusion de cellules démesurée", "fusion", limits.merged_cells, "Défusionnez."
            )


def _check_repeats(name: str, block: bytes, limits: Limits) -> None:
    """OpenDocument writes repeated rows and cells once: those that hold a value count as many times."""
    for repeat in _REPEATED.finditer(block):
        number, rows = int(repeat[2]), repeat[1] == b"rows"
        if number <= (limits.rows if rows else limits.columns):
            continue
        tag = block.find(b">", repeat.end())
        end = block.find(b"</table:table-row", repeat.end()) if rows else tag
        if b"value-type" in block[block.rfind(b"<", 0, repeat.start()) : end if end > 0 else len(block)]:
            raise _too_far(name, limits)


def _too_far(name: str, limits: Limits) -> FileRefused:
    return FileRefused(
        f"« {name} » a des cellules hors des {limits.rows} lignes et {limits.columns} colonnes lues.",
        f"{_TAIL_REMEDY} Si ces lignes sont voulues : --limite lignes=NOMBRE.",
    )


@cache
def _far_row(digits: int) -> re.Pattern[bytes]:
    """The rows whose number has so many digits."""
    return re.compile(rb"row [^>]*?r=[\"'](\d{%d,9})" % digits)


@cache
def _far_cell(column: int) -> re.Pattern[bytes]:
    """The columns further than this one; usual cells are passed over without a look."""
    letters = column_letters(column)
    longer = f"[A-Z]{{{len(letters) + 1},3}}"
    same = [
        f"{letters[:place]}[{chr(ord(letter) + 1)}-Z]" + "[A-Z]" * (len(letters) - place - 1)
        for place, letter in enumerate(letters)
        if letter < "Z"
    ]
    return re.compile(rf"r=[\"'](?=[A-Z]{{{len(letters)}}})({'|'.join([longer, *same])})\d".encode())


__all__ = ["LIMITS", "FileRefused", "Limits", "check_archive", "check_not_disguised", "read_bytes"]

_END_OF_ZIP, _END_BYTES = b"PK\x05\x06", 22
_SUSPECT = "Rouvrez-le dans Excel ou LibreOffice et enregistrez-le à nouveau au format .xlsx."


def read_bytes(path: Path, limits: Limits = LIMITS) -> bytes:
    """What the file holds.

    raises: FileRefused when it is missing, unreadable, empty or too large.
    """
    check_ordinary(path)
    try:
        if path.is_dir():
            raise FileRefused(f"« {path} » est un dossier, pas un fichier.", "Indiquez le fichier à lire.")
        if path.stat().st_size > limits.file_bytes:
            megabytes = limits.file_bytes // MEGABYTE
            raise over_limit(
                path.name, "est trop gros", "taille", megabytes, "Découpez-le en plusieurs fichiers (en Mo)."
            )
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
        raise over_limit(
            name, "contient trop de parties", "parties", limits.parts, "Enregistrez-en une copie plus simple."
        )


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
            if part.lower().endswith(ending) and has_more_tags(archive, part, tag, limit):
                raise over_limit(name, what, setting, limit, "Copiez les lignes utiles dans un nouveau classeur.")
    return found


def _check_list(name: str, parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    names = [part.filename.lower() for part in parts]
    if len(parts) > limits.parts:
        raise over_limit(
            name, "contient trop de parties", "parties", limits.parts, "Enregistrez-en une copie plus simple."
        )
    if sum(bool(SHEET.fullmatch(part)) for part in names) > limits.sheets:
        raise over_limit(name, "contient trop de feuilles", "feuilles", limits.sheets, "Gardez les feuilles utiles.")
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
        raise over_limit(
            name,
            "dépasse, une fois décompressé, ce qu'un classeur normal contient, en Mo",
            "decompresse",
            limits.whole_bytes // MEGABYTE,
            "Copiez les lignes utiles dans un nouveau classeur.",
        )


def _check_head(name: str, head: bytes) -> None:
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused(f"« {name} » contient une définition de document interdite.", _SUSPECT)
