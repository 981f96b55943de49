"""The instalments of a convention, made from the plans of its lines, and made again when an avenant changes amounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ledger.conventions.model import Convention, Instalment
from ledger.conventions.schedule import Part, Plan, plan_amounts, read_plan, reduced, stored_plan
from ledger.core.errors import InvalidValue
from ledger.core.money import Money
from ledger.core.period import french_day

LineKey = tuple[str, str]


def set_schedule(convention: Convention, plans: Mapping[LineKey, Plan]) -> None:
    """Give the draft its instalments: lines that follow the same plan follow it together.

    raises: ScheduleRefused, InvalidValue for a day outside the convention.
    """
    groups: dict[Plan, list[LineKey]] = {}
    for key in sorted(plans):
        groups.setdefault(plans[key], []).append(key)
    amounts = {(line.action, line.line): line.amount for line in convention.lines}
    convention.instalments.clear()
    convention.schedule = [{"lignes": keys, "parts": stored_plan(plan)} for plan, keys in groups.items()]
    for plan, keys in groups.items():
        _check_days(convention, plan)
        parts = plan_amounts(plan, [amounts[key] for key in keys])
        for rank, (part, shares) in enumerate(zip(plan, parts, strict=True), start=1):
            for key, share in zip(keys, shares, strict=True):
                convention.instalments.append(_instalment(convention, key, rank, part, share))


def follow(convention: Convention, key: LineKey, amount: Money, usual: Plan) -> None:
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


def _instalment(convention: Convention, key: LineKey, rank: int, part: Part, amount: Money) -> Instalment:
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


def reschedule(convention: Convention) -> None:
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
    by_line: dict[LineKey, list[Instalment]] = {}
    for each in convention.instalments:
        by_line.setdefault((each.action, each.line), []).append(each)
    return [
        ([key], tuple(Part(each.amount, each.condition, each.due_on) for each in instalments))
        for key, instalments in by_line.items()
    ]


def schedule_rows(convention: Convention) -> list[dict[str, Any]]:
    """The schedule in force, as avenants and screens state it."""
    return [
        {
            "rang": each.rank,
            "action": each.action,
            "ligne": each.line,
            "montant": each.amount.plain(),
            "condition": each.condition,
            "le": each.due_on.isoformat() if each.due_on else None,
        }
        for each in convention.instalments
    ]


def whole_schedule(convention: Convention) -> list[tuple[int, Money, str]]:
    """By rank, what all lines pay together and on which condition."""
    found: dict[int, tuple[int, str]] = {}
    for each in convention.instalments:
        cents, _ = found.get(each.rank, (0, ""))
        moment = f"le {french_day(each.due_on)}" if each.due_on else each.condition
        found[each.rank] = (cents + each.amount.cents, moment)
    return [(rank, Money(cents), moment) for rank, (cents, moment) in sorted(found.items())]
