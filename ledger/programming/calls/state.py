"""Where an appel stands: how many actions are where, what is asked of each line, axis and territory. No session.

What is asked of a line is compared with its enveloppe. An axis or a territory has no enveloppe of its own: what it asks
is compared with those of the lines it asks, which it shares with the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from ledger.core.grouping import grouped, sums_by
from ledger.core.money import ZERO, Money, total
from ledger.core.split import split
from ledger.programming.actions.forms import ReadAction


@dataclass(frozen=True, slots=True)
class Pressure:
    """What some actions of an appel ask of some lines, against what is notified on them.

    compared: the part of it asked of lines that have an enveloppe. notified: these enveloppes, None without any.
    """

    name: str
    actions: int
    asked: Money
    compared: Money
    notified: Money | None

    @property
    def beyond(self) -> Money | None:
        """What is asked beyond the enveloppes; None where nothing is notified."""
        return None if self.notified is None else max(ZERO, self.compared - self.notified)

    @property
    def rate(self) -> Fraction | None:
        """Euros asked for one euro notified; None where nothing, or zero, is notified."""
        return Fraction(self.compared.cents, self.notified.cents) if self.notified else None


def pressure_by_line(wishes: Iterable[ReadAction], notified: Mapping[str, Money]) -> list[Pressure]:
    """One row a line asked, by code."""
    return _by(
        ((line, wish.number, {line: amount}) for wish in wishes for line, amount in wish.requested.items()), notified
    )


def pressure_by_axis(wishes: Iterable[ReadAction], notified: Mapping[str, Money]) -> list[Pressure]:
    """One row an axis ("" for actions that name none), against the enveloppes of the lines it asks."""
    return _by(((wish.axis, wish.number, wish.requested) for wish in wishes), notified)


def pressure_by_territory(
    wishes: Iterable[ReadAction], notified: Mapping[str, Money], kinds: Mapping[str, str]
) -> list[Pressure]:
    """One row a territory, or a kind of them where none is named ("" where the public is not split).

    Amounts follow the shares of cost by kind, then equal parts among the territories of that kind, to the cent.
    kinds: of each territory, the kind of public it serves.
    """
    return _by(_parts(wishes, kinds), notified)


def _parts(wishes: Iterable[ReadAction], kinds: Mapping[str, str]) -> Iterator[tuple[str, str, Mapping[str, Money]]]:
    for wish in wishes:
        weights = {kind: cost.cents for kind, cost in wish.costs.items() if cost}
        if not weights:
            yield "", wish.number, wish.requested
            continue
        of_kinds = {line: split(amount, list(weights.values())) for line, amount in wish.requested.items()}
        for index, kind in enumerate(weights):
            names = [code for code in wish.territories if kinds[code] == kind] or [kind]
            equal = {line: split(shares[index], [1] * len(names)) for line, shares in of_kinds.items()}
            for place, name in enumerate(names):
                yield name, wish.number, {line: shares[place] for line, shares in equal.items()}


def _by(parts: Iterable[tuple[str, str, Mapping[str, Money]]], notified: Mapping[str, Money]) -> list[Pressure]:
    by_name = grouped((name, (number, amounts)) for name, number, amounts in parts)
    return [
        _pressure(
            name,
            len({number for number, _ in of_name}),
            sums_by((line, amount) for _, amounts in of_name for line, amount in amounts.items()),
            notified,
        )
        for name, of_name in sorted(by_name.items())
    ]


def _pressure(name: str, actions: int, asked: Mapping[str, Money], notified: Mapping[str, Money]) -> Pressure:
    opened = [line for line in asked if line in notified]
    compared = total(asked[line] for line in opened)
    whole = total(notified[line] for line in opened) if opened else None
    return Pressure(name, actions, total(asked.values()), compared, whole)
