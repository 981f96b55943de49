"""A bilan: described twice, typed and read; each thing typed of it is one field for the option and the column."""

from __future__ import annotations

import ast
from dataclasses import fields
from inspect import signature

from ledger.commands.execution.bilan import BILAN, bilan_saisir
from ledger.core.field import Field
from ledger.exchange.sheets.conventions import BILANS
from ledger.execution.bilans.read_bilan import BilanForm, ReadBilan
from ledger.execution.fields import (
    BY_KIND,
    CHARGE,
    HEADCOUNTS,
    OTHER_FUNDING,
    PRODUIT,
    SPENT,
    TOTAL_CHARGES,
    TOTAL_PRODUITS,
    WHOLE_COST,
)
from tests.sources import trees

BY_COLUMN: dict[str, Field] = {
    **{f"headcount_{kind}": each for kind, each in HEADCOUNTS.items()},
    "other_funding": OTHER_FUNDING,
    "total_charges": TOTAL_CHARGES,
    "total_produits": TOTAL_PRODUITS,
    "whole_cost": WHOLE_COST,
}


def test_what_is_typed_and_the_table_alone_declare_what_a_bilan_is() -> None:
    found = {
        node.name: [ast.unparse(each) for each in node.bases]
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        if {"whole_cost", "other_funding"}
        <= {ast.unparse(each.target) for each in node.body if isinstance(each, ast.AnnAssign)}
    }
    assert found == {"BilanForm": [], "Bilan": ["ContractRow"]}
    assert issubclass(ReadBilan, BilanForm)
    assert {each.name for each in fields(ReadBilan)} - {each.name for each in fields(BilanForm)} == {
        "convention",
        "surplus",
        "lines",
    }


def test_each_thing_typed_of_a_bilan_is_one_field_for_the_option_the_column_and_the_key() -> None:
    options = set(signature(bilan_saisir).parameters)
    typed = (SPENT, CHARGE, PRODUIT, *BY_COLUMN.values())
    assert {each.name for each in typed} <= options
    assert BY_KIND.name == "cout_type"
    titles = {each.field: each.title for each in BILANS.columns}
    assert {name: titles[name] for name in BY_COLUMN} == {name: each.heading for name, each in BY_COLUMN.items()}
    keys = {each.name: each.title for each in BILAN}
    assert all(keys[each.name] == each.title for each in (WHOLE_COST, OTHER_FUNDING))
