"""What stands under each key: things, or the sum of amounts."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeVar

from ledger.core.money import ZERO, Money

Outer = TypeVar("Outer", bound=Hashable)
Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing")


def sums_by(pairs: Iterable[tuple[Key, Money]]) -> dict[Key, Money]:
    """By key, the sum of its amounts; the keys in the order in which they come."""
    found: dict[Key, Money] = {}
    for key, amount in pairs:
        found[key] = found.get(key, ZERO) + amount
    return found


def sums_by_two(triples: Iterable[tuple[Outer, Key, Money]]) -> dict[Outer, dict[Key, Money]]:
    """By the first key, then by the second, the sum of the amounts; the keys in the order in which they come."""
    found: dict[Outer, dict[Key, Money]] = {}
    for outer, key, amount in triples:
        inner = found.setdefault(outer, {})
        inner[key] = inner.get(key, ZERO) + amount
    return found


def grouped(pairs: Iterable[tuple[Key, Thing]]) -> dict[Key, list[Thing]]:
    """By key, what stands under it; the keys and the things in the order in which they come."""
    found: dict[Key, list[Thing]] = {}
    for key, thing in pairs:
        found.setdefault(key, []).append(thing)
    return found
