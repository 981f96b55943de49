"""The schedule of payments: a plan of instalments, made from the plans of the lines, made again by an avenant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from ledger.conventions.model import Convention, Instalment
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.grouping import grouped
from ledger.core.money import ZERO, Money, parse_money, parse_positive_money, total
from ledger.core.period import french_day, parse_day
from ledger.core.rate import cut_down, parse_rate
from ledger.core.split import split
from ledger.rules.convention_kinds import Schedule, day_of_year
from ledger.rules.vocabulary import Condition, Rounding

BALANCE = "solde"


class ScheduleRefused(LedgerError):
    """A schedule that does not add up to its convention, or that cannot be read."""

    code = "echeancier_refuse"


@dataclass(frozen=True, slots=True)
class InstalmentPart:
    """One instalment of a plan: a share of each line, an amount shared between the lines, or the residual (None).

    condition: "signature", "date" (from `due_on`, or any day after the instalment before) or "bilan".
    cap: the most all lines together may get. rounding: "inferieur" (cut down) or "plus_proche" (half a cent up).
    """

    size: Fraction | Money | None
    condition: str
    due_on: date | None = None
    cap: Money | None = None
    rounding: str = Rounding.DOWN


Plan = tuple[InstalmentPart, ...]
ONE_PAYMENT: Plan = (InstalmentPart(None, Condition.SIGNATURE),)


def usual_condition(rank: int, count: int) -> str:
    """When an instalment falls due: the first at signature, the last on the bilan, the others in between."""
    if rank == 1:
        return Condition.SIGNATURE
    return Condition.BILAN if rank == count else Condition.DATE


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
        parts.append(InstalmentPart(size, Condition.DATE if found else condition, due_on, cap, figures.rounding))
    return tuple(parts)


def _day(year: int, month: int, day: int) -> date:
    leap = (month, day) == (2, 29) and (year % 4 or (year % 100 == 0 and year % 400))
    return date(year, month, 28 if leap else day)


def parse_part(text: str) -> InstalmentPart:
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
    if moment.lower() in (Condition.SIGNATURE, Condition.BILAN):
        return InstalmentPart(read, moment.lower())
    return InstalmentPart(read, Condition.DATE, parse_day(moment))


def parse_plan(text: str) -> Plan:
    """Read "70 %@signature ; solde@bilan": the instalments in order, none for a blank text.

    raises: InvalidValue.
    """
    return tuple(parse_part(part) for part in text.split(";") if part.strip())


def plan_text(plan: Plan) -> str:
    """The plan as `parse_plan` reads it: exact, caps and roundings of a rule apart."""
    return " ; ".join(
        f"{_typed_size(part.size)}@{part.condition if part.due_on is None else part.due_on.isoformat()}"
        for part in plan
    )


def _typed_size(size: Fraction | Money | None) -> str:
    if isinstance(size, Fraction) and (size * 100).denominator == 1:
        return f"{size * 100} %"
    return _size_text(size)


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


def _paid(part: InstalmentPart, amounts: Sequence[Money], left: Sequence[Money]) -> list[Money]:
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
    return Money(int(rate * amount.cents + Fraction(1, 2))) if rounding == Rounding.NEAREST else cut_down(rate, amount)


def _check_last(last: InstalmentPart, amounts: Sequence[Money], left: Sequence[Money]) -> None:
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
    parts: list[InstalmentPart] = []
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
        parts.append(InstalmentPart(size, row["condition"], due_on, cap, row["arrondi"]))
    return tuple(parts)


LineKey = tuple[str, str]


def set_schedule(convention: Convention, plans: Mapping[LineKey, Plan]) -> None:
    """Give the draft its instalments: lines that follow the same plan follow it together.

    raises: ScheduleRefused, InvalidValue for a day outside the convention.
    """
    groups: dict[Plan, list[LineKey]] = grouped((plans[key], key) for key in sorted(plans))
    amounts = {(line.action, line.line): line.amount for line in convention.lines}
    convention.instalments.clear()
    convention.schedule = [{"lignes": keys, "parts": stored_plan(plan)} for plan, keys in groups.items()]
    for plan, keys in groups.items():
        _check_days(convention, plan)
        parts = plan_amounts(plan, [amounts[key] for key in keys])
        for rank, (part, shares) in enumerate(zip(plan, parts, strict=True), start=1):
            for key, share in zip(keys, shares, strict=True):
                convention.instalments.append(_instalment(convention, key, rank, part, share))


def follow_schedule(convention: Convention, key: LineKey, amount: Money, usual: Plan) -> None:
    """Pay a line added to the convention as its other lines are when they share one plan, else by its usual plan.

    Lines of one plan share its amounts when they are rescheduled.
    """
    groups = list(convention.schedule or ())
    if len(groups) == 1:
        plan = read_plan(groups[0]["parts"])
        convention.schedule = [{**groups[0], "lignes": sorted([*map(list, groups[0]["lignes"]), list(key)])}]
    else:
        plan = usual
        if convention.schedule is not None:
            convention.schedule = [*groups, {"lignes": [list(key)], "parts": stored_plan(plan)}]
    for rank, (part, [share]) in enumerate(zip(plan, plan_amounts(plan, [amount]), strict=True), start=1):
        convention.instalments.append(_instalment(convention, key, rank, part, share))


def _instalment(convention: Convention, key: LineKey, rank: int, part: InstalmentPart, amount: Money) -> Instalment:
    return Instalment(
        contract=convention.contract,
        convention=convention.number,
        rank=rank,
        action=key[0],
        line=key[1],
        amount=amount,
        condition=part.condition,
        due_on=part.due_on,
    )


def _check_days(convention: Convention, plan: Plan) -> None:
    for part in plan:
        early = part.due_on and convention.starts_on and part.due_on < convention.starts_on
        late = part.due_on and convention.ends_on and part.due_on > convention.ends_on
        if part.due_on and (early or late):
            raise InvalidValue(
                f"L'échéance du {french_day(part.due_on)} est hors de la convention {convention.number}.",
                f"Choisissez un jour entre le début et la fin de la convention ({_period(convention)}).",
            )


def _period(convention: Convention) -> str:
    days = (convention.starts_on, convention.ends_on)
    return " – ".join(french_day(day) if day else "…" for day in days)


def reschedule_instalments(convention: Convention) -> None:
    """Make the instalments follow the amounts in force: shares again, fixed amounts as they stand, the last the rest.

    A part that no longer fits in what is granted is cut, the last ones first.
    """
    amounts = {(line.action, line.line): line.amount for line in convention.lines}
    rows = {(each.rank, each.action, each.line): each for each in convention.instalments}
    for keys, plan in _plans(convention):
        wanted = [amounts[key] for key in keys]
        for rank, shares in enumerate(plan_amounts(reduced(plan, wanted), wanted), start=1):
            for (action, line), share in zip(keys, shares, strict=True):
                rows[rank, action, line].amount = share


def _plans(convention: Convention) -> Sequence[tuple[list[LineKey], Plan]]:
    if convention.schedule is not None:
        return [
            ([(action, line) for action, line in group["lignes"]], read_plan(group["parts"]))
            for group in convention.schedule
        ]
    by_line: dict[LineKey, list[Instalment]] = grouped(
        ((each.action, each.line), each) for each in convention.instalments
    )
    return [
        ([key], tuple(InstalmentPart(each.amount, each.condition, each.due_on) for each in instalments))
        for key, instalments in by_line.items()
    ]


def whole_schedule(convention: Convention) -> list[tuple[int, Money, str]]:
    """By rank, what all lines pay together and on which condition."""
    found: dict[int, tuple[int, str]] = {}
    for each in convention.instalments:
        cents, _ = found.get(each.rank, (0, ""))
        moment = f"le {french_day(each.due_on)}" if each.due_on else each.condition
        found[each.rank] = (cents + each.amount.cents, moment)
    return [(rank, Money(cents), moment) for rank, (cents, moment) in sorted(found.items())]
