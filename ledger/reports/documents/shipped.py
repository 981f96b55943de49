"""The templates shipped: Word files made of the texts in `sources/` (`python -m ledger.reports.documents.shipped`).

One line of text, one paragraph: "# " a title, "## " a heading, "> " on the right, "- " an item; lines between "|" make
a table, whose first row is its head ("*3" after a title: that column is three times as wide) and whose cells beginning
with ">" stand on the right; a line that begins with "{%tr" makes the row that repeats the next one.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger.reports.documents.template import SHIPPED

if TYPE_CHECKING:
    from docx.document import Document

SOURCES = Path(__file__).parent / "sources"
_WIDTH_MM = 164
_FIXED = datetime(2026, 1, 1, tzinfo=UTC)
_STYLES = {"# ": "Title", "## ": "Heading 2", "> ": "Right", "- ": "List Bullet"}


def made_template(source: str) -> bytes:
    """The Word file of this text."""
    document = _blank()
    rows: list[str] = []
    for line in [*source.splitlines(), ""]:
        text = line.strip()
        if text.startswith(("|", "{%tr")):
            rows.append(text)
            continue
        if rows:
            _table(document, rows)
            rows = []
        if text:
            _paragraph(document, text)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _blank() -> Document:
    from docx import Document
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt, RGBColor

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(20)
    styles = document.styles
    for name, size in (("Normal", 11), ("Title", 16), ("Heading 2", 12)):
        font = styles[name].font
        font.name, font.size, font.color.rgb = "Arial", Pt(size), RGBColor(0, 0, 0)
        styles[name].element.get_or_add_rPr().get_or_add_rFonts().attrib.clear()
        font.name = "Arial"
    styles["Title"].paragraph_format.space_after = Pt(14)
    styles["Heading 2"].paragraph_format.space_before = Pt(10)
    styles["Normal"].paragraph_format.space_after = Pt(6)
    right = styles.add_style("Right", WD_STYLE_TYPE.PARAGRAPH)
    right.base_style = styles["Normal"]
    right.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "Cofiville", "", ""
    properties.created = properties.modified = _FIXED
    return document


def _paragraph(document: Document, text: str) -> None:
    for mark, style in _STYLES.items():
        if text.startswith(mark):
            document.add_paragraph(text.removeprefix(mark), style=style)
            return
    document.add_paragraph(text)


def _table(document: Document, rows: list[str]) -> None:
    from docx.shared import Mm, Pt

    head = [cell.partition("*") for cell in _cells(rows[0])]
    weights = [int(weight or 1) for _, _, weight in head]
    widths = [Mm(_WIDTH_MM * weight // sum(weights)) for weight in weights]
    table = document.add_table(rows=0, cols=len(head), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for index, row in enumerate(rows):
        cells = ([title for title, _, _ in head] if index == 0 else _cells(row)) if row.startswith("|") else [row]
        for place, text, width in zip(table.add_row().cells, cells, widths, strict=False):
            place.width = width
            _cell(place, text, bold=index == 0)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("|").split("|")]


def _cell(place: Any, text: str, *, bold: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = place.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(2)
    if text.startswith(">"):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        text = text.removeprefix(">").strip()
    run = paragraph.add_run(text.replace("\\n", "\n"))
    run.bold, run.font.size = bold, Pt(10)


def template_sources() -> dict[str, str]:
    """The texts, by the name of their document."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(SOURCES.glob("*.txt"))}


def write_shipped() -> None:
    """Write the templates where the program finds them."""
    SHIPPED.mkdir(exist_ok=True)
    for name, source in template_sources().items():
        (SHIPPED / f"{name}.docx").write_bytes(made_template(source))


if __name__ == "__main__":
    write_shipped()
