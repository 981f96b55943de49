"""The values of a command as a page asks them: what each is called, how it is typed in a form and read back."""

from __future__ import annotations

import inspect
import types
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from ledger.commands.declaring.group import CommandDeclared
from ledger.commands.declaring.offers import offered_at
from ledger.commands.declaring.parameters import Argument, Parameter
from ledger.commands.declaring.usage import WrongUsage
from ledger.core.errors import InvalidValue
from ledger.core.money import Money

_OF_A_TERMINAL = {"relire", "oui"}
"""What only makes sense beside a file or a question."""


@dataclass(frozen=True)
class ValueAsked:
    """One value of a command. kind: what it holds, once read. names: the option as typed; none for an argument.

    title: what its field is called, where no other value of the command has that title.
    """

    name: str
    kind: Any
    many: bool
    declared: Parameter
    default: Any
    names: tuple[str, ...]
    title: str = ""

    @property
    def required(self) -> bool:
        """Whether the command cannot do without."""
        return self.default is inspect.Parameter.empty

    @property
    def label(self) -> str:
        """What it is called in a form."""
        words = {"le": "au jour"}.get(self.name) or self.title or self.name.replace("_", " ")
        return words[:1].upper() + words[1:]

    @property
    def help(self) -> str:
        """What it is, in a sentence."""
        return str(self.declared.settings["help"])

    @property
    def offers(self) -> str:
        """The list of the codes it takes, as `OFFERS` names it; "" for none."""
        return offered_at(self.declared.offers, self.declared.settings["metavar"]).rstrip("=")

    @property
    def control(self) -> str:
        """How a form asks it: coche, choix, jour, nombre, lignes (several, one a line) or texte."""
        if self.kind is bool:
            return "coche"
        if isinstance(self.kind, type) and issubclass(self.kind, Enum):
            return "choix"
        if self.many:
            return "lignes"
        return "jour" if self.kind is date else "nombre" if self.kind is int else "texte"

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The closed list it takes: as sent, as read by people."""
        return (
            [(each.value, getattr(each, "label", each.value)) for each in self.kind] if self.control == "choix" else []
        )

    def read(self, text: str) -> Any:
        """The value these words say. raises: InvalidValue, and what reading the kind raises."""
        if self.many:
            return [self._one(line) for each in text.splitlines() if (line := each.strip())]
        return self._one(text.strip())

    def _one(self, text: str) -> Any:
        settings = self.declared.settings
        if settings["parser"]:
            value = settings["parser"](text)
        elif self.control == "coche":
            value = text == "oui"
        elif self.kind in (int, str) or self.control == "choix":
            value = self._plain(text)
        else:
            value = text
        return settings["callback"](value) if settings["callback"] else value

    def _plain(self, text: str) -> Any:
        try:
            value = self.kind(text)
        except ValueError:
            raise InvalidValue(f"« {text} » ne convient pas à « {self.label} ».", self.help) from None
        low, high = self.declared.settings["min"], self.declared.settings["max"]
        if isinstance(value, int) and ((low is not None and value < low) or (high is not None and value > high)):
            raise InvalidValue(f"« {self.label} » va de {low} à {high}.", self.help)
        return value


def values_asked(command: CommandDeclared) -> list[ValueAsked]:
    """What a page asks of this command, in its order: neither files nor what only a terminal says."""
    hints = get_type_hints(command.function, include_extras=True)
    found = []
    for name, parameter in inspect.signature(command.function).parameters.items():
        if get_origin(hints[name]) is not Annotated:
            continue
        kind, *notes = get_args(hints[name])
        declared = next((each for each in notes if isinstance(each, Parameter)), None)
        kind, many = _bare(kind)
        if declared is None or declared.written or declared.settings["hidden"] or kind is Path:
            continue
        if name in _OF_A_TERMINAL:
            continue
        names = () if isinstance(declared, Argument) else (declared.names or (f"--{name.replace('_', '-')}",))
        found.append(ValueAsked(name, kind, many, declared, parameter.default, names))
    titles = Counter(each.declared.title for each in found)
    return [replace(each, title=title) if titles[title := each.declared.title] == 1 else each for each in found]


def _bare(kind: Any) -> tuple[Any, bool]:
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(each for each in get_args(kind) if each is not type(None))
    return (get_args(kind)[0], True) if get_origin(kind) is list else (kind, False)


def needs_a_file(command: CommandDeclared) -> bool:
    """Whether the command cannot be called without a file."""
    hints = get_type_hints(command.function, include_extras=True)
    required = [
        hints[name]
        for name, each in inspect.signature(command.function).parameters.items()
        if each.default is inspect.Parameter.empty
    ]
    return any(_bare(get_args(hint)[0])[0] is Path for hint in required if get_origin(hint) is Annotated)


def read_values(asked: Sequence[ValueAsked], given: Mapping[str, str]) -> dict[str, Any]:
    """The values said, by parameter; what was left blank is not there. raises: WrongUsage where one is missing."""
    missing = [each.label for each in asked if each.required and not given.get(each.name, "").strip()]
    if missing:
        raise WrongUsage(f"Il manque : {', '.join(missing)}.", "Remplissez-le ci-dessous, puis validez.")
    return {each.name: each.read(text) for each in asked if (text := given.get(each.name, "")).strip()}


def line_typed(words: Sequence[str], asked: Sequence[ValueAsked], given: Mapping[str, str]) -> list[str]:
    """The command line that says the same: words, options, then arguments, after a sign that ends options."""
    options: list[str] = []
    arguments: list[str] = []
    for each in asked:
        text = given.get(each.name, "").strip()
        lines = [line.strip() for line in text.splitlines() if line.strip()] if each.many else [text]
        if text and not each.names:
            arguments += lines
        elif text and each.kind is bool:
            options += [each.names[0]] if text == "oui" else []
        elif text:
            options += [word for line in lines for word in (each.names[0], line)]
    ends = ["--"] if any(each.startswith("-") for each in arguments) else []
    return [*words, *options, *ends, *arguments]


def shown_amount(value: object) -> str | None:
    """What a column is sorted and added up by: cents of an amount, a number, a day; None for words."""
    if isinstance(value, Money):
        return str(value.cents)
    if isinstance(value, bool) or value is None:
        return None
    return str(value) if isinstance(value, int) else value.isoformat() if isinstance(value, date) else None
