"""The lists that drop-downs offer: credit lines, financeurs, territories, objectives of the contract of the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.field import Choice
from ledger.exchange.declaration import Sheet
from ledger.exchange.sheets.choices import contract_choices, shipped_choices
from ledger.exchange.sheets.of_contract import SheetTerms, for_contract
from ledger.referential.axes import AxisTree, axis_tree
from ledger.referential.contracts import epcis_of_contract
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
        **_shown(shipped_choices()),
    }


def contract_sheets(session: Session, sheets: Sequence[Sheet]) -> tuple[Sheet, ...]:
    """These sheets as the contract of the session has them."""
    terms = contract_terms(session)
    return tuple(for_contract(sheet, terms) for sheet in sheets)


def contract_terms(session: Session) -> SheetTerms:
    """What the contract of the session says in sheets in its own words."""
    return SheetTerms(epci_names(session), contract_choices(session))


def epci_names(session: Session) -> dict[str, str]:
    """The short name of each EPCI of the contract, by code; the code itself for those of the same name."""
    found = epcis_of_contract(session)
    names = [each.short_name for each in found]
    return {each.code: each.short_name if names.count(each.short_name) == 1 else each.code for each in found}


def _shown(words: Mapping[str, Sequence[Choice]]) -> dict[str, list[tuple[str, str]]]:
    """What the page of lists holds of the words: what a cell takes, then the code."""
    return {name: [(each.label, each.value) for each in choices] for name, choices in words.items()}


def contract_lists(session: Session) -> Lists:
    """The lists of the contract of the session: what is shipped in its own order, then the rest by code."""
    tree = axis_tree(session)
    found = {
        "financeurs": [(each.code, each.name) for each in session.scalars(select(Financeur))],
        "lignes": [(each.code, each.label) for each in session.scalars(select(CreditLine).order_by(CreditLine.rank))],
        "objectifs": [(code, tree.labels[code]) for code in tree.objectives],
        "territoires": [(each.code, each.name) for each in session.scalars(select(Territory))],
        **_shown(contract_choices(session)),
    }
    shipped = seed_lists()
    for name in ("financeurs", "territoires"):
        places = {code: place for place, (code, _) in enumerate(shipped[name])}
        found[name].sort(key=partial(_place, places))
    return found


def _place(places: Mapping[str, int], entry: tuple[str, str]) -> tuple[int, str]:
    code, _ = entry
    return places.get(code, len(places)), code
