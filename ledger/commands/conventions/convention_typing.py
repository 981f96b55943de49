"""What is typed of a convention: amounts by line, its days, its schedule, the years that follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.options import option, parse_year
from ledger.conventions.fields import ENDS_ON, INSTALMENT, STARTS_ON
from ledger.core.errors import InvalidValue
from ledger.core.money import Money, parse_positive_money

if TYPE_CHECKING:
    from ledger.conventions.schedule import Plan

Debut = Annotated[date | None, option(STARTS_ON)]
Fin = Annotated[date | None, option(ENDS_ON)]
Echeance = Annotated[list[str] | None, option(INSTALMENT)]


def line_amounts(
    typed: Sequence[str] | None, option: str, read: Callable[[str], Money] = parse_positive_money
) -> dict[str, Money]:
    """By line, the amounts typed as LIGNE=MONTANT. raises: InvalidValue."""
    found: dict[str, Money] = {}
    for text in typed or []:
        line, _, amount = text.partition("=")
        code = line.strip().upper()
        if not code or not amount.strip() or code in found:
            raise InvalidValue(f"« {text} » n'est pas lisible.", f"Écrivez {option} LIGNE=MONTANT, une fois par ligne.")
        found[code] = read(amount.strip())
    return found


def year_amounts(typed: Sequence[str] | None) -> dict[tuple[int, str], Money]:
    """By (year, line), the amounts typed as ANNEE:LIGNE=MONTANT. raises: InvalidValue."""
    found: dict[tuple[int, str], Money] = {}
    for text in typed or []:
        year, separator, rest = text.partition(":")
        if not separator:
            raise InvalidValue(f"« {text} » n'est pas lisible.", "Écrivez --tranche ANNEE:LIGNE=MONTANT.")
        for line, amount in line_amounts([rest], "--tranche ANNEE:").items():
            found[parse_year(year), line] = amount
    return found


def typed_plan(typed: Sequence[str] | None) -> Plan:
    """The schedule typed, in its order; empty when none is. raises: InvalidValue."""
    from ledger.conventions.schedule import parse_part

    return tuple(parse_part(text) for text in typed or [])
