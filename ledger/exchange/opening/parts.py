"""One part of a zipped workbook, checked as it is unzipped, some blocks at a time; nothing of it is kept."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ledger.exchange.opening.limits import MEGABYTE, FileRefused, Limits, over
from ledger.exchange.opening.places import column_letters, column_number

SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_ROW = re.compile(rb"row [^>]*?\br=[\"'](\d{1,9})[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is|f)\b")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=[\"']([A-Z]{1,3})(\d{1,9}):([A-Z]{1,3})(\d{1,9})[\"']")
_HIDDEN = (b'hidden="1"', b'hidden="true"', b"hidden='1'", b"hidden='true'")
_REPEATED = re.compile(rb"number-(rows|columns)-repeated=[\"'](\d{3,12})[\"']")
_BLOCK = 2 * MEGABYTE
_STEP, _DEPTH_LOOKED_AT = 1024, 256 * 1024
_TAIL_REMEDY = "Supprimez les lignes et colonnes vides mises en forme au-delà de vos données, puis enregistrez."
_COPY_REMEDY = "Copiez les lignes utiles dans un nouveau classeur."


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
    for number, block in enumerate(blocks(archive, part)):
        if number == 0:
            _check_depth(name, block[:_DEPTH_LOOKED_AT], limits)
        if sheet:
            _check_sheet(name, block, found, limits)
        elif content:
            _check_repeats(name, block, limits)
    if found._last_row * max(found._widest, limits.cells // limits.rows) > limits.cells:
        raise over(name, "a des cellules trop loin les unes des autres", "cellules", limits.cells, _TAIL_REMEDY)
    return found


def blocks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
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


def holds_more(archive: zipfile.ZipFile, part: str, tag: bytes, most: int) -> bool:
    """Whether the part holds more of these tags than that, whatever their prefix."""
    met = 0
    for block in blocks(archive, part):
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
            raise over(name, "contient une fusion de cellules démesurée", "fusion", limits.merged_cells, "Défusionnez.")


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
