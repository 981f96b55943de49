"""Typer's own words in French: usage lines, help pages, suggestions. Plain text, no Rich, nothing imported."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from enum import StrEnum
from functools import partial
from inspect import cleandoc
from typing import Any, ClassVar, NamedTuple, get_args, get_origin

from typer import Exit, TyperException
from typer.core import TyperCommand, TyperGroup, TyperOption

from ledger.commands.declaring.choices import choose, chosen, enter_command, may_ask
from ledger.commands.declaring.clock import CLOCK_IS_RIGHT
from ledger.commands.declaring.retrying import commits, made, retried
from ledger.commands.outcome import Answer, Outcome, Unconfirmed
from ledger.core.errors import FileInTheWay
from ledger.core.period import typed_day
from ledger.core.vocabulary import Word
from ledger.core.words import check_encoded, one_line
from ledger.terminal.completion import accept_as_typed
from ledger.terminal.dialogue import accepted, replaced
from ledger.terminal.dialogues import dialogue_of
from ledger.terminal.naming import REPLACE, Unknown, parameter_name, value_name
from ledger.terminal.screen import render_or_tell
from ledger.terminal.usage import found_wrong


class PlainReading(NamedTuple):
    """What reads the values of one parameter in the place of Typer's adapter, which is left to say what is refused."""

    read: Callable[[Any], Any]
    adapter: Callable[[], Any]

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value read; each of them, for a parameter that takes several. raises: BadParameter, as Typer's own."""
        several = param.multiple or param.nargs == -1
        if value is None:
            return () if several else None
        try:
            if not several:
                return self.read(value)
            if isinstance(value, (list, tuple)):
                return [self.read(each) for each in value]
        except (ValueError, AssertionError):
            pass
        return self.adapter().coerce(value, param=param, ctx=ctx)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _number(value: Any, least: int | None, most: int | None) -> int:
    """The whole number; one out of bounds, or written otherwise than in figures, is left to Typer."""
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise ValueError
    number = int(value)
    if (least is not None and number < least) or (most is not None and number > most):
        raise ValueError
    return number


_NUMBER = re.compile(r"[0-9]{1,15}")
_READERS: Mapping[Any, Callable[[Any], Any]] = {str: str, bool: _flag}


def _reader(annotation: Any, info: Any) -> Callable[[Any], Any] | None:
    """What reads a value of this annotation; None for what Typer alone reads."""
    kind = get_args(annotation)[0] if get_origin(annotation) is list else annotation
    if info.parser is not None or kind in _READERS:
        return info.parser or _READERS[kind]
    if kind is int:
        return partial(_number, least=info.min, most=info.max)
    return kind if isinstance(kind, type) and issubclass(kind, StrEnum) else None


def read_plainly(parameters: Iterable[Any]) -> None:
    """Give those of these parameters that are words, flags, whole numbers or choices, or have a reader of their own."""
    for each in parameters:
        described = getattr(each, "type_descriptor", None)
        if described is None or "get_runtime_param" in vars(each):
            continue
        reader = _reader(described.annotation, described.parameter_info)
        if reader is not None and each.nargs in (1, -1):
            plain = PlainReading(reader, each.get_runtime_param)
            each.get_runtime_param = lambda plain=plain: plain


_NEGATIVE_AMOUNT = re.compile(r"-\d[\d \u00a0\u202f.,]*[ \u00a0\u202f]?(?:€|euros?|EUR)?")
_GOES_ON = re.compile(r"\n[ \t]+(?=\S)")
_MINUS = "\u2212"
_HYPHEN = re.compile(r"(?<=\w)-(?=\w)")
_HELD_HYPHEN = "\u2011"


def _uncut(text: str) -> str:
    """The text as it is given to what fills lines: no word of it may be cut at its hyphen."""
    return _HYPHEN.sub(_HELD_HYPHEN, text)


def _written(page: str) -> str:
    """A help page made of such texts, as it is shown."""
    return page.replace(_HELD_HYPHEN, "-")


def _record(parameter: Any, context: Any) -> tuple[str, str] | None:
    if parameter.hidden:
        return None
    name = parameter_name(parameter)
    if isinstance(parameter, TyperOption):
        name = ", ".join([*parameter.opts, *parameter.secondary_opts])
        if not parameter.is_flag:
            name = f"{name} {value_name(parameter)}"
    notes = []
    default = parameter.get_default(context, call=False)
    if parameter.required:
        notes.append("obligatoire")
    elif isinstance(parameter.show_default, str):
        notes.append(f"par défaut : {parameter.show_default}")
    elif parameter.show_default and default not in (None, False, "", ()):
        notes.append(f"par défaut : {default}")
    if parameter.envvar:
        notes.append(f"variable {parameter.envvar}")
    return name, " ".join([parameter.help or "", *([f"[{' ; '.join(notes)}]"] if notes else [])]).strip()


def _usage(parameters: Iterable[Any]) -> Iterable[str]:
    for parameter in parameters:
        if parameter.param_type_name == "argument":
            name = parameter_name(parameter) + ("…" if parameter.nargs != 1 else "")
            yield name if parameter.required else f"[{name}]"


def _write_parameters(command: Any, context: Any, formatter: Any) -> None:
    for kind, title in (("argument", "Arguments\u00a0"), ("option", "Options\u00a0")):
        wanted = [p for p in command.get_params(context) if p.param_type_name == kind]
        if records := [record for p in wanted if (record := _record(p, context))]:
            with formatter.section(title):
                formatter.write_dl([(name, _uncut(said)) for name, said in records])


def _help_option(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        option.help = "Affiche cette aide."
    return option


def _day_of_effect(context: Any) -> Any:
    """The day an act counts for, where it has one and none was typed: asked with the rest."""
    if context.params.get("le") is not None:
        return None
    params: Any = context.command.params
    days = (each for each in params if each.name == "le" and each.show_default == "aujourd'hui")
    return next(days, None)


def _is_typed(context: Any, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _left_blank(context: Any, asks: Iterable[str]) -> Any:
    """The first parameter to ask for that was not typed, nor any that stands for it; None without a terminal."""
    if context.resilient_parsing or not may_ask():
        return None
    blank = {name for name, value in context.params.items() if value in (None, "")}
    wanted = (names.split("|") for names in asks)
    names = next((first for first, *others in wanted if blank.issuperset((first, *others))), None)
    return next((each for each in context.command.params if each.name == names), None)


def _as_one_line(value: Any) -> Any:
    """A text typed as it may be kept: nothing in it ends a line or speaks to the screen; a word of a list as it is."""
    if isinstance(value, str) and not isinstance(value, Word):
        return one_line(check_encoded(value))
    if isinstance(value, (list, tuple)):
        return type(value)(map(_as_one_line, value))
    return value


class FrenchCommand(TyperCommand):
    """A command whose help is French and whose amounts may be negative without `--`."""

    asks: ClassVar[tuple[str, ...]] = ()
    answer: ClassVar[Answer | None] = None

    def __init__(self, *args: Any, **settings: Any) -> None:
        """As Typer's; an example that goes on to another line in the code is one line to be filled."""
        super().__init__(*args, **settings)
        self.help = _GOES_ON.sub("\n", self.help or "") or None

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Reads the words typed; in a terminal, asks for what is compulsory and was left out.

        -500 is an amount: its hyphen becomes a minus sign, which no option begins with.
        """
        typed_day.set(None)
        accept_as_typed(self.get_params(ctx))
        read_plainly(self.get_params(ctx))
        words = [_MINUS + arg[1:] if _NEGATIVE_AMOUNT.fullmatch(arg) else arg for arg in args]
        wanted: Any
        asking = False
        while True:
            try:
                left = super().parse_args(ctx, list(words))
            except TyperException as error:
                found: Any = error
                name = found_wrong(error)
                if name:
                    found.ctx = found.ctx or ctx
                if name != "MissingParameter" or not may_ask():
                    raise
                wanted, asking = found.param, True
            else:
                blank = _left_blank(ctx, self.asks)
                wanted = blank or (_day_of_effect(ctx) if asking else None)
                if wanted is None:
                    return left
                asking = blank is not None
            from ledger.terminal.dialogue import missing_words

            words += missing_words(ctx, wanted)

    def invoke(self, ctx: Any) -> Any:
        """Runs the command, whose name the entries it writes will bear, then shows what it gave.

        In a terminal, its dialogue first asks for what was not typed; what it says must be confirmed is asked too. It
        runs again when another writer got in its way.
        """
        name = ctx.command_path.partition(" ")[2]
        enter_command(name, frozenset(each for each in ctx.params if _is_typed(ctx, each)))
        if may_ask() and (dialogue := dialogue_of(name)) is not None:
            ctx.params.update(dialogue(dict(ctx.params)))
        before = commits(), made()
        ctx.params = {key: _as_one_line(value) for key, value in ctx.params.items()}
        outcome = self._asked(ctx)
        if isinstance(outcome, Outcome):
            render_or_tell(outcome, recorded=commits() != before[0], made=made() != before[1])
            if outcome.failed:
                raise Exit(1)

    def _asked(self, ctx: Any) -> Any:
        """What the command gives, once whoever is there has accepted what it asks about. raises: Exit when not."""
        while True:
            try:
                return retried(partial(super().invoke, ctx))
            except Unconfirmed as unconfirmed:
                option, agreed = unconfirmed.option, accepted(unconfirmed)
            except FileInTheWay as in_the_way:
                if REPLACE not in ctx.params:
                    raise
                option, agreed = REPLACE, replaced(in_the_way)
            if not agreed:
                raise Exit(1)
            if option == CLOCK_IS_RIGHT:
                choose(replace(chosen(), clock_is_right=True))
            else:
                ctx.params[option] = True

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        return _help_option(super().get_help_option(ctx))

    def get_help(self, ctx: Any) -> str:
        return _written(super().get_help(ctx))

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_uncut(cleandoc(self.help or "")))

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = ["[OPTIONS]", *_usage(self.params)]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="Utilisation : ")

    def format_options(self, ctx: Any, formatter: Any) -> None:
        _write_parameters(self, ctx, formatter)


ALSO_TYPED = {
    ("versement", "mandater"): "ordonner",
    ("reversement", "restituer"): "rendre",
    ("recouvrement", "imputer"): "compenser",
    ("allocation", "imposer"): "fixer",
}
"""By subject, other words of the trade for a command."""


class FrenchGroup(TyperGroup):
    """A group of commands whose help is French and which suggests the nearest name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        accept_as_typed(self.get_params(ctx))
        read_plainly(self.get_params(ctx))
        return super().parse_args(ctx, args)

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        return _help_option(super().get_help_option(ctx))

    def get_help(self, ctx: Any) -> str:
        return _written(super().get_help(ctx))

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        formatter.write_usage(ctx.command_path, "[OPTIONS] COMMANDE …", prefix="Utilisation : ")

    def format_parameters(self, ctx: Any, formatter: Any) -> None:
        """Writes what may be typed besides the commands."""
        _write_parameters(self, ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        self.format_parameters(ctx, formatter)
        with formatter.section("Commandes\u00a0"):
            formatter.write_dl([(name, _uncut(said)) for name, said in self.one_liners(ctx)])

    def one_liners(self, ctx: Any) -> list[tuple[str, str]]:
        """Each visible command with the first sentence of its help."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        return [(name, first_sentence(found.help or "")) for name, found in commands if found and not found.hidden]

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command named first in `args`. raises: Unknown, with the nearest names."""
        typed = ALSO_TYPED.get((self.name or "", args[0]), args[0])
        args = [typed, *args[1:]]
        if not typed.startswith("-") and self.get_command(ctx, typed) is None and not ctx.resilient_parsing:
            raise Unknown(typed, self.near(ctx, typed), ctx.command_path)
        return super().resolve_command(ctx, args)

    def near(self, ctx: Any, typed: str) -> list[str]:
        """The names that this word may stand for, the nearest first."""
        return get_close_matches(typed.lower(), self.list_commands(ctx))


def first_sentence(text: str) -> str:
    """The first paragraph of a help text, on one line, without its final stop."""
    return " ".join(text.split("\n\n")[0].split()).removesuffix(".")
