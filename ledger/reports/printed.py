"""Reports as one page to read or print: a single HTML file, A4 landscape, nothing fetched from anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from ledger.core.field import COUNTED, Field, Value
from ledger.core.money import Money
from ledger.core.words import cell_text
from ledger.reports.listing import Listing

_STYLE = """
@page { size: A4 landscape; margin: 12mm; }
body { font: 10pt/1.35 Arial, Helvetica, sans-serif; color: #222; margin: 1.5em; }
h1 { font-size: 16pt; color: #1f4e79; margin: 0 0 .3em; }
h2 { font-size: 12pt; color: #1f4e79; margin: 1.4em 0 .4em; }
table { border-collapse: collapse; width: 100%; }
th { background: #1f4e79; color: #fff; text-align: left; padding: 4px 6px; }
td { border-bottom: 1px solid #ddd; padding: 3px 6px; vertical-align: top; }
tfoot td { font-weight: bold; background: #ddebf7; border-top: 1px solid #1f4e79; }
.n { text-align: right; white-space: nowrap; }
.moins { color: #b00020; }
p.note { color: #595959; font-style: italic; }
thead { display: table-header-group; } tr { break-inside: avoid; }
@media print { body { margin: 0; } }
"""


def printed_page(title: str, reports: Sequence[Listing]) -> str:
    """The reports one under the other, each with its totals and notes."""
    parts = "\n".join(_section(report) for report in reports)
    return (
        '<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8">'
        '<meta name="generator" content="Cofiville">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{escape(title)}</h1>\n{parts}\n</body></html>\n"
    )


def _section(report: Listing) -> str:
    shown = [field for field in report.fields if field.shown]
    head = "".join(f"<th{_side(field)}>{escape(field.title.capitalize())}</th>" for field in shown)
    body = "\n".join(f"<tr>{_cells(shown, row)}</tr>" for row in report.rows)
    sums = "".join(_cell(field, report.totals().get(field.name)) for field in shown[1:])
    foot = f"<tfoot><tr><td>Total</td>{sums}</tr></tfoot>" if report.totals() else ""
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in report.notes)
    return (
        f"<h2>{escape(report.title)}</h2>\n<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>"
        f"{foot}</table>{notes}"
    )


def _cells(fields: Sequence[Field], row: Mapping[str, Value]) -> str:
    return "".join(_cell(field, row[field.name]) for field in fields)


def _cell(field: Field, value: Value) -> str:
    below = isinstance(value, Money) and value.cents < 0
    style = ' class="n moins"' if below else _side(field)
    return f"<td{style}>{escape(cell_text(value))}</td>"


def _side(field: Field) -> str:
    return ' class="n"' if field.kind in COUNTED else ""
