"""Typer commands made of what commands declare."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import typer
from typer.main import get_command, get_group

from ledger.commands.declaring.group import CommandDeclared, DeclaredGroup
from ledger.commands.declaring.parameters import Option, Parameter
from ledger.terminal.completion import completed
from ledger.terminal.french import FrenchCommand, FrenchGroup
from ledger.terminal.naming import Command


def command_of(group: DeclaredGroup) -> Command:
    """What Typer runs for this group: its command where it has but one, typed alone."""
    app = typer.Typer(
        cls=FrenchGroup,
        help=group.purpose,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    for each in group.commands:
        settings = dict(each.line_settings) or None
        app.command(each.name, cls=_class_of(each), context_settings=settings)(_for_typer(each.function))
    made: Any = get_command(app) if group.alone else get_group(app)
    return made  # type: ignore[no-any-return]


def _class_of(declared: CommandDeclared) -> type[FrenchCommand]:
    answer = declared.answer
    given = property(lambda _: answer()) if callable(answer) else answer
    return type("OneCommand", (FrenchCommand,), {"asks": declared.asks, "answer": given})


def _for_typer(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, its parameters described as Typer reads them."""
    hints = {name: _described(hint) for name, hint in get_type_hints(function, include_extras=True).items()}
    signature = inspect.signature(function)
    described = [each.replace(annotation=hints[each.name]) for each in signature.parameters.values()]

    def run(**values: Any) -> Any:
        return function(**values)

    read: Any = run
    read.__name__, read.__doc__ = function.__name__, function.__doc__
    read.__annotations__, read.__signature__ = hints, signature.replace(parameters=described)
    return run


def _described(hint: Any) -> Any:
    if get_origin(hint) is not Annotated:
        return hint
    kind, *notes = get_args(hint)
    return Annotated[(kind, *(_information(each) if isinstance(each, Parameter) else each for each in notes))]


def _information(declared: Parameter) -> Any:
    settings = declared.settings | {"autocompletion": completed(declared.offers)}
    if isinstance(declared, Option):
        return typer.Option(..., *declared.names, **settings)
    return typer.Argument(**settings)
