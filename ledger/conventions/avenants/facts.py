"""What an avenant changed, read from the facts kept before and after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ledger.conventions.schedule import LineKey, Plan, read_plan
from ledger.core.money import Money, parse_money


def retained_bases(facts: Mapping[str, Any]) -> dict[LineKey, Money]:
    """The eligible cost retained for each line that has one."""
    return {(each["action"], each["ligne"]): parse_money(each["assiette"]) for each in facts.get("assiettes", ())}


def new_bases(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[LineKey, Money, Money]]:
    """The lines whose eligible cost changed, with both; that of a line added comes with it."""
    known = retained_bases(before)
    for key, base in retained_bases(after).items():
        if key in known and known[key] != base:
            yield key, known[key], base


def plan_given(facts: Mapping[str, Any]) -> Plan:
    """The schedule that the avenant gave; none where it gave none, or was recorded without it."""
    given = facts.get("echeancier")
    return read_plan(given[0]["parts"]) if given else ()


def is_rescheduled(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether the avenant gave a schedule; one recorded without it shows by amounts that change at the same total."""
    return bool(plan_given(after)) or (
        before["montant"] == after["montant"] and before["echeances"] != after["echeances"]
    )
