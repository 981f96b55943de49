"""Opening a file of any accepted format as grids: xlsx, xlsm, xls, ods, csv."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

from ledger.exchange.opening.csv_file import open_csv
from ledger.exchange.opening.grid import Grid, Marks
from ledger.exchange.opening.limits import LIMITS, FileRefused, Limits
from ledger.exchange.opening.marks import COMPOUND_FILE, Protected, read_marks, read_ods_marks, read_xls_marks
from ledger.exchange.opening.precheck import (
    Findings,
    check_archive,
    check_count,
    check_not_disguised,
    protected,
    read_bytes,
)
from ledger.exchange.opening.values import SheetValues, ValuesReading, damaged

_FORMATS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv")
_RELATIONSHIPS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_ZIP = b"PK\x03\x04"
PARSE_TROUBLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ElementTree.ParseError,
    expat.ExpatError,
    ValueError,
    KeyError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
)


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
    check_not_disguised(path.name, content)
    if content.startswith(_ZIP):
        return _open_zip(path.name, content, limits)
    if content.startswith(COMPOUND_FILE):
        return _open_xls(path.name, content, limits)
    if suffix == ".csv":
        grid, notes = open_csv(path.name, content, path.stem, limits)
        return Opened([grid], content, notes)
    raise FileRefused(
        f"« {path.name} » n'est pas un classeur lisible (fichier tronqué, texte, ou autre format).",
        "Rouvrez-le dans Excel ou LibreOffice et enregistrez-le à nouveau au format .xlsx.",
    )


def _open_zip(name: str, content: bytes, limits: Limits) -> Opened:
    check_count(name, content, limits)
    reading = None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = check_archive(name, archive, limits)
            _check_kind(name, archive)
            reading = ValuesReading(name, content, limits)
            parts = sheet_parts(archive)
            marks = _zip_marks(archive, parts, found)
            values = reading.result()
    except FileRefused:
        raise
    except PARSE_TROUBLE as trouble:
        raise damaged(name) from trouble
    finally:
        if reading is not None:
            reading.stop()
    notes = _notes({part.lower() for part in archive.namelist()})
    return Opened([_grid(each, marks.get(each.name), parts.get(each.name, "")) for each in values], content, notes)


def _check_kind(name: str, archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())
    if not names & {"xl/workbook.xml", "content.xml"}:
        raise FileRefused(
            f"« {name} » est une archive, mais pas un classeur Excel ou LibreOffice.",
            "Choisissez un fichier .xlsx ou .ods.",
        )


def _notes(parts: set[str]) -> list[str]:
    notes = []
    if any(part.endswith("vbaproject.bin") for part in parts):
        notes.append("Le classeur contient des macros : elles ne sont jamais exécutées.")
    if any("externallinks/" in part for part in parts):
        notes.append("Le classeur contient des liens vers d'autres fichiers : ils ne sont jamais suivis.")
    return notes


def _zip_marks(archive: zipfile.ZipFile, parts: Mapping[str, str], found: Mapping[str, Findings]) -> dict[str, Marks]:
    if "content.xml" in found:
        return read_ods_marks(archive.read("content.xml"))
    marks = {}
    for sheet, part in parts.items():
        findings = found.get(part, Findings())
        looked_at = findings.formulas or findings.errors or findings.hidden
        marks[sheet] = read_marks(archive.read(part) if looked_at else b"", findings)
    return marks


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part that holds each sheet of an xlsx, by sheet name; empty for other formats."""
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return {}
    targets = {
        relation.get("Id", ""): relation.get("Target", "")
        for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 — no DTD
    }
    parts = {}
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():  # noqa: S314 — no DTD
        if element.tag.rpartition("}")[2] == "sheet":
            target = next((targets.get(element.get(name, ""), "") for name in _RELATIONSHIPS if element.get(name)), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if part in names:
                parts[element.get("name", "")] = part
    return parts


def _open_xls(name: str, content: bytes, limits: Limits) -> Opened:
    try:
        marks = read_xls_marks(content)
    except Protected:
        raise protected(name) from None
    reading = ValuesReading(name, content, limits)
    try:
        values = reading.result()
    finally:
        reading.stop()
    if len(marks) != len(values):
        marks = []
    return Opened([_grid(each, marks[place] if marks else None, "") for place, each in enumerate(values)], content, [])


def _grid(values: SheetValues, marks: Marks | None, part: str) -> Grid:
    found = marks or Marks()
    return Grid(
        values.name,
        values.rows,
        found.cells,
        tuple(values.merges or found.merges),
        frozenset(found.hidden_rows),
        frozenset(found.hidden_columns),
        values.hidden,
        found.tail,
        part=part,
    )
