"""An action, a porteur: described twice, typed and read. What shows or decides takes its words there."""

from __future__ import annotations

import ast
from dataclasses import fields
from inspect import signature
from pathlib import Path

from ledger.commands.programming.action import action_saisir
from ledger.exchange.declaration import Sheet
from ledger.exchange.sheets.programming import FUNDINGS, PROGRAMMING
from ledger.exchange.sheets.referential import PORTEURS
from ledger.programming.actions.forms import ActionForm, ReadAction
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import WHOLE
from ledger.programming.fields import ACTION_TYPED, COUNTED_IN_TOTAL
from ledger.programming.plans.balance import FundingForm
from ledger.referential.fields import PORTEUR_TYPED
from ledger.referential.model import Porteur
from ledger.referential.porteurs import PorteurForm, ReadPorteur

LEDGER = Path(__file__).parents[2] / "ledger"
COSTS = {"cost", "cost_total", "cost_eligible"}
MADE_FROM = {
    *(f"{what}_{kind}" for what in ("headcount", "cost") for kind in ("qpv", "veille", "hors")),
    *COUNTED_IN_TOTAL.values(),
    "gap",
}
"""The columns of Programmation that are made of the parts of an action: its slices, its counts; cost less plan."""


def names_declared(node: ast.ClassDef) -> set[str]:
    """The attributes that a class declares itself."""
    targets = (each.target for each in node.body if isinstance(each, ast.AnnAssign))
    return {each.id for each in targets if isinstance(each, ast.Name)}


def classes() -> list[ast.ClassDef]:
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in LEDGER.rglob("*.py"))
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def test_one_form_and_one_table_alone_declare_what_an_action_is() -> None:
    """The read view is the form with what the base made of it; the engine's plain figures name no action to people."""
    found = {
        node.name for node in classes() if {"title", "porteur"} <= (names := names_declared(node)) and COSTS & names
    }
    assert found == {"ActionForm", "Action"}
    bases = {node.name: {ast.unparse(base) for base in node.bases} for node in classes()}
    assert {name for name, of in bases.items() if "ActionForm" in of} == {"ReadAction"}
    assert {name for name, of in bases.items() if "ReadAction" in of} == {"ActionFigures"}


def test_no_class_repeats_a_few_words_of_an_action() -> None:
    """A row of a list, of a committee, of a control holds the action as read, not a title and a cost of its own."""
    few = {"title", "porteur", "objective", "axis", "dispositif", "scale", *COSTS}
    found = {node.name for node in classes() if len(few & names_declared(node)) > 2}
    assert found == {"ActionForm", "Action", "ActionFacts", "ActionFilters"}


def test_the_form_the_table_and_the_read_view_say_the_same_words() -> None:
    typed = {each.name for each in fields(ActionForm)}
    kept = set(Action.__table__.c.keys()) - {"contract"}
    assert kept - typed == {"valued", "own_share", "mistake"}
    assert typed - kept == {*WHOLE, "renewed_from"}
    assert {each.name for each in fields(ReadAction)} - typed == {"valued", "derogation", "requested", "realised"}


def named(sheet: Sheet) -> set[str]:
    """The columns of a sheet, what is reckoned in it left out."""
    return {each.field for each in sheet.columns if each.formula is None}


def test_the_columns_of_the_workbook_are_fields_of_the_read_view() -> None:
    assert named(PROGRAMMING) - MADE_FROM <= {each.name for each in fields(ReadAction)}
    assert {each.name for each in fields(FundingForm)} <= named(FUNDINGS)


def test_each_thing_typed_of_an_action_is_one_field_for_the_option_and_the_column() -> None:
    """What has no field is typed by its own command, or not at all: its state, where it comes from."""
    typed = {each.name for each in fields(ActionForm)}
    apart = {
        "year",
        "slices",
        "references",
        "indicators",
        "share_source",
        "renewal",
        "deposited_on",
        "origin",
        "status",
    }
    assert set(ACTION_TYPED) == typed - apart
    options = signature(action_saisir).parameters
    assert {each.name for each in ACTION_TYPED.values()} <= set(options)
    shared = [name for name in ACTION_TYPED if name in named(PROGRAMMING) and name != "number"]
    assert len(shared) > 15
    for name in shared:
        title = PROGRAMMING.column(name).title
        assert title in (ACTION_TYPED[name].heading, "Appel à projets"), name


def test_a_porteur_is_described_once_for_the_form_the_table_and_the_sheet() -> None:
    found = {node.name for node in classes() if {"siret", "rna"} <= names_declared(node)}
    assert found == {"PorteurForm", "Porteur"}
    typed = {each.name for each in fields(PorteurForm)}
    of_acts_of_their_own = {"known_as", "ended_on", "successor", "reason"}
    assert typed == set(PORTEUR_TYPED) == set(Porteur.__table__.c.keys()) - of_acts_of_their_own == named(PORTEURS)
    assert {each.name for each in fields(ReadPorteur)} == typed
