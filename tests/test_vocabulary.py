"""Closed lists are enumerations: no bare word of one stands in code where its field is met, SQL apart."""

from __future__ import annotations

import ast
import importlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest

from ledger.core.vocabulary import Word
from tests.sources import trees

pytestmark = pytest.mark.xdist_group("sources")

LEDGER = Path(__file__).parent.parent / "ledger"
ELSEWHERE = {
    "core/field.py Kind": "what a field is made of stands with the field",
    "core/errors.py Level": "how much a finding weighs stands with the finding",
    "core/vocabulary.py Word": "what they all are",
    "reports/documents/filling.py Trouble": "a file that runs alone, in a process of its own, imports nothing of ours",
    "journal/positions.py Position": "a position stands with its side and the account it names",
    "journal/positions.py Figure": "a figure stands with the positions that it adds up",
}
"""The enumerations that stand outside the vocabulary of their room, each with the reason why."""
NOT_THAT_LIST = {
    "journal/balances.py by action": "the column of the account, not what a report adds up by",
    "programming/controls/checks.py whose public": "an adjective in a sentence, not whose money it is",
    "referential/geography.py kind commune": "the form of a national EPCI, not the type of a porteur",
}
"""The words met in code where the field is not of that list, each with the reason why."""


def lists() -> dict[str, type[StrEnum]]:
    """Every closed list of the vocabularies, by its name."""
    found: dict[str, type[StrEnum]] = {}
    for path in sorted(LEDGER.glob("*/vocabulary.py")):
        module = importlib.import_module(f"ledger.{path.parent.name}.vocabulary")
        found |= {
            name: each
            for name, each in vars(module).items()
            if isinstance(each, type) and issubclass(each, Word) and each is not Word
        }
    return found


LISTS = lists()


def field_of(node: ast.AST) -> str:
    """The field that an expression reads: `each.state`, `state`, `row["state"]`, `State.state.in_`."""
    match node:
        case ast.Attribute(value, "in_" | "not_in" | "value"):
            return field_of(value)
        case ast.Call(func=ast.Name(id="str"), args=[value]):
            return field_of(value)
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(name)), *_]):
            return name
        case ast.IfExp(orelse=other):
            return field_of(other)
        case ast.Attribute(attr=name) | ast.Name(id=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return ""


def parts(node: ast.AST | None) -> Iterator[ast.AST]:
    """The expressions that one may give, in a choice or a collection as well; of a dictionary, its keys."""
    match node:
        case ast.Tuple(elts=inner) | ast.Set(elts=inner) | ast.List(elts=inner) | ast.BoolOp(values=inner):
            for part in inner:
                yield from parts(part)
        case ast.Dict(keys=keys):
            yield from (key for key in keys if key is not None)
        case ast.IfExp(body=body, orelse=other):
            yield from parts(body)
            yield from parts(other)
        case ast.Call(func=ast.Name(id="frozenset" | "set" | "tuple"), args=[inner_node]):
            yield from parts(inner_node)
        case ast.AST():
            yield node


def defined(body: list[ast.stmt]) -> dict[str, list[str]]:
    """The parameters of each function and the fields of each row, in the order in which they may be given."""
    found = {}
    for node in body:
        match node:
            case ast.FunctionDef(name=name, args=args):
                found[name] = [each.arg for each in (*args.posonlyargs, *args.args)]
            case ast.ClassDef(name=name, body=inner):
                found[name] = [ast.unparse(each.target) for each in inner if isinstance(each, ast.AnnAssign)]
    return found


@cache
def everywhere() -> dict[str, list[str]]:
    """As `defined`, of all that modules give to others."""
    return {name: given for tree in trees().values() for name, given in defined(tree.body).items() if name[:1] != "_"}


def constants(tree: ast.Module) -> dict[str, ast.expr]:
    """What the names of a module hold from its start."""
    return {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }


def run_over(target: ast.expr, held: ast.expr) -> Iterator[tuple[str, ast.AST | None]]:
    """What meets in a loop over a collection, or over the keys and values of a dictionary."""
    match target, held:
        case ast.Tuple(elts=[key, value]), ast.Call(func=ast.Attribute(value=of, attr="items")):
            yield from ((field_of(key), of), (field_of(value), ast.Subscript(value=of, slice=key)))
        case _, ast.Call(func=ast.Attribute(value=of, attr="values")):
            yield field_of(target), ast.Subscript(value=of, slice=target)
        case ast.Name(), _:
            yield field_of(target), held


def met_in_collections(node: ast.AST) -> Iterator[tuple[str, ast.AST | None]]:
    """What meets in a dictionary that says fields, or in a loop."""
    match node:
        case ast.Dict(keys=keys, values=values):
            named = zip(keys, values, strict=True)
            yield from ((str(key.value), value) for key, value in named if isinstance(key, ast.Constant))
        case ast.For(target=target, iter=held) | ast.comprehension(target=target, iter=held):
            yield from run_over(target, held)


def given(value: ast.AST | None, named: Mapping[str, ast.expr]) -> Iterator[ast.AST | None]:
    """What an expression may give: a name of the module what it holds, a dictionary asked one of its values."""
    match value:
        case ast.Name(id=name):
            yield named.get(name)
        case ast.Subscript(value=held) | ast.Call(func=ast.Attribute(value=held, attr="get")):
            of = named.get(held.id) if isinstance(held, ast.Name) else held
            yield from of.values if isinstance(of, ast.Dict) else ()
            yield from value.args[1:] if isinstance(value, ast.Call) else ()
        case _:
            yield value


def met_at(node: ast.AST, known: Mapping[str, list[str]]) -> Iterator[tuple[str, ast.AST | None]]:
    """What meets at one node: compared, given to a parameter or a field, looked for, defaulting."""
    match node:
        case ast.Compare(left=left, comparators=others):
            sides = [left, *others]
            yield from ((field_of(one), other) for one in sides for other in sides if one is not other)
        case ast.keyword(arg=str(name), value=value):
            yield name, value
        case ast.Assign(targets=targets, value=value):
            yield from ((field_of(target), value) for target in targets)
        case ast.AnnAssign(target=target, value=value):
            yield field_of(target), value
        case ast.Subscript(value=ast.Name() | ast.Dict() as held, slice=key):
            yield field_of(key), held
        case ast.Call(func=ast.Attribute(attr="in_" | "not_in") as asked, args=args):
            yield from ((field_of(asked), each) for each in args)
        case ast.Call(func=ast.Attribute(value=ast.Name() | ast.Dict() as held, attr="get"), args=[key, *_]):
            yield field_of(key), held
        case ast.Call(func=ast.Name(id=name), args=args) if name in known:
            yield from zip(known[name], args, strict=False)
        case ast.arguments(posonlyargs=first, args=rest, defaults=defaults, kwonlyargs=named, kw_defaults=maybe):
            yield from ((each.arg, value) for each, value in zip([*first, *rest][::-1], defaults[::-1], strict=False))
            yield from ((each.arg, value) for each, value in zip(named, maybe, strict=True))


def meetings(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Each field that meets an expression; a name of the module stands for what it holds."""
    named, known = constants(tree), everywhere() | defined(tree.body)
    for node in ast.walk(tree):
        for field, value in (*met_at(node, known), *met_in_collections(node)):
            yield from ((field, part) for held in given(value, named) for part in parts(held) if field)


def fields_of_lists(met: Mapping[Path, list[tuple[str, ast.AST]]]) -> dict[str, set[str]]:
    """By field, the closed lists that it meets somewhere: the code itself says which fields are of which list."""
    found: dict[str, set[str]] = defaultdict(set)
    for each in met.values():
        for field, value in each:
            match value:
                case ast.Attribute(value=ast.Name(id=name)) if name in LISTS:
                    found[field].add(name)
    for tree in trees().values():
        for node in ast.walk(tree):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id=name), attr="check"), args=[ast.Constant(value=str(field)), *_]
                ) if name in LISTS:
                    found[field].add(name)
    return found


def test_no_bare_word_of_a_closed_list_meets_its_field() -> None:
    """A field is of a list as soon as one place says so; no other place may then write the word bare."""
    met = {path: list(meetings(tree)) for path, tree in trees().items()}
    fields = fields_of_lists(met)
    found, spared = [], set()
    for path, each in met.items():
        if path.name == "vocabulary.py":
            continue
        for field, value in each:
            if not (isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value):
                continue
            of = [name for name in fields.get(field, ()) if value.value in {word.value for word in LISTS[name]}]
            where = f"{path.relative_to(LEDGER)} {field} {value.value}"
            if of and where in NOT_THAT_LIST:
                spared.add(where)
            elif of:
                found.append(f"{where} of {', '.join(of)}, line {value.lineno}")
    assert not found, "\n".join(sorted(set(found)))
    assert spared == NOT_THAT_LIST.keys()


def test_closed_lists_stand_in_the_vocabulary_of_their_room() -> None:
    found = {
        f"{path.relative_to(LEDGER)} {node.name}"
        for path, tree in trees().items()
        if path.name != "vocabulary.py" or path.parent.name == "core"
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) in ("StrEnum", "Word") for base in node.bases)
    }
    assert found == ELSEWHERE.keys()


def test_a_list_gives_its_check_its_labels_and_reads_what_is_typed() -> None:
    from ledger.conventions.vocabulary import ConventionStatus

    assert ConventionStatus.check("state") == "state IN ('brouillon', 'signee', 'soldee', 'annulee')"
    assert ConventionStatus.check("state", but=("brouillon", "annulee")) == "state IN ('signee', 'soldee')"
    assert ConventionStatus.labels()["soldee"] == "soldée"
    assert ConventionStatus.of_words("Signée") is ConventionStatus.of_words("signee") is ConventionStatus.SIGNED
    assert ConventionStatus.of_words("perdue") is None
