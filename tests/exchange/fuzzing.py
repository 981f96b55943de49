"""Files spoilt at random, the same for the same seed: bytes, parts of the archive, values of cells."""

from __future__ import annotations

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.exchange.books import HEADER, ROW, book, open_document, programme_book

NASTY: tuple[Any, ...] = (
    *(
        "",
        " ",
        "\u00a0",
        "NC",
        "1.234,56",
        "1 234,56 €",
        "-0",
        "1e308",
        "-1",
        "03/04/16",
        "31/02/2016",
        "#REF!",
        "TOTAL",
    ),
    *(1e308, -1e-9, 0.1 + 0.2, 2**53 + 1, True, 43655, -43655, 21860194600000.0, "8,03E+13", "0" * 14, "ETAT;REGION"),
    *(
        "=1+1",
        '=HYPERLINK("x")',
        "'",
        "'=1",
        "\ud7ff",
        "é" * 300,
        "\t",
        "a\nb",
        "<a>&amp;",
        "%s{}",
        "\u202e",
        "x" * 40_000,
    ),
)


def sources(folder: Path) -> list[Path]:
    """Sound files to spoil: two workbooks of Excel, one of LibreOffice, two csv."""
    rows = [HEADER, *[(*ROW[:4], f"Arrêté {n}", ROW[5]) for n in range(6)]]
    lines = "\n".join(";".join(map(str, row)) for row in rows)
    (folder / "enveloppes.csv").write_text(lines, encoding="utf-8")
    (folder / "windows.csv").write_text(lines.replace(";", ","), encoding="cp1252")
    return [
        programme_book(folder / "programme.xlsx"),
        book(folder / "enveloppes.xlsx", {"Enveloppes": rows}),
        open_document(folder / "enveloppes.ods", "Enveloppes", rows),
        folder / "enveloppes.csv",
        folder / "windows.csv",
    ]


def spoilt(source: Path, chance: random.Random) -> bytes:
    """The content of this file, spoilt in one way or a few."""
    content = source.read_bytes()
    ways: Sequence[Callable[[bytes, random.Random], bytes]]
    ways = (_bytes, _cells) if source.suffix == ".csv" else (_bytes, _parts, _parts, _sheet)
    for _ in range(chance.choice((1, 1, 2, 4))):
        content = chance.choice(ways)(content, chance)
    return content


def _bytes(content: bytes, chance: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(chance.randrange(1, 8)):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(5):
            case 0:
                data[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[place : place + chance.randrange(64)]
            case 2:
                data[place:place] = bytes(chance.randrange(256) for _ in range(chance.randrange(32)))
            case 3:
                del data[place:]
            case _:
                data[place:place] = data[place : place + chance.randrange(200)]
        if not data:
            return b""
    return bytes(data)


def _read(content: bytes) -> dict[str, bytes] | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OSError, RuntimeError):
        return None


def _written(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in parts.items():
            archive.writestr(name, xml)
    return stream.getvalue()


def _parts(content: bytes, chance: random.Random) -> bytes:
    parts = _read(content)
    if not parts:
        return content
    name = chance.choice(list(parts))
    match chance.randrange(4):
        case 0:
            del parts[name]
        case 1:
            parts[name] = parts[chance.choice(list(parts))]
        case _:
            parts[name] = _tags(parts[name], chance) if chance.randrange(3) else _bytes(parts[name] or b"x", chance)
    return _written(parts)


def _sheet(content: bytes, chance: random.Random) -> bytes:
    """A worksheet with numbers, references or values changed, its XML still whole."""
    parts = _read(content)
    sheets = [name for name in parts or {} if name.startswith(("xl/worksheets/sheet", "content.xml"))]
    if not parts or not sheets:
        return content
    name = chance.choice(sheets)
    parts[name] = _tags(parts[name], chance)
    return _written(parts)


def _tags(xml: bytes, chance: random.Random) -> bytes:
    shape = chance.choice(
        (
            *(rb"<v>[^<]*</v>", rb'\br="[A-Z]+\d+"', rb'\bt="\w+"', rb'"\d+"', rb"<t[^>]*>[^<]*</t>", rb"<[^>]+>"),
            *(rb'office:value="[^"]*"', rb"<text:p>[^<]*</text:p>"),
        )
    )
    found = list(re.finditer(shape, xml))
    for place in sorted(chance.sample(found, min(len(found), chance.randrange(1, 5))), key=lambda each: -each.start()):
        xml = xml[: place.start()] + _other(place[0], chance) + xml[place.end() :]
    return xml


def _other(tag: bytes, chance: random.Random) -> bytes:
    value = str(chance.choice(NASTY)).encode("utf-8", "replace").replace(b"<", b"&lt;")
    match chance.randrange(5):
        case 0:
            return b""
        case 1:
            return tag * chance.choice((2, 50))
        case 2 if tag.startswith(b"<v>"):
            return b"<v>" + value + b"</v>"
        case 2:
            return re.sub(rb"\d+", lambda _: str(chance.choice((0, 7, 99999, 1048576, 2**40))).encode(), tag)
        case 3:
            return tag.replace(b">", b">" + value, 1)
        case _:
            return chance.choice(
                (b'<c r="XFD9"><v>1</v></c>', b'<c t="e"><v>#N/A</v></c>', b"<f>1+1</f>", b"<!---->", tag)
            )


def _cells(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    place = chance.randrange(len(lines))
    cells = lines[place].split(b";")
    cells[chance.randrange(len(cells))] = str(chance.choice(NASTY)).encode(
        chance.choice(("utf-8", "cp1252")), "replace"
    )
    lines[place] = chance.choice((b";", b";", b",")).join(cells)
    return b"\n".join(lines)
