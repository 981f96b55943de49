"""One request taken alone: what the rules let it have beside what is granted elsewhere, enveloppes set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ledger.allocation.engine import Grant, decide
from ledger.allocation.facts import ActionFacts, LineFacts, Request
from ledger.core.money import Money
from ledger.rules.book import RuleBook

_PLENTY = Money(1 << 61)


def alone(
    action: ActionFacts,
    request: Request,
    lines: Mapping[str, LineFacts],
    book: RuleBook,
    granted: Mapping[str, Money],
    beside: Sequence[ActionFacts] = (),
) -> Grant:
    """What the rules let the request have.

    granted: what other lines give the action. beside: other actions of its porteur, for what they are granted.
    raises: RuleMissing, CrossingCaps.
    """
    asking = replace(action, requests=(request,), granted=granted, pins={})
    others = [replace(each, requests=(), pins={}) for each in beside if each.number != action.number]
    plenty = replace(lines[request.line], available=_PLENTY)
    [found] = decide([asking, *others], {**lines, request.line: plenty}, book).grants()
    return found
