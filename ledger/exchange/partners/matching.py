"""Holding two lists of amounts against each other: what agrees, what differs, what is on one side only.

No session, no file. Amounts are paired inside one body (and one year); nothing is guessed: where several pairings
would do, they are given to confirm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import TypeVar

from ledger.core.money import Money, total
from ledger.execution.vocabulary import Agreement

_MOST_SUMMED = 12
Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One amount of one side of a reconciliation: the book's, or the file's.

    who: the body, as both sides name it. year: the exercice (of the day, for a payment).
    amount: None when it could not be read.
    references: numbers that both sides may know (EJ, dossier). conventions: those of the book it stands for.
    paid: what was paid of it, where a side says so. local: whether the body is one of our porteurs.
    repeated: whether an earlier line of the file is alike in every column: it counts where the book holds as many.
    """

    key: str
    who: str
    year: int | None
    amount: Money | None
    on: date | None = None
    references: frozenset[str] = frozenset()
    conventions: tuple[str, ...] = ()
    direction: str = "depense"
    paid: Money | None = None
    local: bool = True
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """What was found of some amounts of the book and some of the file; one of the two may be empty.

    waiting: the book's item is an order that this payment of the file would pay.
    """

    book: tuple[Item, ...]
    file: tuple[Item, ...]
    state: Agreement
    note: str = ""
    waiting: bool = False


def match(book: Sequence[Item], file: Sequence[Item], *, dated: bool = False) -> list[Match]:
    """Every item of both sides, in exactly one match.

    First those that share a reference, summed on each side; then, inside one body and year: same amount (and same day
    when `dated`: another day is to confirm); one amount that others add up to, to confirm; last, one left on each side
    is a difference (never when `dated`: two payments of different amounts are two payments), and the rest is absent.
    A line repeated in the file answers to what the book holds as many times; beyond, it is to confirm.
    """
    found = _by_reference(book, file)
    taken = {id(item) for each in found for item in (*each.book, *each.file)}
    left, right = _left(book, taken), _left(file, taken)
    groups: dict[tuple[str, int | None], tuple[list[Item], list[Item]]] = {}
    for place, items in enumerate((left, right)):
        for item in items:
            groups.setdefault((item.who, None if dated else item.year), ([], []))[place].append(item)
    for mine, theirs in groups.values():
        found.extend(_inside(mine, theirs, dated=dated))
    return found


def _left(items: Sequence[Item], taken: set[int]) -> list[Item]:
    return [item for item in items if id(item) not in taken]


def _by_reference(book: Sequence[Item], file: Sequence[Item]) -> list[Match]:
    groups: dict[str, set[str]] = {}
    for item in (*book, *file):
        joined = set(item.references).union(*(groups.get(reference, set()) for reference in item.references))
        for reference in joined:
            groups[reference] = joined
    found = []
    for group in {id(group): group for group in groups.values()}.values():
        mine = tuple(item for item in book if item.references & group)
        theirs = tuple(item for item in file if item.references & group)
        if not mine or not theirs:
            continue
        once = tuple(item for item in theirs if not item.repeated)
        if _agreement(mine, theirs) is not Agreement.MATCHED and _agreement(mine, once) is Agreement.MATCHED:
            found += [_repetition(item) for item in theirs if item.repeated]
            theirs = once
        found.append(Match(mine, theirs, _agreement(mine, theirs)))
    return found


def _repetition(item: Item) -> Match:
    return Match((), (item,), Agreement.TO_CONFIRM, "répète une autre ligne du fichier dans toutes ses colonnes")


def _agreement(mine: Iterable[Item], theirs: Iterable[Item]) -> Agreement:
    ours, others = sum_of(mine), sum_of(theirs)
    if ours is None or others is None:
        return Agreement.TO_CONFIRM
    return Agreement.MATCHED if ours == others else Agreement.DIFFERENT


def sum_of(items: Iterable[Item]) -> Money | None:
    """The sum of their amounts; None when there is none, or when one could not be read."""
    amounts = [item.amount for item in items]
    if not amounts or None in amounts:
        return None
    return total(amount for amount in amounts if amount is not None)


def _inside(mine: list[Item], theirs: list[Item], *, dated: bool) -> list[Match]:
    found: list[Match] = []
    theirs = sorted(theirs, key=lambda item: item.repeated)
    if dated:
        found += _pairs(mine, theirs, lambda item: (item.amount, item.on), Agreement.MATCHED)
        found += _pairs(mine, theirs, lambda item: item.amount, Agreement.TO_CONFIRM, "même montant, un autre jour")
    else:
        found += _pairs(mine, theirs, lambda item: item.amount, Agreement.MATCHED)
    found += _summed(mine, theirs)
    found += [_repetition(item) for item in theirs if item.repeated]
    theirs = [item for item in theirs if not item.repeated]
    if len(mine) == 1 and len(theirs) == 1 and not dated:
        found.append(Match((mine[0],), (theirs[0],), _agreement(mine, theirs)))
        return found
    found += [Match((item,), (), Agreement.NOT_IN_FILE) for item in mine]
    found += [
        Match((), (item,), Agreement.NOT_IN_BOOK if item.amount is not None else Agreement.TO_CONFIRM)
        for item in theirs
    ]
    return found


def _pairs(
    mine: list[Item], theirs: list[Item], mark: Callable[[Item], Kind], state: Agreement, note: str = ""
) -> list[Match]:
    """One of each side with the same mark, taken out of both lists."""
    found = []
    for item in [each for each in mine if each.amount is not None]:
        other = next((each for each in theirs if mark(each) == mark(item)), None)
        if other is not None:
            mine.remove(item)
            theirs.remove(other)
            found.append(Match((item,), (other,), state, note))
    return found


def _summed(mine: list[Item], theirs: list[Item]) -> list[Match]:
    """One amount of a side that several of the other add up to, in one way only or in all."""
    found = []
    for item in list(mine):
        if parts := _adding_up(item, theirs):
            found.append(
                Match((item,), parts, Agreement.TO_CONFIRM, f"{len(parts)} lignes du fichier pour une du livre")
            )
            mine.remove(item)
            theirs[:] = [each for each in theirs if each not in parts]
    for item in list(theirs):
        if parts := _adding_up(item, mine):
            found.append(
                Match(parts, (item,), Agreement.TO_CONFIRM, f"{len(parts)} lignes du livre pour une du fichier")
            )
            theirs.remove(item)
            mine[:] = [each for each in mine if each not in parts]
    return found


def _adding_up(item: Item, others: Sequence[Item]) -> tuple[Item, ...]:
    """The fewest of the others that sum to the item's amount; none when there is no way, or too many to look at."""
    known = [other for other in others if other.amount is not None]
    if item.amount is None or len(known) > _MOST_SUMMED:
        return ()
    for size in range(2, len(known) + 1):
        for parts in combinations(known, size):
            if sum_of(parts) == item.amount:
                return parts
    return ()
