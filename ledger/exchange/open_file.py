"""Opening a file of any accepted format as grids: xlsx, xlsm, xls, ods, csv."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from ledger.exchange.grid import Grid, RawValue
from ledger.exchange.marks import Marks, read_marks
from ledger.exchange.precheck import LIMITS, FileRefused, Limits, check_archive, check_not_disguised, read_bytes

_FORMATS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Opened(NamedTuple):
    """A file's content: its grids, its exact bytes, and what was noticed on the way (French sentences)."""

    grids: list[Grid]
    content: bytes
    notes: list[str]


def open_file(path: Path, limits: Limits = LIMITS) -> Opened:
    """Every sheet of the file.

    raises: FileRefused when it is missing, of another format, damaged, protected or too large.
    """
    content = read_bytes(path, limits)
    suffix = path.suffix.lower()
    if suffix not in _FORMATS:
        raise FileRefused(
            f"« {path.name} » n'est pas d'un format lu ici.",
            f"Enregistrez-le en {', '.join(_FORMATS)}, puis recommencez.",
        )
    if suffix == ".csv":
        return _open_csv(path.name, content, path.stem)
    check_not_disguised(path.name, content)
    if zipfile.is_zipfile(io.BytesIO(content)):
        return _open_zip(path.name, content, limits)
    if content.startswith(_OLE) and suffix == ".xls":
        return Opened(_read_values(path.name, content, {}), content, [])
    raise FileRefused(
        f"« {path.name} » n'est pas un classeur lisible (fichier tronqué ou d'un autre format).",
        "Rouvrez-le dans Excel ou LibreOffice et enregistrez-le à nouveau au format .xlsx.",
    )


def _open_zip(name: str, content: bytes, limits: Limits) -> Opened:
    notes: list[str] = []
    marks: dict[str, Marks] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_archive(name, archive, limits)
            parts = {part.lower() for part in archive.namelist()}
            if any(part.endswith("vbaproject.bin") for part in parts):
                notes.append("Le classeur contient des macros : elles ne sont jamais exécutées.")
            if any("externallinks/" in part for part in parts):
                notes.append("Le classeur contient des liens vers d'autres fichiers : ils ne sont jamais suivis.")
            for sheet, part in _sheet_parts(archive).items():
                marks[sheet] = read_marks(archive.read(part))
    except FileRefused:
        raise
    except Exception as trouble:
        raise _damaged(name) from trouble
    return Opened(_read_values(name, content, marks), content, notes)


def _damaged(name: str) -> FileRefused:
    return FileRefused(
        f"« {name} » est endommagé ou n'est pas un classeur.",
        "Rouvrez-le dans Excel ou LibreOffice et enregistrez-le à nouveau au format .xlsx.",
    )


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part that holds each sheet of an xlsx, by sheet name; empty for other formats."""
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return {}
    targets = {
        relation.get("Id", ""): relation.get("Target", "")
        for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 — DTDs refused before
    }
    parts = {}
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():  # noqa: S314 — the same
        if element.tag.rpartition("}")[2] == "sheet":
            target = targets.get(element.get(_RELATIONSHIP, ""), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if part in names:
                parts[element.get("name", "")] = part
    return parts


def _read_values(name: str, content: bytes, marks: dict[str, Marks]) -> list[Grid]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            grids = []
            for meta in workbook.sheets_metadata:
                if meta.typ is not SheetTypeEnum.WorkSheet:
                    continue
                sheet = workbook.get_sheet_by_name(meta.name)
                found = marks.get(meta.name, Marks())
                merges = tuple((a, b, c, d) for (a, b), (c, d) in sheet.merged_cell_ranges or ())
                grids.append(
                    Grid(
                        meta.name,
                        sheet.to_python(skip_empty_area=False),
                        found.cells,
                        merges,
                        frozenset(found.hidden_rows),
                        meta.visible is not SheetVisibleEnum.Visible,
                    )
                )
            return grids
    except PasswordError as trouble:
        raise FileRefused(
            f"« {name} » est protégé par un mot de passe.", "Enregistrez-en une copie sans mot de passe."
        ) from trouble
    except (CalamineError, OSError, ValueError) as trouble:
        raise _damaged(name) from trouble


def _open_csv(name: str, content: bytes, stem: str) -> Opened:
    check_not_disguised(name, content)
    try:
        text, encoding = content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        try:
            text, encoding = content.decode("cp1252"), "Windows-1252"
        except UnicodeDecodeError:
            raise FileRefused(
                f"« {name} » n'est écrit ni en UTF-8 ni en Windows-1252.", "Enregistrez-le en « CSV UTF-8 »."
            ) from None
    separator = _separator(text)
    try:
        rows: list[list[RawValue]] = [
            [_without_guard(cell) for cell in row]
            for row in csv.reader(io.StringIO(text), delimiter=separator, strict=True)
        ]
    except csv.Error:
        raise FileRefused(
            f"« {name} » a des guillemets mal fermés.", "Ouvrez-le dans Excel et enregistrez-le à nouveau en CSV."
        ) from None
    shown = {"\t": "tabulation"}.get(separator, separator)
    return Opened([Grid(stem, rows)], content, [f"CSV lu en {encoding}, séparateur « {shown} »."])


def _separator(text: str) -> str:
    """The separator met most regularly in the first lines (quoted text left out)."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text.splitlines()[:20] if line.strip()]
    scores = {mark: sum(line.count(mark) for line in lines[:5]) for mark in (";", "\t", ",", "|")}
    return max(scores, key=lambda mark: scores[mark])


def _without_guard(cell: str) -> str:
    """The text without the apostrophe that keeps it from being a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell
