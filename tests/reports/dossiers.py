"""A small year with every stage in it, and its dossier as the command writes it."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Typist
from tests.reports.documents import acting_on
from tests.reports.random_year import Drawn, play

YEAR = [
    Drawn(
        9_000_00, (3, 2, 1, 2), (10, 5, 0), frozenset({"SABATIER", "VEILLE-DENAIN"}), "ccas", "5.1.2", "communale", 4
    ),
    Drawn(1_234_57, (1, 1, 1, 1), (7, 0, 1), frozenset({"ARENBERG"}), "association", "1.1.1", "communautaire", 2),
    Drawn(50_000_01, (9, 4, 2, 1), (3, 3, 3), frozenset(), "commune", "7.1.1", "communale", 1),
    Drawn(777_77, (1, 2, 3, 4), (1, 0, 0), frozenset({"DENAIN-CENTRE"}), "association", "5.1.2", "communale", 0),
]


class Tables(HTMLParser):
    """The figures of a page as scripts read them: its tables by name, the key figures by name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, list[dict[str, str]]] = {}
        self.totals: dict[str, dict[str, str]] = {}
        self.keys: dict[str, str] = {}
        self._rows: list[dict[str, str]] = []
        self._name = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "data-rapport" in found:
            self._name = found["data-rapport"]
            self._rows = self.tables.setdefault(self._name, [])
            self.totals[self._name] = {}
        elif tag == "tr":
            self._rows.append({})
        elif "data-champ" in found and "data-valeur" in found:
            self._rows[-1][found["data-champ"]] = found["data-valeur"]
        elif "data-total" in found:
            self.totals[self._name][found["data-total"]] = found["data-valeur"]
        elif "data-cle" in found:
            self.keys[found["data-cle"]] = found["data-valeur"]

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of a table that hold figures."""
        return [row for row in self.tables[name] if row]


def played(base: str) -> None:
    """Play the year on this base, and keep it."""
    with acting_on(base) as session:
        play(session, YEAR)
        session.commit()


def json_rows(typist: Typist, *words: str) -> Any:
    """The JSON answer of a report."""
    return typist("--json", "rapport", *words).data


def write_dossier(typist: Typist, folder: Path) -> tuple[Path, dict[str, Any]]:
    """The page of 2016, and what the command says of it."""
    page = folder / "dossier.html"
    answer = typist("--json", "rapport", "dossier", 2016, page)
    assert answer.code == 0, answer.err
    said: dict[str, Any] = json.loads(answer.out)
    return page, said


def needs(module: str) -> None:
    """Skip, saying so, where an optional library is not installed."""
    pytest.importorskip(module, reason=f"{module} is not installed: the dossier has no charts or no PDF here")
