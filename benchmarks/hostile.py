"""Files made to drown a reader: how long each takes to be refused, and the memory it takes."""

from __future__ import annotations

import resource
import zipfile
from pathlib import Path

from benchmarks.lasting import seconds
from ledger.exchange.opening.limits import FileRefused
from ledger.exchange.opening.open_file import open_file


def hostile(folder: Path) -> list[Path]:
    """Files made to drown a reader."""
    sheet = "xl/worksheets/sheet1.xml"
    ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bodies: dict[str, tuple[bytes | str, str]] = {
        "bombe": (b"\0" * 190_000_000, "xl/media/image1.png"),
        "rires": (f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l9;</x>'.encode(), sheet),
        "loin": (
            f'<worksheet {ns}><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>',
            sheet,
        ),
        "profond": (f"<worksheet {ns}>" + "<a>" * 20_000 + "</a>" * 20_000 + "</worksheet>", sheet),
        "fusion": (f'<worksheet {ns}><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>', sheet),
        "noms": ("<workbook>" + "<definedName/>" * 300_000 + "</workbook>", "xl/workbook.xml"),
        "styles": ("<styleSheet><cellXfs>" + "<xf/>" * 300_000 + "</cellXfs></styleSheet>", "xl/styles.xml"),
    }
    found = []
    for name, (body, part) in bodies.items():
        path = folder / f"{name}.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(part, body)
        found.append(path)
    path = folder / "parties.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"xl/media/{number}.bin", b"")
    return [*found, path]


def refusal(path: Path) -> str:
    """Why the file is refused."""
    try:
        open_file(path)
    except FileRefused as refused:
        return refused.problem
    raise AssertionError(path)


def measure_hostile(folder: Path) -> None:
    """Print how long each hostile file takes to be refused, and the memory it takes."""
    for path in hostile(folder):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            lasted = seconds(lambda path=path: refusal(path))  # type: ignore[misc]
        except AssertionError:
            print(f"{path.name:<16} NOT REFUSED")
            continue
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
        print(f"{path.name:<16}{lasted.processor * 1000:8.0f} ms of processor  + {grown} MiB   {refusal(path)}")
