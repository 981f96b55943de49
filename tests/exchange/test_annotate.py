"""The annotated copy: the user's own file, its problems marked, everything else byte for byte as it was."""

from __future__ import annotations

import base64
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from xlsxwriter import Workbook

from ledger.exchange.annotating.annotate import annotate
from ledger.exchange.opening.limits import FileRefused
from ledger.exchange.sheets import SHEETS
from ledger.exchange.workbook import read_workbook
from ledger.storage.delivered_files import FileNotWritten
from tests.conftest import Typist
from tests.exchange.books import HEADER, ROW, book, with_part

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
X14_LIST = (
    '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:dataValidations xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1">'
    '<x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>Listes!$A$1:$A$3</xm:f></x14:formula1>'
    "<xm:sqref>A2:A50</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>"
)
PROBLEMS = [
    ("montant_illisible", "D2"),
    ("valeur_manquante", "A3"),
    ("date_ambigue", "F5"),
    ("choix_inconnu", "C6"),
]


def rich_book(path: Path) -> Path:
    """A workbook with what openpyxl would lose: x14 bars, sparklines, an x14 list, images, a chart, a header image."""
    with Workbook(path) as workbook:
        sheet = workbook.add_worksheet("Enveloppes")
        blue = workbook.add_format({"bg_color": "#DDEBF7", "num_format": "#,##0.00", "bold": True})
        rows: list[tuple[Any, ...]] = [
            HEADER,
            (*ROW[:3], "NC", *ROW[4:]),
            ("", *ROW[1:4], "Arrêté 13", ROW[5]),
            (*ROW[:4], "Arrêté 14", ROW[5]),
            (*ROW[:4], "Arrêté 15", "03/04/16"),
            (*ROW[:2], "virement", 12.5, "Arrêté 16", ROW[5]),
        ]
        for index, row in enumerate(rows):
            for place, value in enumerate(row):
                sheet.write(index, place, value, blue if place == 3 else None)
        sheet.write_blank(2, 0, None, blue)
        sheet.write_formula("H2", "=SUM(D4:D6)", None, 2012.5)
        sheet.conditional_format("D2:D6", {"type": "data_bar", "data_bar_2010": True})
        sheet.add_sparkline("I2", {"range": "Enveloppes!D4:D6"})
        sheet.insert_image("K2", "pixel.png", {"image_data": io.BytesIO(PIXEL)})
        sheet.set_header("&L&G", {"image_left": "logo.png", "image_data_left": io.BytesIO(PIXEL)})
        chart = workbook.add_chart({"type": "column"})
        chart.add_series({"values": "=Enveloppes!$D$4:$D$6"})
        sheet.insert_chart("K6", chart)
        lists = workbook.add_worksheet("Listes")
        lists.write_column(0, 0, ["ETAT-PDV-DRE", "CAPH-PDV", "x"])
        workbook.define_name("Lignes", "=Listes!$A$1:$A$3")
    return path


def with_x14_list(path: Path) -> Path:
    part = "xl/worksheets/sheet2.xml"
    with zipfile.ZipFile(path) as archive:
        xml = archive.read(part).decode()
    return with_part(path, part, xml.replace("</worksheet>", X14_LIST).encode())


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def annotated(source: Path, target: Path) -> Path:
    reading = read_workbook(source, SHEETS)
    annotate(source, reading.opened.content, reading.opened.grids, reading.problems, target)
    return target


def test_every_part_that_does_not_have_to_change_is_byte_identical(tmp_path: Path) -> None:
    source = with_x14_list(rich_book(tmp_path / "a.xlsx"))
    before, after = parts(source), parts(annotated(source, tmp_path / "b.xlsx"))
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "xl/worksheets/sheet1.xml",
        "xl/styles.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "[Content_Types].xml",
    }
    assert set(after) - set(before) == {"xl/worksheets/problemes.xml"}
    for kept in ("x14:sparklineGroup", "x14:dataBar", "<drawing ", "legacyDrawingHF", "<v>2012.5</v>"):
        assert kept in after["xl/worksheets/sheet1.xml"].decode(), kept
    assert "x14:dataValidation" in after["xl/worksheets/sheet2.xml"].decode()


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_cells_are_marked_keep_their_look_and_are_linked_from_the_sheet_of_problems(tmp_path: Path) -> None:
    source = rich_book(tmp_path / "a.xlsx")
    workbook = load_workbook(annotated(source, tmp_path / "b.xlsx"))
    sheet, listed = workbook["Enveloppes"], workbook["Problèmes"]
    for _, cell in PROBLEMS:
        assert sheet[cell].fill.fgColor.rgb == "FFFFB4B3", cell
    assert (sheet["D2"].number_format, sheet["D2"].font.bold) == ("#,##0.00", True)
    assert sheet["D4"].fill.fgColor.rgb == "FFDDEBF7"
    assert listed["A1"].value == "Problèmes trouvés par Cofiville"
    rows = [[cell.value for cell in row] for row in listed.iter_rows(min_row=5)]
    assert [row[2] for row in rows] == [cell for _, cell in sorted(PROBLEMS, key=lambda each: int(each[1][1:]))]
    assert {cell.hyperlink.location for [cell] in listed["C5:C8"]} == {f"'Enveloppes'!{c}" for _, c in PROBLEMS}
    assert workbook.sheetnames == ["Enveloppes", "Listes", "Problèmes"]


def test_a_file_annotated_again_once_mended_keeps_no_mark(tmp_path: Path) -> None:
    first = annotated(
        book(tmp_path / "a.xlsx", {"Enveloppes": [HEADER, (*ROW[:3], "NC", *ROW[4:])]}), tmp_path / "b.xlsx"
    )
    workbook = load_workbook(first)
    workbook["Enveloppes"]["D2"] = 1000
    workbook.save(tmp_path / "c.xlsx")
    again = load_workbook(annotated(tmp_path / "c.xlsx", tmp_path / "d.xlsx"))
    assert again.sheetnames == ["Enveloppes", "Problèmes"]
    assert again["Enveloppes"]["D2"].fill.fill_type is None
    assert again["Problèmes"]["A2"].value == "Aucune erreur, aucune alerte."


@pytest.mark.parametrize("suffix", [".csv"])
def test_another_kind_of_file_becomes_a_new_workbook_with_its_cells_and_its_problems(
    tmp_path: Path, suffix: str
) -> None:
    source = tmp_path / f"enveloppes{suffix}"
    source.write_text(
        ";".join(HEADER) + "\n" + ";".join(map(str, (*ROW[:3], "=NC", *ROW[4:]))) + "\n", encoding="utf-8"
    )
    workbook = load_workbook(annotated(source, tmp_path / "b.xlsx"))
    sheet = workbook["enveloppes"]
    assert (sheet["D2"].value, sheet["D2"].data_type) == ("=NC", "s")
    assert sheet["D2"].fill.fgColor.rgb == "FFFFB4B3"
    assert workbook["Problèmes"]["C5"].hyperlink.location == "'enveloppes'!D2"


def test_the_copy_never_takes_the_place_of_the_file_nor_changes_its_kind(tmp_path: Path) -> None:
    source = rich_book(tmp_path / "a.xlsx")
    for target in (source, tmp_path / "b.xlsm", tmp_path / "b.csv"):
        with pytest.raises(FileRefused):
            annotated(source, target)
    with pytest.raises(FileNotWritten, match="son dossier n'existe pas"):
        annotated(source, tmp_path / "absent" / "b.xlsx")


def test_the_command_writes_the_copy_and_says_where(cofiville: Typist, tmp_path: Path) -> None:
    cofiville("exercice", "ouvrir", 2016)
    source = rich_book(tmp_path / "a.xlsx")
    answer = cofiville("--json", "excel", "importer", source, "--annoter", tmp_path / "b.xlsx")
    assert (answer.code, answer.data["ecrit"]) == (1, False)
    assert answer.data["annote"] == str(tmp_path / "b.xlsx")
    assert (tmp_path / "b.xlsx").exists()
