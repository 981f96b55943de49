"""The dossier as one HTML page, with its charts: everything in it, nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

from ledger.core.field import COUNTED, Field, Value
from ledger.core.money import Money
from ledger.core.period import french_day
from ledger.core.words import cell_text
from ledger.reports.dossier.charts import DARK, HUES, LIGHT, Bar, bars, can_draw, chart_for_screen, pace, sankey
from ledger.reports.dossier.content import Dossier
from ledger.reports.dossier.tables import COLUMNS, drawn_flows, month_name, thousands
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


_FONT = "'Liberation Sans', Arial, Helvetica, sans-serif"
_BEFORE = re.compile(r" (?=[:;!?»%€])")
_AFTER = re.compile(r"(?<=«) ")


def dossier_page(dossier: Dossier) -> str:
    """The whole page, as text. Where no library draws, tables alone say the figures, and the page says so."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    environment.filters |= {"fine": fine, "jour": french_day, "montant": Money.french}
    template = environment.from_string(_resource("page.html"))
    drawn = {name: chart_for_screen(svg) for name, svg in draw_all(dossier, _FONT).items()} if can_draw() else {}
    return template.render(
        dossier=dossier,
        style=_resource("page.css"),
        light=_variables(LIGHT),
        dark=_variables(DARK),
        charts=drawn,
        shown=shown_fields,
        text=page_text,
        plain=cell_plain,
        numeric=lambda each: each.kind in COUNTED,
    )


def fine(text: str) -> str:
    """French typography: no-break spaces before high punctuation and inside guillemets."""
    return _AFTER.sub("\u00a0", _BEFORE.sub("\u00a0", text))


def shown_fields(report: Listing) -> list[Field]:
    """The fields that a page shows."""
    return [each for each in report.fields if each.shown]


def page_text(value: Value) -> str:
    """A value as people read it in a table of the page: a text with its French spaces."""
    return fine(value) if isinstance(value, str) else cell_text(value)


def cell_plain(value: Value) -> str:
    """A value as scripts read it in the page."""
    return value.plain() if isinstance(value, Money) else str(value)


def _variables(colours: Mapping[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in colours.items())


def _resource(name: str) -> Any:
    return files("ledger.reports.dossier").joinpath(name).read_text(encoding="utf-8")
