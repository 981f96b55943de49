"""The sheet *Problèmes* of an annotated workbook: every finding, each with a link to its cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from ledger.core.errors import Level, Problem
from ledger.exchange.annotating.cell_marks import ORANGE, RED, StylesPart
from ledger.exchange.opening.grid import cell_name

TITLE = "Problèmes trouvés par Cofiville"
HEADINGS = ("Niveau", "Feuille", "Cellule", "Trouvé", "Attendu", "Problème, et comment le régler")
WIDTHS = (12, 22, 12, 28, 30, 90)
FIRST_ROW = 5
_MOST_LINKS = 60_000
_LEVELS = (Level.ERROR, Level.ALERT, Level.INFORMATION)
_CELL = re.compile(r"([A-Z]{1,3}\d{1,7})(?::[A-Z]{1,3}\d{1,7})?")
_LINE = re.compile(r"ligne (\d{1,7})")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class ProblemLooks(NamedTuple):
    """The numbers of the cell formats the sheet uses."""

    title: int
    note: int
    heading: int
    text: int
    link: int
    error: int
    alert: int


def by_weight(problems: Sequence[Problem]) -> list[Problem]:
    """Errors first, then alerts, then informations; each in the order it was found."""
    return sorted(problems, key=lambda found: _LEVELS.index(found.level))


def problem_summary(problems: Sequence[Problem]) -> str:
    """How many of each level, in a sentence."""
    counts = [sum(found.level is level for found in problems) for level in _LEVELS]
    if not any(counts[:2]):
        return "Aucune erreur, aucune alerte."
    return f"{counts[0]} erreur(s), {counts[1]} alerte(s), {counts[2]} information(s). Les erreurs empêchent l'import."


def cell_anchor(problem: Problem) -> str:
    """The cell to look at for this finding; empty when it is about a whole sheet."""
    if found := _CELL.fullmatch(problem.cell):
        return found[1]
    if found := _LINE.fullmatch(problem.cell):
        return f"A{found[1]}"
    return ""


def quoted_tab(name: str) -> str:
    """The name of a sheet as links write it."""
    return "'" + name.replace("'", "''") + "'"


def problem_looks(styles: StylesPart) -> ProblemLooks:
    """The formats of the sheet, added to the workbook's styles."""
    return ProblemLooks(
        title=styles.looked(bold=True, size=16, colour="1F4E79"),
        note=styles.looked(size=10),
        heading=styles.looked(bold=True, colour="FFFFFF", fill="1F4E79"),
        text=styles.looked(),
        link=styles.looked(colour="0563C1", link=True),
        error=styles.looked(fill=RED),
        alert=styles.looked(fill=ORANGE),
    )


def sheet_xml(namespace: str, problems: Sequence[Problem], tabs: frozenset[str], look: ProblemLooks) -> bytes:
    """The XML of the sheet. tabs: the sheets that links can lead to."""
    rows = [_row(1, [(TITLE, look.title)], height=24), _row(2, [(problem_summary(problems), look.note)])]
    rows.append(_row(FIRST_ROW - 1, [(heading, look.heading) for heading in HEADINGS]))
    links: list[str] = []
    for number, found in enumerate(by_weight(problems), start=FIRST_ROW):
        weight = {Level.ERROR: look.error, Level.ALERT: look.alert}.get(found.level, look.text)
        target = cell_anchor(found) if found.sheet in tabs else ""
        words = (found.sheet, found.cell, found.found, found.expected, found.message)
        cells = [(str(found.level), weight), *((word, look.text) for word in words)]
        if target and len(links) < _MOST_LINKS:
            cells[2] = (found.cell, look.link)
            location = quoteattr(f"{quoted_tab(found.sheet)}!{target}")
            links.append(f'<hyperlink ref="C{number}" location={location}/>')
        rows.append(_row(number, cells))
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
        for place, width in enumerate(WIDTHS, start=1)
    )
    linked = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
    freeze = f'<pane ySplit="{FIRST_ROW - 1}" topLeftCell="A{FIRST_ROW}" activePane="bottomLeft" state="frozen"/>'
    xml = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{namespace}">'
        '<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView showGridLines="0" workbookViewId="0">{freeze}</sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{''.join(rows)}</sheetData>"
        f"{linked}"
        '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )
    return xml.encode()


def _row(number: int, cells: Sequence[tuple[str, int]], *, height: int = 0) -> str:
    written = "".join(
        f'<c r="{cell_name(number - 1, place)}" s="{style}" t="inlineStr">'
        f'<is><t xml:space="preserve">{_text(words)}</t></is></c>'
        for place, (words, style) in enumerate(cells)
        if words
    )
    high = f' ht="{height}" customHeight="1"' if height else ""
    return f'<row r="{number}"{high}>{written}</row>'


def _text(words: str) -> str:
    return escape(_CONTROLS.sub("\ufffd", words[:32_000]))
