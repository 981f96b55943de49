"""What is typed of a convention, or of its avenant: amounts by line, days, schedule, the years that follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.options import filled_by, option, parse_year
from ledger.conventions.fields import AVENANT_TYPED, CONVENTION_TYPED, ENDS_ON, INSTALMENT, LATER, STARTS_ON
from ledger.core.errors import InvalidValue
from ledger.core.field import Field
from ledger.core.money import Money, parse_money, parse_positive_money

if TYPE_CHECKING:
    from ledger.conventions.schedule import Plan

Debut = Annotated[date | None, option(STARTS_ON)]
Fin = Annotated[date | None, option(ENDS_ON)]
Echeance = Annotated[list[str] | None, option(INSTALMENT)]


def _line_amounts(
    typed: Sequence[str], field: Field, read: Callable[[str], Money] = parse_positive_money
) -> dict[str, Money]:
    """By line, the amounts typed. raises: InvalidValue."""
    found: dict[str, Money] = {}
    for text in typed:
        line, _, amount = text.partition("=")
        code = line.strip().upper()
        if not code or not amount.strip() or code in found:
            how = f"--{field.name} {field.placeholder.replace('±', '')}, une fois par ligne"
            raise InvalidValue(f"« {text} » n'est pas lisible.", f"Écrivez {how}.")
        found[code] = read(amount.strip())
    return found


def _year_amounts(typed: Sequence[str]) -> dict[tuple[int, str], Money]:
    """By (year, line), the amounts typed. raises: InvalidValue."""
    found: dict[tuple[int, str], Money] = {}
    for text in typed:
        year, separator, rest = text.partition(":")
        if not separator:
            raise InvalidValue(f"« {text} » n'est pas lisible.", f"Écrivez --{LATER.name} {LATER.placeholder}.")
        for line, amount in _line_amounts([rest], LATER).items():
            found[parse_year(year), line] = amount
    return found


def _plan(typed: Sequence[str]) -> Plan:
    """The schedule typed, in its order. raises: InvalidValue."""
    from ledger.conventions.schedule import parse_part

    return tuple(parse_part(text) for text in typed)


_READ: Mapping[str, Callable[[Any], Any]] = {
    "circuit": lambda text: text.strip().lower(),
    "plan": _plan,
    "later": _year_amounts,
    "grants": lambda typed: _line_amounts(typed, CONVENTION_TYPED["grants"]),
    "amounts": lambda typed: _line_amounts(typed, AVENANT_TYPED["amounts"], parse_money),
    "bases": lambda typed: _line_amounts(typed, AVENANT_TYPED["bases"]),
}


def typed_facts(declared: Mapping[str, Field], words: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, by attribute of the form, what was left out apart; amounts by line alone. raises: InvalidValue.

    declared: CONVENTION_TYPED or AVENANT_TYPED. words: what was typed, by the name of the option.
    """
    return {name: _READ[name](value) if name in _READ else value for name, value in filled_by(declared, words).items()}
