"""Closed lists are enumerations: no bare word of one stands in code beside the field it is kept in, SQL apart."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

from ledger.core.vocabulary import Word

LEDGER = Path(__file__).parent.parent / "ledger"
FIELDS = (
    "circuit",
    "committee",
    "condition",
    "fate",
    "nature",
    "outcome",
    "renewal",
    "side",
    "stage",
    "state",
    "states",
    "status",
)
FIELDS_OF_ROOMS = {"kind": ("conventions", "programming", "referential"), "verdict": ("programming",)}


def lists_of(room: Path) -> list[type[Word]]:
    """The closed lists of a room."""
    module = importlib.import_module(f"ledger.{room.name}.vocabulary")
    return [
        each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Word) and each != Word
    ]


ROOMS = [path.parent for path in sorted(LEDGER.glob("*/vocabulary.py")) if path.parent.name != "core"]
WORDS = {word.value for room in ROOMS for each in lists_of(room) for word in each if word}


def field_of(node: ast.expr) -> str:
    """The field that an expression reads: `each.state`, `state`, `row["state"]`, `State.state.in_`."""
    match node:
        case ast.Attribute(value, "in_" | "not_in"):
            return field_of(value)
        case ast.Attribute(attr=name) | ast.Name(id=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return ""


def words_in(node: ast.expr | None) -> Iterator[ast.Constant]:
    """The bare words that an expression may give, in a choice or a collection as well."""
    match node:
        case ast.Constant(value=str(word)) if word in WORDS:
            yield node
        case ast.Tuple(elts=parts) | ast.Set(elts=parts) | ast.List(elts=parts) | ast.BoolOp(values=parts):
            for part in parts:
                yield from words_in(part)
        case ast.IfExp(body=body, orelse=other):
            yield from words_in(body)
            yield from words_in(other)


def meetings(tree: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Each field that meets an expression: compared with it, given it, looked for among it."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare():
                sides = [node.left, *node.comparators]
                yield from ((field_of(one), other) for one in sides for other in sides if one is not other)
            case ast.keyword(arg=str(name)):
                yield name, node.value
            case ast.Assign(targets=targets):
                yield from ((field_of(target), node.value) for target in targets)
            case ast.AnnAssign():
                yield field_of(node.target), node.value
            case ast.Call(func=ast.Attribute(attr="in_" | "not_in") as asked):
                yield from ((field_of(asked), each) for each in node.args)


def test_no_bare_word_of_a_closed_list_meets_its_field() -> None:
    found = []
    for path in sorted(LEDGER.rglob("*.py")):
        room = path.relative_to(LEDGER).parts[0]
        fields = {*FIELDS, *(field for field, rooms in FIELDS_OF_ROOMS.items() if room in rooms)}
        for field, value in meetings(ast.parse(path.read_text(encoding="utf-8"))):
            if field in fields:
                found += [
                    f"{path.relative_to(LEDGER)}:{each.lineno} {field} {each.value!r}" for each in words_in(value)
                ]
    assert not found, "\n".join(found)


def test_a_list_gives_its_check_its_labels_and_reads_what_is_typed() -> None:
    from ledger.conventions.vocabulary import ConventionStatus

    assert ConventionStatus.check("state") == "state IN ('brouillon', 'signee', 'soldee', 'annulee')"
    assert ConventionStatus.labels()["soldee"] == "soldée"
    assert ConventionStatus.of_words("Signée") is ConventionStatus.of_words("signee") is ConventionStatus.SIGNED
    assert ConventionStatus.of_words("perdue") is None
