"""Sharing an amount without losing or making a cent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from ledger.core.money import Money

Holder = TypeVar("Holder")


def split(amount: Money, weights: Sequence[int]) -> list[Money]:
    """Share `amount` in proportion to `weights`, without losing or making a cent.

    Each share is first cut down to the cent; the cents left over go one by one to the
    largest remainders, the earlier share first when remainders are equal.

    amount: zero or more.
    weights: zero or more each, at least one above zero; only their proportions count.
    Source: largest remainder method (Hamilton).
    """
    if amount.cents < 0:
        raise ValueError("split shares an amount of zero or more")
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("split needs weights of zero or more, one at least above zero")
    shares = [amount.cents * weight // whole for weight in weights]
    remainders = [amount.cents * weight % whole for weight in weights]
    left_over = amount.cents - sum(shares)
    for index in sorted(range(len(weights)), key=lambda i: (-remainders[i], i))[:left_over]:
        shares[index] += 1
    return [Money(share) for share in shares]


def drawn(held: Mapping[Holder, Money], amount: Money) -> dict[Holder, Money]:
    """What each of those that hold money gives, the first first, until the amount is reached: no zero.

    Their sum is less than the amount where they do not hold it all.
    """
    given: dict[Holder, Money] = {}
    for holder, there in held.items():
        if part := min(there, amount):
            given[holder] = part
            amount -= part
    return given
