"""What the user chose before the command: the base, the contract, who acts, words, JSON or CSV."""

from __future__ import annotations

import getpass
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ledger.commands.declaring.configuration import ConfigurationUnreadable, configured
from ledger.referential.shipped_models import default_contract


@dataclass(frozen=True, slots=True)
class Choices:
    """The global options of this run; an empty base, contract or agent means the usual one.

    clock_is_right: whether acts are written though the clock is more than a year after the last one.
    """

    base: str = ""
    contract: str = ""
    agent: str = ""
    as_json: bool = False
    as_csv: bool = False
    clock_is_right: bool = False

    @property
    def for_machines(self) -> bool:
        """Whether a script reads what is shown."""
        return self.as_json or self.as_csv


@dataclass
class Around:
    """The act of which the commands run inside are a part: its session, and what they left it to show.

    consequences: what they would have had confirmed, had they been typed alone.
    """

    session: Any
    wrote: bool = False
    shown: Any = None
    consequences: list[str] = field(default_factory=list)


CONTRACT_VARIABLE = "COFIVILLE_CONTRAT"
"""Where the environment says the contract of commands that name none."""
_USUAL = Choices()
_OF_A_CONTRACT = re.compile(r"\bcofiville (?=[a-z])(?!(?:contrat|base|demo|menu|configurer|diagnostic)\b)")
"""Where a text names a command that acts on one contract, without saying which."""
_choices: ContextVar[Choices] = ContextVar("choices", default=_USUAL)
_around: ContextVar[Around | None] = ContextVar("around", default=None)
_command: ContextVar[str] = ContextVar("command", default="")
_typed: ContextVar[frozenset[str] | None] = ContextVar("typed", default=None)
_unattended: ContextVar[bool] = ContextVar("unattended", default=False)


@contextmanager
def of_one_run() -> Iterator[None]:
    """Choices made inside are forgotten after, so that a run inside another leaves the outer one's."""
    choices, command = _choices.set(_USUAL), _command.set("")
    try:
        yield
    finally:
        _choices.reset(choices)
        _command.reset(command)


@contextmanager
def inside(around: Around) -> Iterator[None]:
    """Commands run inside are a part of this act, which ends its session itself."""
    token = _around.set(around)
    try:
        yield
    finally:
        _around.reset(token)


@contextmanager
def unattended() -> Iterator[None]:
    """Commands run inside ask nothing, whatever terminal there is: nobody sees what they say."""
    token = _unattended.set(True)
    try:
        yield
    finally:
        _unattended.reset(token)


def may_ask() -> bool:
    """Whether somebody is there to answer: a terminal, and a command of its own rather than one played by another."""
    return not _unattended.get() and act_around() is None and sys.stdin.isatty()


def act_around() -> Around | None:
    """The act this command is a part of; None for a command of its own."""
    return _around.get()


def choose(choices: Choices) -> None:
    """Keep the global options for the command that follows."""
    _choices.set(choices)


def chosen() -> Choices:
    """The global options of the command under way."""
    return _choices.get()


def for_this_contract(text: str) -> str:
    """The text, the commands it names typed for the contract of the command under way where it is not the usual one."""
    # Asked of every cell shown: the configuration is read for those alone that name a command.
    if not chosen().contract or _OF_A_CONTRACT.search(text) is None or _is_usual():
        return text
    return _OF_A_CONTRACT.sub(f"cofiville --contrat {chosen().contract} ", text)


def all_for_this_contract(values: Any) -> Any:
    """As for_this_contract, for every text in these values: an answer, or the rows of a listing."""
    return values if not chosen().contract or _is_usual() else _each_for_this_contract(values)


def _each_for_this_contract(values: Any) -> Any:
    match values:
        case str():
            return for_this_contract(values)
        case Mapping():
            return {name: _each_for_this_contract(value) for name, value in values.items()}
        case list() | tuple():
            return [_each_for_this_contract(value) for value in values]
    return values


def _is_usual() -> bool:
    """Whether the contract chosen is the one of commands that name none."""
    try:
        return chosen().contract == (os.environ.get(CONTRACT_VARIABLE) or _usual_contract())
    except ConfigurationUnreadable:
        return False


def enter_command(command: str, typed: frozenset[str]) -> None:
    """Keep the name of the command under way ("enveloppe notifier"), and which of its parameters were typed."""
    _command.set(command)
    _typed.set(typed)


def is_typed(parameter: str) -> bool:
    """Whether this parameter of the command under way was typed, rather than read where values are settled once."""
    typed = _typed.get()
    return typed is None or parameter in typed


def command_typed() -> str:
    """The name of the command under way, as each entry records it."""
    return _command.get()


def base_address() -> str:
    """The address of the base: the one chosen, else the configured one, else the file at the platform's usual place."""
    if base := chosen().base or configured().base:
        return base
    return str(usual_folder() / "cofiville.db")


def contract_code() -> str:
    """The code of the contract whose book is open: the one chosen, else the configured one, else that of the program.

    raises: ConfigurationUnreadable.
    """
    return chosen().contract or _usual_contract()


def _usual_contract() -> str:
    return configured().contract or default_contract()


def usual_folder() -> Path:
    """The platform's folder for our data; not created here."""
    from platformdirs import user_data_path

    return user_data_path("cofiville", appauthor=False)


def agent_name() -> str:
    """Who acts: the name given, else the configured one, else the system user."""
    if agent := (chosen().agent or configured().agent).strip():
        return agent
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "inconnu"
