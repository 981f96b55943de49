"""The dossier's page and PDF: each figure is the report's, which is the journal's."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from ledger.core.money import Money, parse_money, total
from ledger.journal.balances import amount_moved
from ledger.journal.positions import Position
from ledger.reports.dossier.charts import DARK, LIGHT
from ledger.reports.dossier.page import fine
from ledger.reports.dossier.tables import year_pace
from tests.conftest import Lived, Typist
from tests.reports.dossiers import Tables, json_rows, needs, played, write_dossier


@pytest.fixture
def year(cofiville: Typist, base: str, brought: Lived) -> Typist:
    """Type command lines on a base that holds the year."""

    @brought
    def live() -> None:
        played(base)

    return cofiville


REPORTS = {
    "demandes-financeur": ("demandes", "2016", "--par", "financeur"),
    "demandes-axe": ("demandes", "2016", "--par", "axe"),
    "demandes-pilier": ("demandes", "2016", "--par", "pilier"),
    "ecarts-pilier": ("ecarts", "2016", "--par", "pilier"),
    "demandes-nature": ("demandes", "2016", "--par", "nature"),
    "demandes-type-porteur": ("demandes", "2016", "--par", "type-porteur"),
    "demandes-echelle": ("demandes", "2016", "--par", "echelle"),
    "consommation": ("consommation", "2016"),
    "territoires": ("territoires", "2016"),
    "leviers": ("leviers", "2016"),
    "dre": ("dre", "2016"),
}


def test_every_figure_of_the_page_is_the_report_s(year: Typist, tmp_path: Path) -> None:
    page, _ = write_dossier(year, tmp_path)
    tables = Tables(page.read_text(encoding="utf-8"))
    for name, words in REPORTS.items():
        expected = json_rows(year, *words)
        found = tables.rows(name)
        assert len(found) == len(expected), name
        for shown, row in zip(found, expected, strict=True):
            assert shown, name
            assert shown == {field: str(row[field]) for field in shown}, name


def test_the_key_figures_are_the_totals_of_the_tables(year: Typist, tmp_path: Path) -> None:
    page, said = write_dossier(year, tmp_path)
    tables = Tables(page.read_text(encoding="utf-8"))
    assert tables.keys == said["chiffres"]
    of_financeurs = tables.totals["demandes-financeur"]
    for name in ("demande", "accorde", "conventionne", "verse", "justifie"):
        assert tables.keys[name] == of_financeurs[name]
    assert tables.keys["notifie"] == tables.totals["consommation"]["notifie"]
    flows = total(parse_money(row["accorde"]) for row in tables.rows("flux"))
    assert flows.plain() == tables.keys["accorde"]


def test_the_pace_of_the_year_ends_at_what_the_book_moved(year: Typist, session: Session) -> None:
    pace = year_pace(session, 2016)
    granted = total(amount_moved(session, into=Position.PROGRAMME, out_of=Position.DISPONIBLE, year=2016).values())
    assert {step: points[-1] for step, points in pace.items()}["accordé"] == (date(2016, 6, 30), granted)
    for points in pace.values():
        reached = [amount for _, amount in points]
        assert reached == sorted(reached)
    assert year_pace(session, 2016, on=date(2016, 3, 3))["accordé"][-1] == (date(2016, 3, 31), Money(0))


def test_the_page_fetches_nothing_and_says_what_each_picture_shows(year: Typist, tmp_path: Path) -> None:
    needs("vl_convert")
    page, _ = write_dossier(year, tmp_path)
    text = page.read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    outside = re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?(?!#|data:)[a-z]+:", text)
    assert outside == []
    assert text.count("<svg") == 4
    assert text.count('role="img" aria-label=') == 4
    assert 'lang="fr"' in text


def test_without_the_library_that_draws_the_page_keeps_its_tables_and_says_so(
    year: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.reports.dossier.page.can_draw", lambda: False)
    page, said = write_dossier(year, tmp_path)
    text = page.read_text(encoding="utf-8")
    assert "Graphiques non dessinés" in text
    assert "<svg" not in text
    assert Tables(text).keys == said["chiffres"]


def test_the_pdf_says_the_same_figures_on_a4(year: Typist, tmp_path: Path) -> None:
    needs("typst")
    made = tmp_path / "dossier.pdf"
    said = year("--json", "rapport", "dossier", 2016, tmp_path / "dossier.html", "--pdf", made).data
    assert made.read_bytes().startswith(b"%PDF")
    if shutil.which("pdftotext") is None or shutil.which("pdfinfo") is None:
        pytest.skip("pdftotext and pdfinfo are not installed: the text of the PDF is not read")
    text = subprocess.run(["pdftotext", "-layout", made, "-"], capture_output=True, text=True, check=True).stdout
    assert parse_money(said["chiffres"]["accorde"]).french() in re.sub(r"(?<=\d) (?=\d|€)", "\u00a0", text)
    info = subprocess.run(["pdfinfo", made], capture_output=True, text=True, check=True).stdout
    assert "(A4)" in info
    assert re.search(r"Title: +Contrat de ville 2016", info)


def test_without_the_typesetter_the_pdf_is_refused_before_anything_is_written(
    year: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.reports.dossier.pdf.find_spec", lambda _name: None)
    answer = year("--json", "rapport", "dossier", 2016, tmp_path / "d.html", "--pdf", tmp_path / "d.pdf")
    assert (answer.code, answer.refusal["erreur"]) == (1, "pdf_indisponible")
    assert list(tmp_path.glob("d.*")) == []


def test_a_year_never_opened_has_no_dossier(year: Typist, tmp_path: Path) -> None:
    answer = year("--json", "rapport", "dossier", 2031, tmp_path / "d.html")
    assert (answer.code, answer.refusal["erreur"]) == (1, "introuvable")
    assert not (tmp_path / "d.html").exists()


def test_a_year_without_anything_still_has_a_page(cofiville: Typist, tmp_path: Path) -> None:
    cofiville("exercice", "ouvrir", 2016)
    page, said = write_dossier(cofiville, tmp_path)
    assert said["chiffres"]["accorde"] == "0.00"
    assert "Rien à montrer" in page.read_text(encoding="utf-8")


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_colour_of_text_or_shape_stands_out_in_both_themes(theme: dict[str, str]) -> None:
    paper = luminance(theme["paper"])
    for name, colour in theme.items():
        if name in ("paper", "soft"):
            continue
        lighter, darker = sorted((paper, luminance(colour)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("« oui » ; non !", "«\u00a0oui\u00a0»\u00a0; non\u00a0!"),
        ("65 % : ok", "65\u00a0%\u00a0: ok"),
        ("12:30", "12:30"),
    ],
)
def test_french_typography_never_cuts_before_a_sign(text: str, expected: str) -> None:
    assert fine(text) == expected
