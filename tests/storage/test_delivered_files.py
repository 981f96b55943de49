"""A file the user has is never lost to an export (F73): only our own, on the same subject, as we left it, gives way."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from ledger.core.errors import FileInTheWay
from ledger.exchange.declaration import Table
from ledger.exchange.sheets import SHEETS
from ledger.exchange.writing.writer import workbook_bytes
from ledger.reports.printed import printed_page
from ledger.storage.delivered_files import deliver_file, document_subject, replacing

pytestmark = pytest.mark.one_engine


def workbook(year: int, sheet: int = 0) -> bytes:
    return workbook_bytes([Table(SHEETS[sheet])], {}, {"exercice": str(year), "envoi": "12"})


def test_a_workbook_of_ours_gives_way_to_the_same_and_to_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    deliver_file(path, workbook(2016))
    deliver_file(path, workbook(2016))
    for other in (workbook(2017), workbook(2016, sheet=1), b"a;b\n"):
        with pytest.raises(FileInTheWay, match="ce n'est pas le même document"):
            deliver_file(path, other)
    assert path.read_bytes() == workbook(2016)


def test_a_workbook_filled_since_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    deliver_file(path, workbook(2016))
    book = load_workbook(path)
    book.worksheets[0]["A9"] = "rempli"
    book.save(path)
    filled = path.read_bytes()
    with pytest.raises(FileInTheWay, match="rempli ou modifié"):
        deliver_file(path, workbook(2016))
    assert path.read_bytes() == filled


@pytest.mark.parametrize("precious", [b"", b"PK\x03\x04 broken", b"a;b\r\n1;2\r\n", b"<title>Moi</title>"])
def test_a_file_that_is_not_ours_is_kept_until_told_otherwise(tmp_path: Path, precious: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(precious)
    for content in (workbook(2016), b"a;b\r\n3;4\r\n", printed_page("Moi", []).encode()):
        with pytest.raises(FileInTheWay) as refused:
            deliver_file(path, content)
        assert "--remplacer" in refused.value.remedy
        assert path.read_bytes() == precious
    with replacing(True):
        deliver_file(path, b"neuf")
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"neuf"]


def test_a_page_of_ours_is_known_by_its_title(tmp_path: Path) -> None:
    assert document_subject(printed_page("Comité 2016", []).encode()) == ("Comité 2016", "")
    deliver_file(tmp_path / "a.html", printed_page("Comité 2016", []).encode())
    with pytest.raises(FileInTheWay):
        deliver_file(tmp_path / "a.html", printed_page("Comité 2017", []).encode())


def test_nothing_is_written_through_a_link_whatever_is_asked(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("à garder")
    (tmp_path / "lien.csv").symlink_to(tmp_path / "a.csv")
    with replacing(True), pytest.raises(FileInTheWay) as refused:
        deliver_file(tmp_path / "lien.csv", b"neuf")
    assert "--remplacer" not in refused.value.remedy
    assert (tmp_path / "a.csv").read_text() == "à garder"
