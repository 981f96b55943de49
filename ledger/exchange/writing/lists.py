"""The lists that drop-downs offer: credit lines, financeurs, territories, objectives of the référentiel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from ledger.exchange.declaration import LISTS
from ledger.referential.model import CreditLine, Financeur, Objective, Territory
from ledger.referential.seed import named_facts

Lists: TypeAlias = Mapping[str, Sequence[tuple[str, str]]]


def seed_lists() -> Lists:
    """The lists made of the facts shipped with the product: no base is needed."""
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in LISTS}
    for fact in named_facts():
        match fact:
            case Financeur():
                found["financeurs"].append((fact.code, fact.name))
            case CreditLine():
                found["lignes"].append((fact.code, fact.label))
            case Objective():
                found["objectifs"].append((fact.code, fact.label))
            case Territory():
                found["territoires"].append((fact.code, fact.name))
    return found
