"""The dossier as one HTML page: everything in it, nothing fetched; for the eye, the keyboard, the voice, the paper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from ledger.core.field import Field, Kind, Value
from ledger.core.money import Money
from ledger.core.period import french_day
from ledger.core.words import cell_text
from ledger.reports.dossier.charts import DARK, LIGHT, can_draw, for_page
from ledger.reports.dossier.content import Dossier
from ledger.reports.dossier.drawing import draw_all
from ledger.reports.listing import Listing

_FONT = "'Liberation Sans', Arial, Helvetica, sans-serif"
_BEFORE = re.compile(r" (?=[:;!?»%€])")
_AFTER = re.compile(r"(?<=«) ")
_NUMBERS = frozenset({Kind.AMOUNT, Kind.INTEGER})


def dossier_page(dossier: Dossier) -> str:
    """The whole page, as text. Where no library draws, tables alone say the figures, and the page says so."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    environment.filters |= {"fine": fine, "jour": french_day, "montant": Money.french}
    template = environment.from_string(_resource("page.html"))
    drawn = {name: for_page(svg) for name, svg in draw_all(dossier, _FONT).items()} if can_draw() else {}
    return template.render(
        dossier=dossier,
        style=_resource("page.css"),
        light=_variables(LIGHT),
        dark=_variables(DARK),
        charts=drawn,
        shown=shown_fields,
        text=page_text,
        plain=cell_plain,
        numeric=lambda each: each.kind in _NUMBERS,
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
