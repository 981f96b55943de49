"""What a partner's file says, what is kept of it and what is left out: lines and euros, to the last cent.

Read = kept + left out (+ what rounding took, where it was asked for).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ledger.core.grouping import grouped
from ledger.core.money import Money
from ledger.exchange.importing.diff import SheetDiff
from ledger.exchange.partners.keeping import whole_row
from ledger.exchange.reading.rows import LeftOut, Row

_NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class FilePart:
    """Some lines of a file and the euros they say."""

    lines: int
    euros: Fraction


@dataclass(frozen=True, slots=True)
class Reason(FilePart):
    """The lines left out for one reason (French), and where they stand."""

    words: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileSums:
    """The lines of one sheet: all of them, those kept, those left out by reason.

    rounding: what rounding took from the amounts kept. repeated: of those kept, the lines alike an earlier one.
    silent: of those kept, the cells (or lines) where no amount is said, or none that can be read.
    """

    sheet: str
    read: FilePart
    kept: FilePart
    left_out: FilePart
    reasons: tuple[Reason, ...]
    rounding: Fraction
    repeated: FilePart
    silent: tuple[str, ...]


def file_sums(rows: Sequence[Row], left_out: Sequence[LeftOut], diff: SheetDiff) -> FileSums:
    """The sums of a sheet read, once its rows are held against what was known."""
    aside = {(each.tab, each.cell) for each in diff.aside}
    kept = [row for row in rows if (row.tab, f"ligne {row.number}") not in aside]
    gone = [*left_out, *diff.aside]
    counted = diff.sheet.counted
    seen: set[tuple[tuple[str, str], ...]] = set()
    repeated = []
    for row in kept if diff.sheet.foreign else ():
        said = whole_row(row)
        if said in seen:
            repeated.append(row)
        seen.add(said)
    rounding = sum((row.lost for row in kept), _NOTHING)
    kept_part = FilePart(len(kept), sum((_kept(row, counted) for row in kept), _NOTHING))
    out = _part(gone)
    return FileSums(
        diff.sheet.name,
        FilePart(kept_part.lines + out.lines, kept_part.euros + rounding + out.euros),
        kept_part,
        out,
        tuple(_reasons(gone)),
        rounding,
        FilePart(len(repeated), sum((_kept(row, counted) for row in repeated), _NOTHING)),
        tuple(row.cell(counted) for row in kept if row.values.get(counted) is None),
    )


def _kept(row: Row, counted: str) -> Fraction:
    amount = row.values.get(counted)
    return Fraction(amount.cents, 100) if isinstance(amount, Money) else _NOTHING


def _part(lines: Sequence[LeftOut]) -> FilePart:
    return FilePart(len(lines), sum((each.amount or _NOTHING for each in lines), _NOTHING))


def _reasons(lines: Iterable[LeftOut]) -> Iterable[Reason]:
    groups: dict[str, list[LeftOut]] = grouped((each.reason, each) for each in lines)
    for words, found in groups.items():
        part = _part(found)
        yield Reason(part.lines, part.euros, words, tuple(each.cell for each in found))
