"""Finding the header row wherever it stands, and which column is which."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from ledger.core.errors import Problem
from ledger.core.identifiers import plain_words
from ledger.exchange.declaration import Column, Sheet
from ledger.exchange.opening.grid import Grid, RawValue, cell_name
from ledger.exchange.reading.cells import is_blank
from ledger.exchange.reading.messages import problem

_ROWS_LOOKED_AT = 40
_NAMED = 3
_MISREAD = re.compile("[ÃÂ]")
_LOST = "\ufffd"
_IN_BRACKETS = re.compile(r"\([^()]*\)")
Names = Mapping[str, tuple[Column, ...]]


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header ends and which declared column each column of the grid is.

    others: the titles of the columns that are not known, as the file writes them.
    titles: the words of the header's rows, to know them again where the file repeats them.
    unsure: by position, the columns one title may name alike.
    """

    last_row: int
    columns: dict[int, Column]
    others: dict[int, str]
    titles: tuple[tuple[str, ...], ...] = ()
    unsure: Mapping[int, tuple[Column, ...]] | None = None

    @property
    def width(self) -> int:
        """How many columns have a title, blank ones before the last included."""
        return 1 + max((*self.columns, *self.others), default=-1)

    def repeats(self, row: Sequence[RawValue]) -> bool:
        """Whether the row only says titles again, each in its own column."""
        for titles in self.titles:
            met = 0
            for position, cell in enumerate(row):
                if is_blank(cell):
                    continue
                said = title_key(cell) if isinstance(cell, str) and position < len(titles) else ""
                if not said or said != titles[position]:
                    break
                met += 1
            else:
                if met:
                    return True
        return False


@lru_cache(maxsize=8192)
def title_key(text: str) -> str:
    """What two spellings of one title share: no accent, case, space or punctuation; letters misread are put right."""
    if _MISREAD.search(text):
        with suppress(UnicodeEncodeError, UnicodeDecodeError):
            text = text.encode("cp1252").decode("utf-8")
    return plain_words(text).replace(" ", "")


def find_header(sheet: Sheet, grid: Grid) -> Header | None:
    """The header that names the most declared columns; None when no row names all the key's and half the required."""
    names = title_names(sheet)
    best: tuple[int, int, list[str]] | None = None
    top = grid.rows[:_ROWS_LOOKED_AT]
    for index in range(len(top)):
        single = _titles(top[index])
        readings = [(index, single)]
        if index + 1 < len(top):
            below = _titles(top[index + 1])
            readings.append((index + 1, _stacked(single, below)))
            readings.append((index + 1, _under_groups(single, below, names)))
        for last_row, words in readings:
            score = len({column.field for word in words for column in columns_named(names, word)[:1]})
            if score and (best is None or score > best[0]):
                best = (score, last_row, words)
    if best is None:
        return None
    columns, unsure = _assigned(sheet, names, best[2])
    if not _enough(sheet, {column.field for column in columns.values()}):
        return None
    others = {at: word for at, word in enumerate(best[2]) if word and at not in columns and at not in unsure}
    above = range(max(0, best[1] - 1), best[1] + 1)
    keys = tuple(tuple(title_key(word) for word in _titles(top[index])) for index in above)
    return Header(best[1], columns, others, keys, unsure)


def header_problems(sheet: Sheet, grid: Grid, header: Header) -> list[Problem]:
    """Columns missing, doubled or unknown, and titles that may name two."""
    found: list[Problem] = []
    seen: set[str] = set()
    for position, column in header.columns.items():
        if column.field in seen:
            found.append(problem("colonne_double", grid.name, cell_name(header.last_row, position), title=column.title))
        seen.add(column.field)
    for position, columns in (header.unsure or {}).items():
        names = " ou ".join(_in_full(column) for column in columns[:_NAMED])
        found.append(problem("titre_ambigu", grid.name, cell_name(header.last_row, position), names=names))
        seen.update(column.field for column in columns)
    for column in sheet.columns:
        if (column.required or column.expected) and column.field not in seen:
            found.append(problem("colonne_manquante", grid.name, f"ligne {header.last_row + 1}", title=column.title))
    for position, word in header.others.items():
        found.append(problem("colonne_ignoree", grid.name, cell_name(header.last_row, position), word))
    return found


def _in_full(column: Column) -> str:
    return f"« {column.title} » sous « {column.group} »" if column.group else f"« {column.title} »"


def title_names(sheet: Sheet) -> Names:
    """The columns each title may name, those whose own title it is first; one of a group is named with its group."""
    names: dict[str, tuple[Column, ...]] = {}
    for column in sheet.columns:
        key = title_key(column.title)
        names[key] = (*names.get(key, ()), column) if column.group else names.get(key, (column,))
    own = set(names)
    for column in sheet.columns:
        for alias in (*column.aliases, column.field):
            key = title_key(alias)
            if key in own or (key in names and not sheet.foreign):
                continue
            names[key] = tuple(dict.fromkeys((*names.get(key, ()), column)))
    return names


def columns_named(names: Names, title: str) -> tuple[Column, ...]:
    """The columns this title may name: as written, else without its brackets, else whatever its lost letters were."""
    key = title_key(title)
    if not key:
        return ()
    if key in names:
        return names[key]
    if "(" in title and (bare := title_key(_IN_BRACKETS.sub(" ", title))) in names:
        return names[bare]
    if _LOST in title:
        parts = [re.escape(title_key(part)) for part in title.split(_LOST)]
        lost = re.compile("[a-z]?".join(parts))
        near = [columns for known, columns in names.items() if lost.fullmatch(known)]
        if near and all(columns == near[0] for columns in near):
            return near[0]
    return ()


def _assigned(
    sheet: Sheet, names: Names, titles: Sequence[str]
) -> tuple[dict[int, Column], dict[int, tuple[Column, ...]]]:
    """The column of each title; a title of several is that which no other title names, else unsure.

    In a partner's file, of two titles for one column the one nearer to its own is kept.
    """
    named = {at: found for at, title in enumerate(titles) if (found := columns_named(names, title))}
    columns = {at: found[0] for at, found in named.items() if len(found) == 1}
    if sheet.foreign:
        columns = _nearest(columns, titles)
    taken = {column.field for column in columns.values()}
    unsure: dict[int, tuple[Column, ...]] = {}
    for at, found in named.items():
        free = tuple(column for column in found if column.field not in taken) if len(found) > 1 else ()
        if len(free) == 1 and not free[0].group:
            columns[at] = free[0]
            taken.add(free[0].field)
        elif free:
            unsure[at] = free
    return dict(sorted(columns.items())), unsure


def _nearest(columns: Mapping[int, Column], titles: Sequence[str]) -> dict[int, Column]:
    """Of the titles of one column, the first its declaration names; all of them where they are written alike."""
    ranks: dict[str, int] = {}
    rank_of: dict[int, int] = {}
    for at, column in columns.items():
        known = [title_key(name) for name in (column.title, *column.aliases, column.field)]
        key = title_key(titles[at])
        rank_of[at] = known.index(key) if key in known else len(known)
        ranks[column.field] = min(rank_of[at], ranks.get(column.field, len(known)))
    return {at: column for at, column in columns.items() if rank_of[at] == ranks[column.field]}


def _enough(sheet: Sheet, fields: set[str]) -> bool:
    required = [column.field for column in sheet.columns if column.required or column.expected]
    return len(fields.intersection(required)) * 2 >= len(required)


def _titles(row: Sequence[RawValue]) -> list[str]:
    return [" ".join(cell.split()) if isinstance(cell, str) and not is_blank(cell) else "" for cell in row]


def _stacked(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """A header on two rows: the lower word, else the upper one."""
    width = max(len(upper), len(lower))
    up, low = [*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))]
    return [below or above for above, below in zip(up, low, strict=True)]


def _under_groups(upper: Sequence[str], lower: Sequence[str], names: Names) -> list[str]:
    """A header on two rows whose upper one names groups of columns: "Association" over "Nom" is "association nom"."""
    words, group = [], ""
    for position, below in enumerate(lower):
        above = upper[position] if position < len(upper) else ""
        group = above or group
        words.append(f"{group} {below}" if below and title_key(f"{group} {below}") in names else below or above)
    return words
