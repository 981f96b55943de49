"""The steps of an explanation: signed amounts that sum to what is explained, each with its words and source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ledger.core.money import ZERO, Money, parse_money


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its signed amount (zero for information), what it says, the text it rests on, what it is made of.

    The amounts of `steps`, where there are any, sum to `amount`. rule: the code of the rule that decides, "" for none.
    reduction: how much of the request this step takes away; those of a grant sum to request − grant.
    on: the day of the act that it says, if it says one.
    """

    amount: Money
    text: str
    source: str = ""
    steps: tuple[Step, ...] = ()
    rule: str = ""
    reduction: Money = ZERO
    on: date | None = None


def information(text: str, source: str = "", steps: Iterable[Step] = (), rule: str = "") -> Step:
    """A step that says something and moves nothing; its own steps are said without their amounts."""
    said = tuple(replace(step, amount=ZERO, steps=(), reduction=ZERO) for step in steps)
    return Step(ZERO, text, source, said, rule)


def cut(amount: Money, text: str, source: str = "", rule: str = "") -> Step:
    """A step that takes this amount away."""
    return Step(-amount, text, source, (), rule, amount)


def steps_as_data(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The steps as JSON carries them: montant, texte, source, etapes; regle, reduction, le where there are any."""
    return [
        {
            "montant": step.amount.plain(),
            "texte": step.text,
            "source": step.source,
            "etapes": steps_as_data(step.steps),
            **({"regle": step.rule} if step.rule else {}),
            **({"reduction": step.reduction.plain()} if step.reduction else {}),
            **({"le": step.on.isoformat()} if step.on else {}),
        }
        for step in steps
    ]


def steps_from_data(data: Iterable[dict[str, Any]]) -> tuple[Step, ...]:
    """The steps that `steps_as_data` wrote."""
    return tuple(
        Step(
            parse_money(each["montant"]),
            each["texte"],
            each["source"],
            steps_from_data(each["etapes"]),
            each.get("regle", ""),
            parse_money(each["reduction"]) if "reduction" in each else ZERO,
            date.fromisoformat(each["le"]) if "le" in each else None,
        )
        for each in data
    )
