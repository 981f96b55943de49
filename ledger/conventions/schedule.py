"""The schedule of payments: a plan of instalments, each a share or an amount, the last one the residual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.money import ZERO, Money, parse_money, parse_positive_money, total
from ledger.core.period import parse_day
from ledger.core.rate import cut_down, parse_rate
from ledger.core.split import split
from ledger.rules.convention_kinds import Schedule, day_of_year

BALANCE = "solde"
NEAREST = "plus_proche"


class ScheduleRefused(LedgerError):
    """A schedule that does not add up to its convention, or that cannot be read."""

    code = "echeancier_refuse"


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment of a plan: a share of each line, an amount shared between the lines, or the residual (None).

    condition: "signature", "date" (from `due_on`, or any day after the instalment before) or "bilan".
    cap: the most all lines together may get. rounding: "inferieur" (cut down) or "plus_proche" (half a cent up).
    """

    size: Fraction | Money | None
    condition: str
    due_on: date | None = None
    cap: Money | None = None
    rounding: str = "inferieur"


Plan = tuple[Part, ...]
ONE_PAYMENT: Plan = (Part(None, "signature"),)


def usual_condition(rank: int, count: int) -> str:
    """When an instalment falls due: the first at signature, the last on the bilan, the others in between."""
    if rank == 1:
        return "signature"
    return "bilan" if rank == count else "date"


def plan_of_rule(figures: Schedule, year: int) -> Plan:
    """The plan that a rule makes for an exercice: its parts, then the residual."""
    sizes = (*figures.parts, None)
    count = len(sizes)
    conditions = figures.conditions or tuple(usual_condition(rank, count) for rank in range(1, count + 1))
    parts = []
    for rank, (size, condition) in enumerate(zip(sizes, conditions, strict=True), start=1):
        found = day_of_year(condition)
        cap = figures.cap if rank == 1 else None
        due_on = None if found is None else _day(year, *found)
        parts.append(Part(size, "date" if found else condition, due_on, cap, figures.rounding))
    return tuple(parts)


def _day(year: int, month: int, day: int) -> date:
    leap = (month, day) == (2, 29) and (year % 4 or (year % 100 == 0 and year % 400))
    return date(year, month, 28 if leap else day)


def parse_part(text: str) -> Part:
    """Read "70 %@signature", "10 000@2016-09-01" or "solde@bilan".

    raises: InvalidValue.
    """
    size, _, moment = (piece.strip() for piece in text.partition("@"))
    if not moment:
        raise InvalidValue(
            f"L'échéance « {text.strip()} » n'est pas lisible.",
            'Écrivez le montant, une arobase, puis le moment : --echeance "70 %@signature" --echeance solde@bilan.',
        )
    read: Fraction | Money | None = None
    if size.lower() != BALANCE:
        read = parse_rate(size) if set(size) & set("%/") else parse_positive_money(size)
    if moment.lower() in ("signature", "bilan"):
        return Part(read, moment.lower())
    return Part(read, "date", parse_day(moment))


def plan_amounts(plan: Plan, amounts: Sequence[Money]) -> list[list[Money]]:
    """By instalment, what each line pays: shares cut down line by line, the last one the residual of each line.

    amounts: what each line grants. raises: ScheduleRefused when parts exceed the total, or do not reach it and no
    part is the residual.
    """
    left = list(amounts)
    found: list[list[Money]] = []
    for part in plan[:-1]:
        paid = _paid(part, amounts, left)
        left = [rest - share for rest, share in zip(left, paid, strict=True)]
        found.append(paid)
    _check_last(plan[-1], amounts, left)
    return [*found, left]


def _paid(part: Part, amounts: Sequence[Money], left: Sequence[Money]) -> list[Money]:
    if part.size is None:
        raise ScheduleRefused("Le solde n'est pas la dernière échéance.", "Placez-le en dernier.")
    if isinstance(part.size, Money):
        wanted = part.size
        if wanted > total(left):
            raise ScheduleRefused(
                f"Les échéances dépassent le montant de la convention de {(wanted - total(left)).french()}.",
                f"Réduisez-les : elles font {total(amounts).french()} en tout, solde compris.",
            )
        return split(wanted, [rest.cents for rest in left]) if wanted else [ZERO] * len(left)
    shares = [_share(part.size, amount, part.rounding) for amount in amounts]
    paid = [min(share, rest) for share, rest in zip(shares, left, strict=True)]
    if part.cap is not None and total(paid) > part.cap:
        return split(part.cap, [share.cents for share in paid])
    return paid


def _share(rate: Fraction, amount: Money, rounding: str) -> Money:
    return Money(int(rate * amount.cents + Fraction(1, 2))) if rounding == NEAREST else cut_down(rate, amount)


def _check_last(last: Part, amounts: Sequence[Money], left: Sequence[Money]) -> None:
    rest = total(left)
    expected = last.size if isinstance(last.size, Money) else None
    if isinstance(last.size, Fraction):
        expected = total(_share(last.size, amount, last.rounding) for amount in amounts)
    if expected is not None and expected != rest:
        gap = expected - rest
        raise ScheduleRefused(
            f"Les échéances font {(total(amounts) + gap).french()} et la convention {total(amounts).french()} :"
            f" écart {abs(gap).french()}.",
            "Corrigez-les, ou donnez la dernière comme solde : --echeance solde@bilan.",
        )


def reduced(plan: Plan, amounts: Sequence[Money]) -> Plan:
    """The plan under amounts that its parts may exceed: each takes what is left at most, the last one the rest."""
    parts: list[Part] = []
    left = list(amounts)
    for part in plan[:-1]:
        fits = replace(part, size=min(part.size, total(left))) if isinstance(part.size, Money) else part
        left = [rest - share for rest, share in zip(left, _paid(fits, amounts, left), strict=True)]
        parts.append(fits)
    return (*parts, replace(plan[-1], size=None))


def stored_plan(plan: Plan) -> list[dict[str, str]]:
    """The plan as kept with the convention that signs it."""
    rows = []
    for part in plan:
        row = {"part": _size_text(part.size), "condition": part.condition, "arrondi": part.rounding}
        row |= {"le": part.due_on.isoformat()} if part.due_on else {}
        row |= {"plafond": part.cap.plain()} if part.cap else {}
        rows.append(row)
    return rows


def _size_text(size: Fraction | Money | None) -> str:
    if size is None:
        return BALANCE
    return size.plain() if isinstance(size, Money) else f"{size.numerator}/{size.denominator}"


def read_plan(rows: Sequence[Mapping[str, str]]) -> Plan:
    """The plan kept with a convention."""
    parts = []
    for row in rows:
        text = row["part"]
        size: Fraction | Money | None = None
        if text != BALANCE:
            size = Fraction(text) if "/" in text else parse_money(text)
        due_on = date.fromisoformat(row["le"]) if "le" in row else None
        cap = parse_positive_money(row["plafond"]) if "plafond" in row else None
        parts.append(Part(size, row["condition"], due_on, cap, row["arrondi"]))
    return tuple(parts)
