"""The schedule of payments: percentages of each line cut down to the cent, the last instalment the residual."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ledger.core.money import Money, total
from ledger.core.rate import cut_down


def instalment_amounts(amount: Money, shares: Sequence[Fraction]) -> list[Money]:
    """One amount per share, then the residual: they add up to `amount`.

    shares: the rates of every instalment but the last; no share, one payment.
    """
    paid = [cut_down(share, amount) for share in shares]
    return [*paid, amount - total(paid)]


def instalment_condition(rank: int, count: int) -> str:
    """When the instalment falls due: the first at signature, the last on the bilan, the others in between."""
    if rank == 1:
        return "signature"
    return "bilan" if rank == count else "date"
