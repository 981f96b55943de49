"""A whole workbook: read as declared sheets, or written from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ledger.core.errors import Level, Problem
from ledger.core.identifiers import plain_words
from ledger.exchange.declaration import Sheet
from ledger.exchange.grid import Grid
from ledger.exchange.header import find_header
from ledger.exchange.limits import LIMITS, Limits
from ledger.exchange.messages import problem
from ledger.exchange.open_file import open_file
from ledger.exchange.reading import Row, read_sheet
from ledger.exchange.writer import META, write_workbook

__all__ = ["Reading", "read_workbook", "write_workbook"]

_QUIET = frozenset({"listes", "lisez moi", plain_words(META), "problemes"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says: the rows of each sheet found (by declared name), every problem, and the file's SHA-256."""

    path: Path
    sha256: str
    rows: dict[str, list[Row]]
    problems: list[Problem]

    @property
    def sound(self) -> bool:
        """Whether nothing forbids importing it."""
        return all(found.level is not Level.ERROR for found in self.problems)


def read_workbook(path: Path, declarations: Sequence[Sheet], limits: Limits = LIMITS) -> Reading:
    """Every declared sheet of the file, whatever its order; nothing is written anywhere.

    raises: FileRefused when the file cannot be opened at all.
    """
    opened = open_file(path, limits)
    rows: dict[str, list[Row]] = {}
    problems = [problem("fichier_lu", path.name, note=note) for note in opened.notes]
    matched = _match(opened.grids, declarations, alone=path.suffix.lower() == ".csv")
    for grid, sheet in matched:
        if sheet is None:
            if plain_words(grid.name) not in _QUIET:
                problems.append(problem("feuille_ignoree", grid.name))
        elif sheet.name in rows:
            problems.append(problem("feuille_double", grid.name, title=sheet.name))
        else:
            reading = read_sheet(sheet, grid)
            rows[sheet.name] = reading.rows
            problems.extend(reading.problems)
    if not rows:
        names = ", ".join(sheet.name for sheet in declarations)
        problems.append(problem("feuille_absente", path.name, names=names))
    return Reading(path, sha256(opened.content).hexdigest(), rows, problems)


def _match(grids: list[Grid], declarations: Sequence[Sheet], *, alone: bool) -> list[tuple[Grid, Sheet | None]]:
    """Each grid with the sheet it is, by its name; the only grid of a csv, by its header."""
    names = {plain_words(name): sheet for sheet in declarations for name in (sheet.name, *sheet.aliases)}
    matched = [(grid, names.get(plain_words(grid.name))) for grid in grids]
    if alone and matched[0][1] is None:
        scores = [(len(header.columns), sheet) for sheet in declarations if (header := find_header(sheet, grids[0]))]
        best = max(scores, key=lambda score: score[0], default=None)
        return [(grids[0], best[1] if best else None)]
    return matched
