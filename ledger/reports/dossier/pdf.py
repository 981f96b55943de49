"""The dossier as a PDF, typeset by Typst: the same figures and charts as the page, on A4."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ledger.allocation.engine.steps import Step
from ledger.core.errors import LedgerError
from ledger.core.field import COUNTED, Kind
from ledger.core.period import french_day
from ledger.reports.dossier.charts import can_draw, chart_for_print
from ledger.reports.dossier.content import ActionSheet, Dossier
from ledger.reports.dossier.page import draw_all, fine, page_text, shown_fields
from ledger.reports.listing import Listing

_FONT = "Libertinus Serif"


class NoTypesetter(LedgerError):
    """The library that makes PDFs is not installed."""

    code = "pdf_indisponible"


def check_typesetter() -> None:
    """Nothing when PDFs can be made. raises: NoTypesetter."""
    if find_spec("typst") is None:
        raise NoTypesetter(
            "Cette installation ne fait pas de PDF.",
            'Ajoutez-le (pip install "cofiville[pdf]"), ou ouvrez la page HTML et imprimez-la en PDF.',
        )


def dossier_pdf(dossier: Dossier) -> bytes:
    """The whole PDF. raises: NoTypesetter."""
    check_typesetter()
    import typst

    drawn = draw_all(dossier, _FONT) if can_draw() else {}
    with TemporaryDirectory(prefix="cofiville-") as folder:
        place = Path(folder)
        for name, svg in drawn.items():
            (place / f"{name}.svg").write_text(chart_for_print(svg), encoding="utf-8")
        content = json.dumps(_content(dossier, list(drawn)), ensure_ascii=False)
        (place / "dossier.json").write_text(content, encoding="utf-8")
        source = files("ledger.reports.dossier").joinpath("dossier.typ").read_text(encoding="utf-8")
        (place / "dossier.typ").write_text(source, encoding="utf-8")
        made: bytes = typst.compile(place / "dossier.typ", ignore_system_fonts=True)
    return made


def _content(dossier: Dossier, charts: Sequence[str]) -> dict[str, Any]:
    return {
        "title": f"Contrat de ville {dossier.year}{dossier.note}",
        "subtitle": f"Dossier du comité de pilotage, établi le {french_day(dossier.made_on)}"
        + (f", situation au {french_day(dossier.on)}" if dossier.on else ""),
        "figures": [{"label": each.label, "value": each.value, "note": each.note} for each in dossier.figures],
        "charts": list(charts),
        "tables": {name: _table(report) for name, report in dossier.reports.items()},
        "actions": [_action(sheet) for sheet in dossier.actions],
        "seal": dossier.seal,
        "acts_seal": dossier.acts_seal,
    }


def _table(report: Listing) -> dict[str, Any]:
    fields, totals = shown_fields(report), report.totals()
    foot = [page_text(totals[each.name]) if each.name in totals else "" for each in fields]
    return {
        "title": fine(report.title),
        "columns": [
            {"title": fine(each.title.capitalize()), "right": each.kind in COUNTED, "wide": each.kind is Kind.TEXT}
            for each in fields
        ],
        "rows": [[page_text(row[each.name]) for each in fields] for row in report.rows],
        "totals": ["Total", *foot[1:]] if totals and len(report.rows) > 1 else [],
        "notes": [fine(note) for note in report.notes],
    }


def _action(sheet: ActionSheet) -> dict[str, Any]:
    action = sheet.action
    return {
        "title": fine(f"{action.number} — {action.title}" + (" (exemple)" if action.example else "")),
        "porteur": fine(action.porteur_name),
        "granted": action.granted.french(),
        "facts": fine(
            f"Coût {action.cost_total.french()}. Objectif {sheet.objective or 'non précisé'}."
            f" Territoires : {', '.join(sheet.places) or 'non précisés'}."
        ),
        "plan": _table(sheet.plan),
        "why": [
            {
                "title": fine(f"{each.line} : {each.words()}"),
                "steps": _steps(each.steps, 0),
            }
            for each in sheet.explanation
        ],
    }


def _steps(steps: Sequence[Step], depth: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for step in steps:
        found.append(
            {
                "amount": step.amount.french() if step.amount else "",
                "text": fine(step.text),
                "source": fine(step.source),
                "depth": depth,
            }
        )
        found += _steps(step.steps, depth + 1)
    return found
