"""What a post costs month by month, and what each line pays of it: months without anybody cost nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ledger.core.errors import InvalidValue
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money, total

MONTHS = tuple(range(1, 13))


@dataclass(frozen=True, slots=True)
class MonthOfPost:
    """One month of a post: whether somebody holds it, what it costs, what each line pays."""

    month: int
    held: bool
    cost: Money
    by_line: Mapping[str, Money]


def check_months(first: int, last: int, what: str) -> None:
    """Nothing when these are months of one year, in order.

    what: the thing that lasts, in French ("Le poste"). raises: InvalidValue.
    """
    if not 1 <= first <= 12 or last < 1:
        raise InvalidValue(f"{what} : il n'y a pas de mois {first if last >= 1 else last}.", "Les mois vont de 1 à 12.")
    if last > 12:
        raise InvalidValue(
            f"{what} durerait {last - first + 1} mois à partir du mois {first} : une année en a 12.",
            "Limitez-le à décembre ; la suite se saisit sur l'exercice suivant.",
        )
    if last < first:
        raise InvalidValue(f"{what} finit avant de commencer.", "Vérifiez les deux mois.")


def months_occupied(first: int, last: int, absences: Iterable[tuple[int, int]]) -> frozenset[int]:
    """The months in which somebody holds the post: those it exists, less the absences (first and last month)."""
    away = {month for start, end in absences for month in range(start, end + 1)}
    return frozenset(month for month in range(first, last + 1) if month not in away)


def months_of_post(fundings: Sequence[tuple[str, Money]], held: frozenset[int]) -> list[MonthOfPost]:
    """The twelve months of a post: a twelfth for each month held, each line its part.

    However many months are held, and whichever, the whole and each line are less than a cent away from that many
    twelfths, and lines always make the cost; over twelve months each line pays its amount, to the cent. A month past
    does not change when a later one is lost.
    fundings: what each line pays for twelve months, a euro or more each.
    """
    order = sorted(held)
    found = []
    for month in MONTHS:
        paid = dict.fromkeys((line for line, _ in fundings), ZERO)
        if month in held:
            rank = order.index(month)
            before, now = _paid(fundings, rank), _paid(fundings, rank + 1)
            paid = {line: now[line] - before[line] for line in paid}
        found.append(MonthOfPost(month, month in held, total(paid.values()), paid))
    return found


def _paid(fundings: Sequence[tuple[str, Money]], months: int) -> dict[str, Money]:
    """What each line pays for that many months: lines are cut one on top of the other, so that they make the whole."""
    found, below, sofar = {}, 0, 0
    for line, amount in fundings:
        sofar += amount.cents
        upto = sofar * months // 12
        found[line] = Money(upto - below)
        below = upto
    return found


def whole_cost(months: Iterable[MonthOfPost]) -> Money:
    """What the months cost together."""
    return total(each.cost for each in months)


def whole_by_line(months: Iterable[MonthOfPost]) -> dict[str, Money]:
    """What each line pays of the months together."""
    return sums_by((line, amount) for each in months for line, amount in each.by_line.items())
