"""A convention, an avenant: described twice, typed and read. What shows or decides takes its words there."""

from __future__ import annotations

import ast
from dataclasses import fields
from inspect import signature

from ledger.commands.conventions.convention_amending import convention_avenant
from ledger.commands.conventions.convention_drafting import convention_saisir
from ledger.conventions.fields import AVENANT_TYPED, CONVENTION_READ, CONVENTION_TYPED, INSTALMENT_READ
from ledger.conventions.forms import AmendableFacts, AvenantForm, ConventionForm, ReadConvention, ReadInstalment
from ledger.conventions.model import Convention
from ledger.exchange.declaration import Sheet
from ledger.exchange.sheets.conventions import AVENANTS, CONVENTIONS
from ledger.reports.documents.fields import CONVENTION_FIELDS
from tests.sources import trees

BY_LINE = {"action", "line", "amount", "amount_now", "ordered", "paid"}
"""The columns of Conventions that are of one of its lines."""
MADE_BY_THE_BASE = {"lines", "instalments", "avenants", "opened_as"}


def declared_by_class() -> dict[str, tuple[set[str], list[str]]]:
    """Of each class of the program, the attributes that it declares itself, and its bases."""
    return {
        node.name: (
            {
                each.target.id
                for each in node.body
                if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
            },
            [ast.unparse(base) for base in node.bases],
        )
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }


def named(of: type) -> set[str]:
    return {each.name for each in fields(of)}


def own_columns(sheet: Sheet) -> dict[str, str]:
    return {each.field: each.title for each in sheet.columns if each.formula is None}


def test_what_is_typed_and_the_table_alone_declare_what_a_convention_is() -> None:
    """What an avenant may change is declared once, for the convention, the avenant and what stood before it."""
    classes = declared_by_class()
    found = {name for name, (own, _) in classes.items() if {"purpose", "starts_on", "ends_on"} <= own}
    assert found == {"AmendableFacts", "Convention"}
    heirs = {name for name, (_, bases) in classes.items() if "AmendableFacts" in bases}
    assert heirs == {"ConventionForm", "AvenantForm", "StandingFacts"}
    assert {name for name, (_, bases) in classes.items() if "ConventionForm" in bases} == {"ReadConvention"}
    payers = {name for name, (own, _) in classes.items() if {"payer", "circuit", "number"} <= own}
    assert payers == {"ConventionForm", "Convention"}


def test_the_form_the_table_and_the_read_view_say_the_same_words() -> None:
    kept = set(Convention.__table__.c.keys()) - {"contract", "entry_number", "reversal_number", "ending_number"}
    assert kept - named(ConventionForm) == {"year", "kind", "beneficiary", "state", "example", "schedule"}
    assert named(ConventionForm) - kept == {"grants", "later", "plan"}
    assert kept - named(ReadConvention) == {"schedule"}
    assert named(ReadConvention) - named(ConventionForm) - kept == MADE_BY_THE_BASE


def test_each_thing_typed_is_one_field_for_the_option_and_the_column() -> None:
    """A signature has its own command: the day and the piece are no options of a draft."""
    assert set(CONVENTION_TYPED) == named(ConventionForm) - {"signed_on", "piece"}
    assert set(AVENANT_TYPED) == named(AvenantForm)
    assert {each.name for each in CONVENTION_TYPED.values()} <= set(signature(convention_saisir).parameters)
    assert {each.name for each in AVENANT_TYPED.values()} <= set(signature(convention_avenant).parameters)
    columns = own_columns(CONVENTIONS)
    shared = [name for name in CONVENTION_READ if name in columns and name != "number"]
    assert len(shared) > 9
    for name in shared:
        assert columns[name].lower() == CONVENTION_READ[name].title, name


def test_the_columns_of_the_workbook_are_fields_of_the_forms() -> None:
    assert own_columns(CONVENTIONS).keys() - BY_LINE <= named(ReadConvention)
    assert named(AmendableFacts) <= own_columns(AVENANTS).keys()


def test_what_documents_print_bears_the_names_of_the_fields_read() -> None:
    """The number has its own name on paper; who receives is told in words of the porteur."""
    of_the_porteur = {name for name in CONVENTION_FIELDS if name.startswith("beneficiaire_")} | {"contact"}
    names = {each.name for name, each in CONVENTION_READ.items() if name != "number"} | {"numero"}
    assert set(CONVENTION_FIELDS) - of_the_porteur <= names


def test_an_instalment_is_read_as_it_is_kept() -> None:
    assert named(ReadInstalment) == set(INSTALMENT_READ)
