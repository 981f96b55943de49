"""The charts of the dossier, each made of the figures its table shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.core.money import Money
from ledger.reports.dossier.charts import HUES, Bar, bars, pace, sankey
from ledger.reports.dossier.content import Dossier
from ledger.reports.dossier.flows import COLUMNS, drawn_flows, thousands
from ledger.reports.dossier.pace import month_name
from ledger.reports.figures.payments import PAID
from ledger.reports.figures.plan import ASKED, GRANTED
from ledger.reports.listing import Listing

_DRAWN = (ASKED, GRANTED, PAID)
_LONGEST = 34


def draw_all(dossier: Dossier, font: str) -> dict[str, str]:
    """The SVG of each chart that has something to show, by name."""
    drawn: dict[str, str] = {}
    if dossier.flows:
        nodes, links = drawn_flows(dossier.flows, dossier.facts.financeurs)
        drawn["flux"] = sankey(nodes, links, COLUMNS, font)
    for name in ("demandes-financeur", "demandes-axe"):
        if rows := list(_bars(dossier.reports[name])):
            drawn[name] = bars(rows, font)
    series = {
        step: [(month_name(day, dossier.year), amount.cents) for day, amount in points]
        for step, points in dossier.pace.items()
    }
    if any(points for points in series.values()):
        drawn["rythme"] = pace(series, HUES[:3], font)
    return drawn


def _bars(report: Listing) -> Iterator[Bar]:
    for row in report.rows:
        label = _short(str(row["libelle"] or row["code"]))
        for figure, hue in zip(_DRAWN, _hues(), strict=True):
            amount = row[figure.script_key]
            assert isinstance(amount, Money)
            yield Bar(label, figure.title, amount.cents, f"{figure.title} {thousands(amount)}", hue)


def _hues() -> Sequence[str]:
    return HUES[:3]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"
