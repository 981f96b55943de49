"""The JSON Schema of what each command answers, made from its fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.outcome import Answer, Shape
from ledger.core.field import Choice, Field, Kind

_FIRST = "0.1"
_AMOUNT = r"^-?\d+\.\d\d$"
_KINDS: dict[Kind, dict[str, Any]] = {
    Kind.AMOUNT: {"type": "string", "pattern": _AMOUNT},
    Kind.INTEGER: {"type": "integer"},
    Kind.ORDINAL: {"type": "integer"},
    Kind.YES_NO: {"type": "boolean"},
    Kind.DAY: {"type": "string", "format": "date"},
    Kind.INSTANT: {"type": "string", "format": "date-time"},
    Kind.RATE: {"type": "string", "pattern": r"^-?\d+/\d+$"},
    Kind.CODES: {"type": "array", "items": {"type": "string"}},
}


def json_schema(answer: Answer, title: str) -> dict[str, Any]:
    """The schema (2020-12) of an answer: what has been there from the first version is required, more may come.

    title: the command that answers.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **({"anyOf": [_shape(answer), *map(_shape, answer.otherwise)]} if answer.otherwise else _shape(answer)),
    }


def _shape(answer: Answer) -> dict[str, Any]:
    record = _record(answer.fields)
    rows = {"type": "array", "items": record}
    by_shape: dict[Shape, dict[str, Any]] = {
        Shape.ONE: record,
        Shape.SEVERAL: rows,
        Shape.EITHER: {"oneOf": [record, rows]},
        Shape.WORDS: {"type": "array", "items": {"type": "string"}},
    }
    return by_shape[answer.shape]


def command_schema(root: Any, words: Sequence[str]) -> dict[str, Any]:
    """The schema of what the command of this program that these words name answers.

    raises: WrongUsage for what is no command, or one that answers no JSON.
    """
    command = root
    for word in words:
        found = command.get_command(None, word) if hasattr(command, "get_command") else None
        if found is None:
            raise WrongUsage(f"« {' '.join(words)} » n'est pas une commande.", "La liste : cofiville --help.")
        command = found
    answer: Answer | None = getattr(command, "answer", None)
    if answer is None:
        raise WrongUsage(
            f"« {' '.join(words) or 'cofiville'} » ne répond pas en JSON.",
            "Nommez une commande entière : cofiville --json-schema enveloppe lister.",
        )
    return json_schema(answer, " ".join(("cofiville", *words)))


def _record(fields: tuple[Field, ...]) -> dict[str, Any]:
    described = [each for each in fields if each.scripted]
    return {
        "type": "object",
        "properties": {each.name: _property(each) for each in described},
        "required": [each.name for each in described if each.since == _FIRST],
    }


def _property(field: Field) -> dict[str, Any]:
    value = _record(field.fields) if field.kind is Kind.RECORD else dict(_KINDS.get(field.kind, {"type": "string"}))
    if field.choices and not field.others_too:
        value["enum"] = [each.value if isinstance(each, Choice) else str(each) for each in field.choices]
    if field.many:
        value = {"type": "array", "items": value}
    if field.keyed:
        value = {"type": "object", "additionalProperties": value}
    if field.optional:
        value = {"anyOf": [value, {"type": "null"}]}
    return {"title": field.heading, **({"description": field.help} if field.help else {}), **value}
