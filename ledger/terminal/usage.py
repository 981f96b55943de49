"""What was wrong in a command line, in French: the problem and the way out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from typer import BadParameter, TyperException

from ledger.commands.declaring.usage import WrongUsage
from ledger.terminal.naming import Unknown, parameter_name

_GLOBAL_OPTIONS = {"--base": "ADRESSE ", "--json": "", "--csv": "", "--agent": "NOM ", "--contrat": "CODE "}
_EXTRA = re.compile(r"Got unexpected extra argument\(s\) \((?P<words>.*)\)", re.DOTALL)


def found_wrong(error: BaseException) -> str:
    """The name of what Typer found wrong in a command line; empty for any other exception.

    Typer publishes but one of these classes: BadParameter. All of them know the context of the command.
    """
    return type(error).__name__ if isinstance(error, TyperException) and hasattr(error, "ctx") else ""


def wrong_usage(error: Any) -> WrongUsage:
    """The French refusal for what Typer found wrong, or for an Unknown command."""
    if isinstance(error, Unknown):
        return _unknown(error)
    name = found_wrong(error)
    path = error.ctx.command_path if error.ctx else "cofiville"
    help_page = f"Aide : {path} --help"
    if name == "MissingParameter" and error.param is not None:
        return WrongUsage(f"Il manque {parameter_name(error.param)}.", f"{_example(error)}{help_page}")
    if isinstance(error, BadParameter):
        return _refused_value(error, help_page)
    if name == "NoSuchOption":
        return _no_such_option(error, path, help_page)
    if name == "BadOptionUsage":
        expects = "attend une valeur" if "requires" in error.message else "ne prend pas de valeur"
        return WrongUsage(f"L'option {error.option_name} {expects}.", help_page)
    if extra := _EXTRA.fullmatch(error.message):
        return WrongUsage(
            f"« {extra['words']} » est en trop.",
            f'Mettez entre guillemets "…" ce qui contient des espaces. {help_page}',
        )
    return WrongUsage("La commande est incomplète.", help_page)


def command_words(typed: Iterable[str]) -> list[str]:
    """The words of a command line that are no option before the command, nor the value of one."""
    words = iter(typed)
    found = []
    for word in words:
        if _GLOBAL_OPTIONS.get(word):
            next(words, None)
        elif not word.startswith("-"):
            found.append(word)
    return found


def _unknown(error: Unknown) -> WrongUsage:
    remedy = f"Commandes possibles : {error.group} --help"
    if error.near:
        remedy = f"Vouliez-vous dire « {' » ou « '.join(error.near)} » ? {remedy}"
    return WrongUsage(f"La commande « {error.typed} » n'existe pas.", remedy)


def _no_such_option(error: Any, path: str, help_page: str) -> WrongUsage:
    if error.option_name in _GLOBAL_OPTIONS:
        program, _, command = path.partition(" ")
        return WrongUsage(
            f"L'option {error.option_name} se place avant la commande.",
            f"Écrivez : {program} {error.option_name} {_GLOBAL_OPTIONS[error.option_name]}{command} …",
        )
    near = f"Vouliez-vous dire {' ou '.join(sorted(error.possibilities))} ? " if error.possibilities else ""
    return WrongUsage(f"L'option {error.option_name} n'existe pas.", near + help_page)


def _refused_value(error: Any, help_page: str) -> WrongUsage:
    parameter = error.param
    name = parameter_name(parameter) if parameter is not None else "un paramètre"
    value = _value_given(error)
    if parameter is not None and (choices := parameter.type_descriptor.choices):
        remedy = f"Choisissez parmi : {', '.join(str(getattr(choice, 'value', choice)) for choice in choices)}."
    elif parameter is not None and parameter.type_descriptor.annotation is int:
        remedy = f"Saisissez un nombre entier{_bounds(parameter)}."
    else:
        remedy = help_page
    return WrongUsage(f"{value} ne convient pas pour {name}.", remedy)


def _bounds(parameter: Any) -> str:
    lowest, highest = parameter.min, parameter.max
    if lowest is not None and highest is not None:
        return f" de {lowest} à {highest}"
    return f" d'au moins {lowest}" if lowest is not None else ""


def _value_given(error: BaseException) -> str:
    errors = getattr(error.__cause__, "errors", None)
    found = errors()[0].get("input") if errors else None
    return f"« {found} »" if isinstance(found, str) else "Cette valeur"


def _example(error: Any) -> str:
    text = (error.ctx.command.help or "") if error.ctx else ""
    _, found, example = text.partition("Exemple :")
    return f"Exemple :{' '.join(example.split()).join((' ', ' '))}— " if found else ""
