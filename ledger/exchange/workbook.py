"""A whole workbook: read as declared sheets, or written from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from ledger.core.errors import Level, Problem
from ledger.core.identifiers import is_count, plain_words
from ledger.core.progress import Progress, silent
from ledger.exchange.declaration import Sheet
from ledger.exchange.opening.grid import Grid
from ledger.exchange.opening.limits import LIMITS, Limits
from ledger.exchange.opening.open_file import Opened, open_file
from ledger.exchange.reading.cells import is_blank
from ledger.exchange.reading.header import find_header
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Broken, LeftOut, Row, read_sheet
from ledger.exchange.writing.writer import FORMAT, META, write_workbook
from ledger.storage.driver import many_objects

__all__ = ["Reading", "read_workbook", "write_workbook"]

_QUIET = frozenset({"listes", "lisez moi", plain_words(META), "problemes"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says: the rows of each sheet found (by declared name), every problem, and the file's SHA-256.

    opened: the file as it was read, for its annotated copy. broken: what is known of the rows that cannot be read.
    about: what a workbook of ours says of itself. left_out: by sheet, the lines that gave no row.
    """

    path: Path
    sha256: str
    rows: dict[str, list[Row]]
    problems: list[Problem]
    opened: Opened
    broken: Broken
    about: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, Sequence[LeftOut]] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether nothing forbids importing it."""
        return all(found.level is not Level.ERROR for found in self.problems)


def read_workbook(
    path: Path,
    declarations: Sequence[Sheet],
    limits: Limits = LIMITS,
    *,
    by_header: bool = False,
    progress: Progress = silent,
) -> Reading:
    """Every declared sheet of the file, whatever its order; nothing is written anywhere.

    by_header: sheets of a partner's file, whose names we do not choose, are told by their titles of columns.
    raises: FileRefused when the file cannot be opened at all.
    """
    with many_objects():
        progress("Lecture du fichier")
        opened = open_file(path, limits)
        problems = [problem("fichier_lu", path.name, note=note) for note in opened.notes]
        about = _about(opened.grids)
        problems.extend(_from_later(path.name, about, declarations))
        by_header = by_header or path.suffix.lower() == ".csv"
        broken, rows, left_out = Broken(), dict[str, list[Row]](), dict[str, list[LeftOut]]()
        first: dict[str, str] = {}
        for grid, sheet in _match(opened.grids, declarations, by_header=by_header):
            if sheet is None:
                problems.extend(_ignored(grid))
                continue
            if sheet.name in rows and not sheet.foreign:
                problems.append(_twice(sheet, first[sheet.name], grid.name))
                continue
            progress(f"Contrôle de « {grid.name} »")
            first.setdefault(sheet.name, grid.name)
            reading = read_sheet(sheet, grid, broken)
            rows.setdefault(sheet.name, []).extend(reading.rows)
            left_out.setdefault(sheet.name, []).extend(reading.left_out)
            problems.extend(reading.problems)
    problems.extend(_absent(path.name, about, opened.grids, declarations))
    if not rows:
        names = ", ".join(sheet.name for sheet in declarations)
        problems.append(problem("feuille_absente", path.name, names=names))
    return Reading(path, sha256(opened.content).hexdigest(), rows, problems, opened, broken, about, left_out)


def _ignored(grid: Grid) -> Iterator[Problem]:
    if plain_words(grid.name) not in _QUIET:
        lines = sum(any(not is_blank(cell) for cell in row) for row in grid.rows)
        yield problem("feuille_ignoree", grid.name, count=str(lines))


def _twice(sheet: Sheet, first: str, second: str) -> Problem:
    if plain_words(first) == plain_words(second):
        return problem("feuille_double", second, title=sheet.name)
    return problem("feuille_meme_contenu", second, title=sheet.name, first=first, second=second)


def _about(grids: Sequence[Grid]) -> dict[str, str]:
    meta = next((grid for grid in grids if grid.name == META), None)
    return {str(row[0]): str(row[1]) for row in meta.rows if len(row) > 1} if meta else {}


def _from_later(file: str, about: Mapping[str, str], declarations: Sequence[Sheet]) -> Iterator[Problem]:
    """What the hidden sheet that describes the file says of a version to come: what that means is not known here."""
    form = about.get("format", FORMAT)
    if form != FORMAT:
        yield problem("format_inconnu", file, found=form, known=FORMAT)
    for sheet in declarations:
        version = about.get(f"feuille {sheet.name}", "").removeprefix("version ")
        if is_count(version) and int(version) > sheet.version:
            yield problem("version_recente", sheet.name, found=version, version=str(sheet.version))


def _absent(
    file: str, about: Mapping[str, str], grids: Sequence[Grid], declarations: Sequence[Sheet]
) -> Iterator[Problem]:
    """The sheets that our workbook had when it was written, and that are not there under any of their names."""
    there = {plain_words(grid.name) for grid in grids}
    for sheet in declarations:
        known = {plain_words(name) for name in (sheet.name, *sheet.aliases)}
        if f"feuille {sheet.name}" in about and not known & there:
            yield problem("feuille_manquante", file, title=sheet.name)


def _match(grids: list[Grid], declarations: Sequence[Sheet], *, by_header: bool) -> list[tuple[Grid, Sheet | None]]:
    """Each grid with the sheet it is: by its name, else (where asked) by the titles of its columns."""
    names = {plain_words(name): sheet for sheet in declarations for name in (sheet.name, *sheet.aliases)}
    return [
        (grid, names.get(plain_words(grid.name)) or (_recognised_by_header(grid, declarations) if by_header else None))
        for grid in grids
    ]


def _recognised_by_header(grid: Grid, declarations: Sequence[Sheet]) -> Sheet | None:
    scores = [(len(header.columns), sheet) for sheet in declarations if (header := find_header(sheet, grid))]
    best = max(scores, key=lambda score: score[0], default=None)
    return best[1] if best else None
