"""The lists that drop-downs offer: credit lines, financeurs, territories, objectives of the référentiel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from ledger.referential.axes import AxisTree
from ledger.referential.model import Axis, CreditLine, Financeur, Territory
from ledger.referential.seed import shipped_framework

Lists: TypeAlias = Mapping[str, Sequence[tuple[str, str]]]


def seed_lists() -> Lists:
    """The lists made of the facts shipped with the product: no base is needed."""
    facts = shipped_framework()
    axes = facts[Axis]
    tree = AxisTree({each["code"]: each["label"] for each in axes}, {each["code"]: each["parent"] for each in axes})
    return {
        "financeurs": [(each["code"], each["name"]) for each in facts[Financeur]],
        "lignes": [(each["code"], each["label"]) for each in facts[CreditLine]],
        "objectifs": [(code, tree.labels[code]) for code in tree.objectives],
        "territoires": [(each["code"], each["name"]) for each in facts[Territory]],
    }
