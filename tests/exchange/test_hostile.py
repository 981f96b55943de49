"""Files that are refused before any parser opens them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ledger.exchange.open_file import open_file
from ledger.exchange.precheck import FileRefused
from tests.exchange.books import HEADER, ROW, book, with_part

SHEET = "xl/worksheets/sheet1.xml"
XML = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData>%s</worksheet>'


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("vide.xlsx", b"", "est vide"),
        ("zeros.xlsx", b"\0" * 2048, "est vide"),
        ("texte.xlsx", b"bonjour", "n'est pas un classeur lisible"),
        ("page.xls", b"<html><table></table></html>", "page web"),
        ("page.xlsx", b"\xef\xbb\xbf <!DOCTYPE html>", "page web"),
        ("mot.docx", b"PK\x03\x04", "format"),
        ("chiffre.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "mot de passe"),
        ("tronque.xlsx", b"PK\x03\x04tronqu\xe9", "n'est pas un classeur lisible"),
        ("abime.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "endommagé"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileRefused, match=said):
        open_file(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="n'existe pas"):
        open_file(tmp_path / "absent.xlsx")
    with pytest.raises(FileRefused, match="dossier"):
        open_file(tmp_path)


@pytest.mark.parametrize(
    ("part", "content", "said"),
    [
        (SHEET, XML % (b'<row r="1"><c r="XFD1"><v>1</v></c></row>', b""), "hors des"),
        (SHEET, XML % (b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>', b""), "hors des"),
        (SHEET, XML % (b"", b'<mergeCells><mergeCell ref="A1:IV100000"/></mergeCells>'), "fusion"),
        (SHEET, b'<!DOCTYPE x [<!ENTITY a "b">]>' + XML % (b"", b""), "interdite"),
        ("../dehors.xml", b"<a/>", "suspecte"),
        ("XL/WORKBOOK.XML", b"<a/>", "suspecte"),
        ("xl/media/image1.png", b"\0" * 40_000_000, "décompressé"),
    ],
)
def test_a_trapped_workbook_is_refused(tmp_path: Path, part: str, content: bytes, said: str) -> None:
    path = with_part(book(tmp_path / "a.xlsx", {"Enveloppes": [HEADER, ROW]}), part, content)
    with pytest.raises(FileRefused, match=said):
        open_file(path)


def test_thousands_of_parts_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"Enveloppes": [HEADER, ROW]})
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(1100):
            archive.writestr(f"xl/media/{number}.bin", b"")
    with pytest.raises(FileRefused, match="trop de parties"):
        open_file(path)


def test_a_csv_with_an_open_quote_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'a;b\n"1;2\n')
    with pytest.raises(FileRefused, match="guillemets"):
        open_file(path)
