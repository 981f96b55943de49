"""Reading conventions: the one place that says how a convention, and what its avenants changed, is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from ledger.conventions.avenants.facts import one_plan, read_facts
from ledger.conventions.fields import INSTALMENT_READ
from ledger.conventions.forms import AmendedAmount, ReadAvenant, ReadConvention, ReadInstalment, ReadLine
from ledger.conventions.model import Avenant, Convention
from ledger.core.grouping import sums_by_two

_OWN = tuple(each.name for each in fields(ReadConvention) if each.name in Convention.__table__.c)
_OF_LINE = tuple(each.name for each in fields(ReadLine))


def read_convention(convention: Convention, *, later: bool = True) -> ReadConvention:
    """The convention as what was written so far makes it. later: whether what it foresees is looked at."""
    slices = {(each.year, each.line): each for each in convention.slices} if later else {}
    return ReadConvention(
        **_values(convention, _OWN),
        plan=one_plan(convention.schedule),
        grants=sums_by_two((each.action, each.line, each.amount) for each in convention.lines),
        lines=tuple(ReadLine(**_values(each, _OF_LINE)) for each in convention.lines),
        instalments=tuple(ReadInstalment(**_values(each, INSTALMENT_READ)) for each in convention.instalments),
        avenants=tuple(read_avenant(each) for each in convention.avenants),
        later={key: each.amount for key, each in slices.items()},
        opened_as={key: each.opened_as for key, each in slices.items() if each.opened_as},
    )


def read_avenant(avenant: Avenant) -> ReadAvenant:
    """The avenant as it was recorded."""
    return ReadAvenant(
        avenant.rank,
        avenant.signed_on,
        avenant.piece,
        read_facts(avenant.facts_before),
        read_facts(avenant.facts_after),
        tuple(AmendedAmount(each.action, each.line, each.amount_before, each.amount_after) for each in avenant.lines),
    )


def _values(of: Any, names: Mapping[str, Any] | tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(of, name) for name in names}
