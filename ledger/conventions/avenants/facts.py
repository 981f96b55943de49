"""What an avenant may change of a convention, kept with it as it stood before it and stands after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ledger.conventions.fields import BASE, INSTALMENT_READ, STANDING
from ledger.conventions.forms import ReadInstalment, StandingFacts
from ledger.conventions.model import Convention
from ledger.conventions.schedule import Plan, read_plan
from ledger.conventions.vocabulary import ConventionKind
from ledger.core.field import Field, Kind
from ledger.core.money import Money, parse_money
from ledger.journal.fields import ACTION, LINE

_PLAN = "echeancier"
_INSTALMENTS = "echeances"
_BASES = "assiettes"


def facts_to_keep(convention: Convention, *, plan_given: bool = False) -> dict[str, Any]:
    """What stands now, as an avenant keeps it; a right has no base. plan_given: with the plans of its schedule too."""
    bases = [
        {ACTION.name: each.action, LINE.name: each.line, BASE.name: Money(each.terms["base"]).plain()}
        for each in convention.lines
        if "base" in each.terms
    ]
    return {
        **({_PLAN: convention.schedule} if plan_given else {}),
        **_kept(STANDING, convention),
        _INSTALMENTS: [_kept(INSTALMENT_READ, each) for each in convention.instalments],
        **({} if convention.kind == ConventionKind.RIGHT else {_BASES: bases}),
    }


def _kept(declared: Mapping[str, Field], of: Any) -> dict[str, Any]:
    return {field.name: _text(getattr(of, name)) for name, field in declared.items()}


def _text(value: object) -> object:
    if isinstance(value, Money):
        return value.plain()
    return value.isoformat() if isinstance(value, date) else value


def read_facts(kept: Mapping[str, Any]) -> StandingFacts:
    """The facts that an avenant kept; one recorded by an earlier version kept neither plan nor bases."""
    bases = ((each[ACTION.name], each[LINE.name], each[BASE.name]) for each in kept.get(_BASES, ()))
    return StandingFacts(
        **_read(STANDING, kept),
        plan=one_plan(kept.get(_PLAN)),
        bases={(action, line): parse_money(base) for action, line, base in bases},
        instalments=tuple(ReadInstalment(**_read(INSTALMENT_READ, each)) for each in kept[_INSTALMENTS]),
        plan_kept=_PLAN in kept,
    )


def _read(declared: Mapping[str, Field], kept: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(field, kept[field.name]) for name, field in declared.items()}


def _value(field: Field, kept: Any) -> Any:
    if field.kind is Kind.AMOUNT:
        return parse_money(kept)
    return date.fromisoformat(kept) if field.kind is Kind.DAY and kept else kept


def one_plan(schedule: Sequence[Mapping[str, Any]] | None) -> Plan:
    """The plan that all lines follow; none where they follow several, or where it was not kept."""
    return read_plan(schedule[0]["parts"]) if schedule and len(schedule) == 1 else ()
