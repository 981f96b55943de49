"""Holding a partner's file against the book: one line for each amount, granted then paid, with what was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ledger.core.money import ZERO, Money
from ledger.exchange.partners.matching import Item, Match, match, sum_of
from ledger.exchange.partners.sides import Sides
from ledger.execution.reconciliation import Agreement, Compared

GRANTED, PAID = "accorde", "verse"


@dataclass(frozen=True, slots=True)
class Found:
    """One amount held against the other side: which figure, what is to know of it, whether the body is one of ours.

    first: the key of its first item. waiting: the book's side is an order, not paid yet.
    """

    compared: Compared
    figure: str
    note: str
    local: bool
    year: int | None
    first: str = ""
    waiting: bool = False

    @property
    def gap(self) -> Money | None:
        """File minus book, an absent side counting for nothing; None where an amount could not be read."""
        if Agreement.TO_CONFIRM is self.compared.state and None in (self.compared.book, self.compared.file):
            return None
        return (self.compared.file or ZERO) - (self.compared.book or ZERO)


def reconcile(sides: Sides, ordered: Sequence[Item] = ()) -> list[Found]:
    """Every amount of both sides, in the order of the file, then what only the book has.

    ordered: what is ordered and not paid in the book; a payment of the file that is not there yet may pay one of them.
    """
    found: list[Found] = []
    for each in _with_orders(match(sides.book, sides.file, dated=sides.dated), ordered):
        found.extend(_lines(each, PAID if sides.dated else GRANTED))
    order = {item.key: rank for rank, item in enumerate(sides.file)}
    return sorted(found, key=lambda line: order.get(line.first, len(order)))


def _with_orders(matches: Sequence[Match], ordered: Sequence[Item]) -> Iterator[Match]:
    """The matches; a payment absent from the book is to confirm where one order alone waits for that amount."""
    for each in matches:
        if each.state is not Agreement.NOT_IN_BOOK:
            yield each
            continue
        [payment] = each.file
        waiting = [order for order in ordered if order.who == payment.who and order.amount == payment.amount]
        if len(waiting) == 1:
            words = f"ordonné et pas encore payé au livre : convention {waiting[0].key}"
            yield Match(tuple(waiting), each.file, Agreement.TO_CONFIRM, words, waiting=True)
        else:
            yield each


def _lines(each: Match, figure: str) -> Iterator[Found]:
    items = each.file or each.book
    key = " + ".join(item.key for item in items)
    conventions = tuple(dict.fromkeys(number for item in each.book for number in item.conventions))
    local = all(item.local for item in items)
    book, file = sum_of(each.book), sum_of(each.file)
    direction = items[0].direction
    yield Found(
        Compared(key, direction, conventions, book, file, each.state),
        figure,
        each.note,
        local,
        items[0].year,
        items[0].key,
        each.waiting,
    )
    if figure == GRANTED and each.book and each.file:
        yield from _paid(each, key, conventions)


def _paid(each: Match, key: str, conventions: tuple[str, ...]) -> Iterator[Found]:
    said = [item.paid for item in each.file if item.paid is not None]
    held = [item.paid for item in each.book if item.paid is not None]
    if not said or not held:
        return
    file, book = sum(said, ZERO), sum(held, ZERO)
    if file or book:
        agreed = Agreement.MATCHED if file == book else Agreement.DIFFERENT
        first = each.file[0]
        yield Found(
            Compared(key, first.direction, conventions, book, file, agreed), PAID, "", True, first.year, first.key
        )
