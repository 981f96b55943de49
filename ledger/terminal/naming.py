"""What help, questions and refusals call the parts of a command line."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup, TyperOption

Command = TyperCommand | TyperGroup


REPLACE = "remplacer"
"""The option by which a file that stands there is replaced by the one a command writes."""
AGAIN = "encore"
"""The option by which an act typed twice is done twice."""


class Unknown(Exception):
    """A command that does not exist: the word typed, the words it may stand for, the group it was looked for in."""

    def __init__(self, typed: str, near: list[str], group: str) -> None:
        super().__init__(typed)
        self.typed, self.near, self.group = typed, near, group


def parameter_name(parameter: Any) -> str:
    """What help and refusals call a parameter: LIGNE for an argument, --piece for an option."""
    if isinstance(parameter, TyperOption):
        return max(parameter.opts, key=len)
    return str(parameter.metavar or (parameter.name or "").upper())


def value_name(option: TyperOption) -> str:
    """What an option expects, as help shows it: its metavar, its choices, or TEXTE."""
    choices = option.type_descriptor.choices
    return option.metavar or ("|".join(str(choice) for choice in choices) if choices else "TEXTE")
