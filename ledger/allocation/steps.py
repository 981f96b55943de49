"""The steps of an explanation: signed amounts that sum to what is explained, each with its words and source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ledger.core.money import ZERO, Money, parse_money


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its signed amount (zero for information), what it says, the text it rests on, what it is made of.

    The amounts of `steps`, where there are any, sum to `amount`.
    """

    amount: Money
    text: str
    source: str = ""
    steps: tuple[Step, ...] = ()


def information(text: str, source: str = "", steps: Iterable[Step] = ()) -> Step:
    """A step that says something and moves nothing; its own steps are said without their amounts."""
    return Step(ZERO, text, source, tuple(replace(step, amount=ZERO, steps=()) for step in steps))


def steps_as_data(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The steps as JSON carries them: montant, texte, source, etapes."""
    return [
        {
            "montant": step.amount.plain(),
            "texte": step.text,
            "source": step.source,
            "etapes": steps_as_data(step.steps),
        }
        for step in steps
    ]


def steps_from_data(data: Iterable[dict[str, Any]]) -> tuple[Step, ...]:
    """The steps that `steps_as_data` wrote."""
    return tuple(
        Step(parse_money(each["montant"]), each["texte"], each["source"], steps_from_data(each["etapes"]))
        for each in data
    )
