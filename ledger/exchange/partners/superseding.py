"""A file of a partner against what its earlier files said: each line the same, changed, new or gone. No session.

A line is itself by all it says. Two lines alike in every column are two lines; one answers to one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.core.field import Kind
from ledger.core.grouping import grouped
from ledger.exchange.declaration import Column, Sheet, plain_text
from ledger.exchange.importing.diff import FieldChange, RowDiff
from ledger.exchange.reading.rows import Row
from ledger.exchange.vocabulary import State


@dataclass(frozen=True, slots=True)
class KnownLine:
    """What is known of a line received: the key it is kept under, its last version, all it says, whether it is gone.

    attribuant: as `one_name_each` names it. day: of a payment; None elsewhere. file: the number of the last that spoke
    of it.
    """

    key: str
    version: int
    year: int | None
    attribuant: str
    facts: Mapping[str, str]
    unread: Mapping[str, str]
    gone: bool = False
    day: date | None = None
    file: int = 0


@dataclass(frozen=True, slots=True)
class FileLine:
    """A row of the file, all it says, and whose it is."""

    row: Row
    year: int | None
    attribuant: str
    facts: Mapping[str, str]

    @property
    def unread(self) -> Mapping[str, str]:
        """What its other cells say."""
        return self.row.unread


@dataclass(frozen=True, slots=True)
class Superseded:
    """The rows of the file, each with the key it is kept under, the lines gone, and those gone with the last file."""

    rows: tuple[RowDiff, ...]
    gone: tuple[KnownLine, ...]
    gone_before: tuple[KnownLine, ...]


def row_facts(row: Row) -> dict[str, str]:
    """What a row says, by field, as scripts read it."""
    return {name: plain_text(value) for name, value in row.values.items()}


def supersede(sheet: Sheet, lines: Sequence[FileLine], held: Sequence[KnownLine]) -> Superseded:
    """Each line of the file with the line held that it repeats or corrects.

    Only lines of the attribuants and years of the file may be changed or gone; payments, of its months alone.
    A correction is a line that says the same but for its amount, or but for one column, where one alone answers.
    """
    scopes = {(line.attribuant, line.year) for line in lines}
    months = {(line.attribuant, month) for line in lines if (month := _month(line.facts))}
    here = [each for each in held if not each.gone and (each.attribuant, each.year) in scopes]
    here = [each for each in here if each.day is None or (each.attribuant, each.day.isoformat()[:7]) in months]
    taken = _pair(sheet, lines, here)
    back = {each.key: each for each in held if each.gone}
    keys = {each.key for each in held}
    rows = []
    for line in lines:
        earlier = taken.get(id(line))
        if earlier is not None:
            rows.append(_against(line, earlier))
            continue
        returned = next((each for each in back.values() if _same(line, each)), None)
        if returned is not None:
            del back[returned.key]
            rows.append(RowDiff(line.row, State.CHANGED, line=returned.key))
            continue
        key = _free(line.row.key, keys)
        keys.add(key)
        rows.append(RowDiff(line.row, State.NEW, line=key))
    answered = {each.key for each in taken.values()}
    gone = tuple(each for each in here if each.key not in answered)
    last = max((each.file for each in held if (each.attribuant, each.year) in scopes), default=0)
    before = (each for each in back.values() if (each.attribuant, each.year) in scopes and each.file == last)
    return Superseded(tuple(rows), gone, tuple(before))


def _month(facts: Mapping[str, str]) -> str:
    return facts.get("paid_on", "")[:7]


def _free(key: str, taken: set[str]) -> str:
    """The key, with a rank where another line of the same words already has it."""
    rank, found = 1, key
    while found in taken:
        rank += 1
        found = f"{key} · {rank}"
    return found


def _pair(sheet: Sheet, lines: Sequence[FileLine], held: Sequence[KnownLine]) -> dict[int, KnownLine]:
    """By line of the file, the line held it answers to."""
    found: dict[int, KnownLine] = {}
    shared = _shared(lines, held)
    columns = sorted(shared[0])
    telling = [name for name in sheet.key if name != sheet.counted]
    _alike(lines, held, found, lambda each: (_items(each.facts), _items(each.unread)))
    _alike(lines, held, found, lambda each: (_items(each.facts, shared[0]), _items(each.unread, shared[1])))
    _pair_single(lines, held, found, [lambda each: tuple(_said(each, name) for name in telling)])
    _pair_single(lines, held, found, [_but(name, columns) for name in columns])
    return found


Line = FileLine | KnownLine
Mark = Callable[[Line], Hashable]


def _but(left_aside: str, columns: Sequence[str]) -> Mark:
    return lambda each: (left_aside, *(_said(each, name) for name in columns if name != left_aside))


def _said(line: Line, name: str) -> str:
    return line.facts.get(name) or line.unread.get(name, "")


def _shared(lines: Sequence[FileLine], held: Sequence[KnownLine]) -> tuple[set[str], set[str]]:
    """The fields, and the other titles, that both sides know."""
    fields = _known(each.facts for each in lines) & _known(each.facts for each in held)
    return fields, _known(each.unread for each in lines) & _known(each.unread for each in held)


def _known(all_said: Iterable[Mapping[str, str]]) -> set[str]:
    return {name for said in all_said for name in said}


def _items(said: Mapping[str, str], names: set[str] | None = None) -> tuple[tuple[str, str], ...]:
    kept = ((name, text) for name, text in said.items() if text and (names is None or name in names))
    return tuple(sorted(kept))


def _same(line: FileLine, held: KnownLine) -> bool:
    return line.attribuant == held.attribuant and _items(line.facts) == _items(held.facts)


def _alike(lines: Sequence[FileLine], held: Sequence[KnownLine], found: dict[int, KnownLine], mark: Mark) -> None:
    """Pair, one to one, the lines of one attribuant with the same mark."""
    answered = {each.key for each in found.values()}
    waiting: dict[Hashable, list[KnownLine]] = grouped(
        ((each.attribuant, mark(each)), each) for each in reversed(held) if each.key not in answered
    )
    for line in lines:
        if id(line) not in found and (there := waiting.get((line.attribuant, mark(line)))):
            found[id(line)] = there.pop()


def _pair_single(
    lines: Sequence[FileLine], held: Sequence[KnownLine], found: dict[int, KnownLine], marks: Sequence[Mark]
) -> None:
    """Pair the lines left of one attribuant that share a mark and answer, on each side, to one another alone."""
    answered = {each.key for each in found.values()}
    mine = [each for each in lines if id(each) not in found]
    theirs = [each for each in held if each.key not in answered]
    near: dict[int, dict[str, KnownLine]] = {}
    back: dict[str, set[int]] = {}
    for mark in marks:
        there: dict[Hashable, list[KnownLine]] = grouped(((each.attribuant, mark(each)), each) for each in theirs)
        for line in mine:
            for each in there.get((line.attribuant, mark(line)), ()):
                near.setdefault(id(line), {})[each.key] = each
                back.setdefault(each.key, set()).add(id(line))
    for place, candidates in near.items():
        if len(candidates) == 1 and len(back[key := next(iter(candidates))]) == 1:
            found[place] = candidates[key]


def _against(line: FileLine, held: KnownLine) -> RowDiff:
    """The row, and each column of it that says something else than the line held."""
    row = line.row
    changes = []
    columns = {column.field: column for column in row.sheet.columns}
    for name in dict.fromkeys([*held.facts, *held.unread, *line.facts, *line.unread]):
        known = name in line.facts if name in columns else name in line.unread and name in held.unread
        before, after = _said(held, name), _said(line, name)
        if not known or before == after or (name in columns and name not in held.facts):
            continue
        changes.append(FieldChange(columns.get(name) or Column(name, name, Kind.TEXT), before or None, after or None))
    return RowDiff(row, State.CHANGED if changes else State.SAME, tuple(changes), line=held.key)
