"""A csv file as a grid: its encoding and its separator found, never guessed where two readings would do."""

from __future__ import annotations

import csv
import io
import re
from typing import NamedTuple

from ledger.core.words import one_line
from ledger.exchange.opening.grid import Grid, RawValue
from ledger.exchange.opening.limits import FileRefused, Limits, over_limit

_SEPARATORS = (";", "\t", ",", "|")
_OLD_ENCODING = re.compile(r"[A-Za-z][‚Š…‡ˆ\u0081\u008d\u008f\u0090][a-z]")
_DOUBLE_MARK = "\u00ef\u00bb\u00bf"
_LOOKED_AT = 65_536
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


class CsvText(NamedTuple):
    """The text of a file, and the encoding it was read in, as people name it."""

    text: str
    encoding: str


def open_csv(name: str, content: bytes, sheet: str, limits: Limits) -> tuple[Grid, list[str]]:
    """The grid of the file, and what was noticed (French sentences).

    raises: FileRefused for another encoding, quotes left open, or too many lines.
    """
    text, encoding = _decoded(name, content)
    separator = find_separator(text)
    rows: list[list[RawValue]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            rows.append([_without_guard(cell) for cell in row])
            if len(rows) > limits.rows:
                raise over_limit(name, "a trop de lignes", "lignes", limits.rows, "Découpez-le en plusieurs fichiers.")
    except csv.Error:
        raise FileRefused(
            f"« {name} » a des guillemets mal fermés, ou une cellule démesurée.",
            "Ouvrez-le dans Excel et enregistrez-le à nouveau en CSV.",
        ) from None
    shown = {"\t": "tabulation"}.get(separator, separator)
    return Grid(sheet, rows, typed=False), [f"CSV lu en {encoding}, séparateur « {shown} »."]


def _decoded(name: str, content: bytes) -> CsvText:
    try:
        found = CsvText(content.decode("utf-8-sig"), "UTF-8")
    except UnicodeDecodeError:
        try:
            found = CsvText(content.decode("cp1252"), "Windows-1252")
        except UnicodeDecodeError:
            raise _unknown_encoding(name) from None
        if _OLD_ENCODING.search(found.text, 0, _LOOKED_AT):
            raise _unknown_encoding(name) from None
    if "\0" in found.text:
        raise _unknown_encoding(name)
    if found.text.startswith(_DOUBLE_MARK):
        return CsvText(found.text[len(_DOUBLE_MARK) :], f"{found.encoding} (marque de début répétée)")
    return found


def _unknown_encoding(name: str) -> FileRefused:
    return FileRefused(
        f"« {name} » n'est écrit ni en UTF-8 ni en Windows-1252.",
        "Ouvrez-le dans Excel ou LibreOffice, et enregistrez-le en « CSV UTF-8 ».",
    )


def find_separator(text: str) -> str:
    """The separator that cuts the first lines most regularly (quoted text left out)."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text[:_LOOKED_AT].splitlines()[:20] if line.strip()]
    counts = {mark: [line.count(mark) for line in lines] for mark in _SEPARATORS}

    def regular(mark: str) -> tuple[int, int]:
        met = [number for number in counts[mark] if number]
        most = max(met, key=met.count, default=0)
        return (met.count(most), most) if most else (0, 0)

    return max(_SEPARATORS, key=regular)


def guarded_csv(cell: str) -> str:
    """The text as a csv may hold it: an apostrophe before what a spreadsheet would take for a formula."""
    text = one_line(cell)
    return f"'{text}" if text[:1] in _FORMULAS and text else text


def _without_guard(cell: str) -> str:
    """The text without the apostrophe that keeps it from being a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULAS and cell[1:] else cell
