"""Files that are refused before any parser opens them."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.core.errors import InvalidValue
from ledger.exchange.opening.limits import LIMITS, FileRefused, Limits, parse_limits
from ledger.exchange.opening.open_file import open_file
from ledger.exchange.sheets import SHEETS
from ledger.exchange.workbook import read_workbook
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
        ("tronque.xlsx", b"PK\x03\x04tronqu\xe9", "tronqué"),
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


def test_an_empty_formatted_tail_is_said_and_never_refused(tmp_path: Path) -> None:
    header = b"".join(
        b'<c r="%s1" t="inlineStr"><is><t>%s</t></is></c>' % (b"ABC"[i : i + 1], t)
        for i, t in enumerate((b"Code", b"Nom", b"Type"))
    )
    tail = b'<row r="1048576" s="3"><c r="A1048576" s="3"/><c r="XFD1048576" s="3"/></row>'
    path = book(tmp_path / "a.xlsx", {"Porteurs": []})
    with_part(path, SHEET, XML % (b'<row r="1">' + header + b"</row>" + tail, b""))
    reading = read_workbook(path, SHEETS)
    assert [found.code for found in reading.problems] == ["lignes_vides", "feuille_sans_lignes"]


def test_what_demands_too_much_memory_is_refused_and_the_program_lives_on(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"Enveloppes": [HEADER, ROW]})
    far = XML % (b'<row r="1"><c r="A1"><v>1</v></c></row><row r="190000"><c r="BG190000"><v>1</v></c></row>', b"")
    with pytest.raises(FileRefused, match="trop de mémoire"):
        open_file(with_part(path, SHEET, far), replace(LIMITS, memory_bytes=128 * 1024 * 1024))


def test_too_many_texts_or_names_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"Enveloppes": [HEADER, ROW]})
    with pytest.raises(FileRefused, match="trop de textes"):
        open_file(
            with_part(path, "xl/sharedStrings.xml", b"<sst>" + b"<si><t/></si>" * 3 + b"</sst>"), Limits(strings=2)
        )


def test_what_takes_too_long_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"Enveloppes": [HEADER, ROW]})
    with pytest.raises(FileRefused, match="trop de temps"):
        open_file(path, replace(LIMITS, seconds=0))


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(rows=1), "2 lignes|1 lignes"),
        (Limits(columns=3), "3 colonnes"),
        (Limits(styles=1), "styles"),
        (Limits(file_bytes=100), "trop gros"),
        (Limits(depth=2), "imbriqué"),
    ],
)
def test_each_limit_is_stated_where_it_is_passed(tmp_path: Path, limits: Limits, said: str) -> None:
    path = book(tmp_path / "a.xlsx", {"Enveloppes": [HEADER, ROW]})
    with pytest.raises(FileRefused, match=said):
        open_file(path, limits)


def test_limits_are_set_by_their_french_names() -> None:
    assert parse_limits(["lignes=5", "taille=1"]) == replace(LIMITS, rows=5, file_bytes=1024 * 1024)
    for wrong in ("lignes", "lignes=beaucoup", "lignes=0", "vitesse=3"):
        with pytest.raises(InvalidValue):
            parse_limits([wrong])


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


def _laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{entities}]><x>&l9;</x>'.encode()


def _external() -> bytes:
    return b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><worksheet><sheetData>&f;</sheetData></worksheet>'


@pytest.mark.parametrize(
    ("part", "content", "said"),
    [
        (SHEET, _laughs(), "interdite"),
        (SHEET, _external(), "interdite"),
        ("xl/sharedStrings.xml", _laughs(), "interdite"),
        ("xl/drawings/drawing1.xml", b"<a>" * 5000 + b"</a>" * 5000, "imbriqué"),
        (SHEET, b"<worksheet>" + b"<a><b/>" * 5000 + b"</a>" * 5000 + b"</worksheet>", "imbriqué"),
        ("xl/workbook.xml", b"<workbook>" + b"<definedName/>" * 6000 + b"</workbook>", "noms définis"),
        ("xl/styles.xml", b"<styleSheet><cellXfs>" + b"<xf/>" * 70_000 + b"</cellXfs></styleSheet>", "styles"),
        (SHEET, XML % (b'<row r="300000"><c r="A300000"><v>1</v></c></row>', b""), "hors des"),
        (SHEET, XML % (b'<row><c r="A1"><v>1</v></c></row>' * 200_001, b""), "hors des"),
        (SHEET, XML % (b"", b"<mergeCells>" + b'<mergeCell ref="A2:CV100"/>' * 200 + b"</mergeCells>"), "fusion"),
    ],
    ids=["laughs", "external", "strings", "deep", "deep-sheet", "names", "styles", "far", "unnumbered", "merges"],
)  # fmt: skip
def test_what_would_drown_a_parser_is_refused_before_it(tmp_path: Path, part: str, content: bytes, said: str) -> None:
    path = with_part(book(tmp_path / "a.xlsx", {"Enveloppes": [HEADER, ROW]}), part, content)
    with pytest.raises(FileRefused, match=said):
        open_file(path)


def test_repeated_rows_of_an_opendocument_sheet_count_as_many(tmp_path: Path) -> None:
    cell = "<table:table-cell {}><text:p>1</text:p></table:table-cell>"
    row = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    path = tmp_path / "a.ods"
    for value, refused in (('office:value-type="float" office:value="1"', True), ("", False)):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr("content.xml", f"<office:spreadsheet>{row.format(value)}</office:spreadsheet>")
        with pytest.raises(FileRefused) as noted:
            open_file(path)
        assert ("hors des" in noted.value.problem) is refused


def test_links_to_other_files_are_said_and_never_followed(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"Enveloppes": [HEADER, ROW]})
    with_part(
        path,
        "xl/externalLinks/externalLink1.xml",
        b'<externalLink><ddeLink ddeService="cmd" ddeTopic="x"/></externalLink>',
    )
    [problem] = read_workbook(path, SHEETS).problems
    assert "jamais suivis" in problem.message


def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"Enveloppes": [HEADER, ROW]})
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, XML % (b"", b""))
    with pytest.raises(FileRefused, match="suspecte"):
        open_file(path)
