"""Charts as SVG: Vega specifications of ours, drawn by Vega itself (vl-convert), without network or browser.

Colours are named in the specifications by values nobody would choose; each use of a chart replaces them by its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

INK, SOFT, SHEET = "#010101", "#010102", "#010103"
NEUTRAL = "#020100"
HUES = tuple(f"#02010{number}" for number in range(1, 9))
_NAMES = {INK: "ink", SOFT: "soft", SHEET: "paper", NEUTRAL: "neutral"} | {
    hue: f"hue{number}" for number, hue in enumerate(HUES, start=1)
}
LIGHT = {
    "ink": "#1e1e1e",
    "soft": "#d5d5d5",
    "paper": "#ffffff",
    "neutral": "#6a6a6a",
    "hue1": "#0053b3",
    "hue2": "#b34000",
    "hue3": "#18753c",
    "hue4": "#7a3e9d",
    "hue5": "#7c5b45",
    "hue6": "#006a6f",
    "hue7": "#b8141b",
    "hue8": "#5a5f00",
}
DARK = {
    "ink": "#ececec",
    "soft": "#4a4a4a",
    "paper": "#16181d",
    "neutral": "#a8a8a8",
    "hue1": "#85b5ff",
    "hue2": "#ff9f63",
    "hue3": "#74d195",
    "hue4": "#cfa5ee",
    "hue5": "#d3ab90",
    "hue6": "#5fcdd2",
    "hue7": "#ff8e8e",
    "hue8": "#c9cf5a",
}
_FRENCH = {"decimal": ",", "thousands": "\u00a0", "grouping": [3], "currency": ["", "\u00a0€"]}


@dataclass(frozen=True, slots=True)
class Node:
    """Money at one stage: in which column, who or what it is, how much."""

    id: str
    column: int
    label: str
    cents: int
    hue: str


@dataclass(frozen=True, slots=True)
class Link:
    """Money that goes from one node to the next."""

    source: str
    target: str
    cents: int
    hue: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: of what, at which step, how much, the words at its end."""

    label: str
    step: str
    cents: int
    text: str
    hue: str


def can_draw() -> bool:
    """Whether the library that draws is installed."""
    return find_spec("vl_convert") is not None


def sankey(nodes: Sequence[Node], links: Sequence[Link], columns: Sequence[str], font: str) -> str:
    """The flow of money through its columns, each column in the order of its nodes."""
    most = max((sum(node.column == place for node in nodes) for place in range(len(columns))), default=1)
    total = max((sum(node.cents for node in nodes if node.column == place) for place in range(len(columns))), default=1)
    spec = _spec("sankey", font)
    flow = 420
    signals = {"columns": len(columns), "most": most, "total": max(total, 1), "flow": flow}
    for signal in spec["signals"]:
        signal["value" if "value" in signal else "_"] = signals.get(signal["name"], signal.get("value"))
        signal.pop("_", None)
    spec["height"] = flow + 15 * most + 40
    named = {each["name"]: each for each in spec["data"]}
    named["nodes"]["values"] = [_as_row(node, rank=rank) for rank, node in enumerate(nodes)]
    named["links"]["values"] = [_as_row(link) for link in links]
    named["heads"]["values"] = [{"text": text, "column": place} for place, text in enumerate(columns)]
    return _vega(spec)


def bars(rows: Sequence[Bar], font: str) -> str:
    """Horizontal bars, grouped by label in the order given."""
    spec = _spec("bars", font)
    spec["data"]["values"] = [_as_row(row) for row in rows]
    return _vega_lite(spec)


def pace(series: Mapping[str, Sequence[tuple[str, int]]], hues: Sequence[str], font: str) -> str:
    """Lines over the months: for each step, the cents reached at the end of each month."""
    spec = _spec("pace", font)
    heights = _apart({step: points[-1][1] for step, points in series.items() if points})
    spec["data"]["values"] = [
        {
            "step": step,
            "month": month,
            "cents": cents,
            "hue": hue,
            "last": place == len(points) - 1,
            "at": heights[step],
        }
        for (step, points), hue in zip(series.items(), hues, strict=False)
        for place, (month, cents) in enumerate(points)
    ]
    return _vega_lite(spec)


def _apart(ends: Mapping[str, int]) -> dict[str, int]:
    """Where the name of each line stands: beside its end, far enough from the name below to be read."""
    least = max(ends.values(), default=0) // 18
    heights: dict[str, int] = {}
    lowest = -least
    for step, cents in sorted(ends.items(), key=lambda item: (item[1], -list(ends).index(item[0]))):
        lowest = heights[step] = max(cents, lowest + least)
    return heights


def _as_row(shape: Node | Link | Bar, **others: int) -> dict[str, Any]:
    return {name: getattr(shape, name) for name in shape.__slots__} | others


def _spec(name: str, font: str) -> dict[str, Any]:
    text = files("ledger.reports.dossier").joinpath(f"charts/{name}.json").read_text(encoding="utf-8")
    spec: dict[str, Any] = json.loads(text.replace("FONT", font))
    return spec


def _vega(spec: dict[str, Any]) -> str:
    import vl_convert

    drawn: str = vl_convert.vega_to_svg(spec, allowed_base_urls=[], format_locale=_FRENCH)
    return drawn


def _vega_lite(spec: dict[str, Any]) -> str:
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[], format_locale=_FRENCH)
    return drawn


def chart_for_screen(svg: str) -> str:
    """The chart with the colours of the page around it, light or dark."""
    for colour, name in _NAMES.items():
        svg = svg.replace(colour, f"var(--{name})")
    return svg


def chart_for_print(svg: str) -> str:
    """The chart with the colours of paper."""
    for colour, name in _NAMES.items():
        svg = svg.replace(colour, LIGHT[name])
    return svg
