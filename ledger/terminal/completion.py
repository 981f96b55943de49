"""Completion of codes in the shell: read from the base directly, without SQLAlchemy, so that a key press stays quick.

When anything is amiss, nothing is offered: a completion never speaks.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer

from ledger.commands.declaring.choices import base_address, choose, chosen, contract_code
from ledger.commands.declaring.offers import OFFERS
from ledger.core.errors import LedgerError
from ledger.referential.shipped_models import default_contract

COMPLETE_VARIABLE = "_COFIVILLE_COMPLETE"
Offer = Callable[[typer.Context, list[str], str], list[tuple[str, str]]]
_MOST = 5000
_PATIENCE = 2
_NAMED = re.compile(r":(contract|begun|most)\b")


class ShellUnknown(LedgerError):
    """The shell in use is not one whose completion we know."""

    code = "interpreteur_inconnu"


def prepare_completion() -> None:
    """Make Typer's shells known when the shell asks for completions; else nothing is imported."""
    if COMPLETE_VARIABLE in os.environ:
        from typer.completion import get_completion_inspect_parameters

        get_completion_inspect_parameters()


def accept_as_typed(parameters: Iterable[Any]) -> None:
    """When the shell asks for completions, take words as they are typed.

    To check them, Typer would load Pydantic at each key pressed.
    """
    if COMPLETE_VARIABLE in os.environ:
        for each in parameters:
            none = () if each.multiple or each.nargs == -1 else None
            each.process_value = lambda _context, value, none=none: none if value is None else value


def install(wanted: bool) -> None:
    """The callback of --installer-completion: writes the script of the shell in use, and ends."""
    if not wanted:
        return
    import shellingham  # type: ignore[import-untyped]
    from typer.completion import install as install_for  # type: ignore[attr-defined]

    try:
        shell, path = install_for(shell=shellingham.detect_shell()[0], prog_name="cofiville")
    except (shellingham.ShellDetectionFailure, typer.Exit) as error:
        raise ShellUnknown(
            "L'interpréteur de commandes n'est pas reconnu.",
            "Lancez cette commande depuis bash, zsh, fish ou PowerShell.",
        ) from error
    print(f"Complétion installée pour {shell} dans {path}. Rouvrez le terminal pour en profiter.")
    raise typer.Exit


def completed(offers: str) -> Offer | None:
    """What completes a value: the codes offered that begin as typed, each with its label. None where none are."""
    name = offers.removesuffix("=")
    return _offer(OFFERS[name], offers.removeprefix(name)) if name in OFFERS else None


def _offer(query: str, then: str = "") -> Offer:

    def complete(context: typer.Context, _words: list[str], begun: str) -> list[tuple[str, str]]:
        given: dict[str, Any] = context.find_root().params if context is not None else {}
        now = chosen()
        try:
            choose(replace(now, base=given.get("base") or now.base, contract=given.get("contrat") or now.contract))
            address = base_address().removeprefix("sqlite:///")
            # Beside a base that is typed, the settings are not read: their file is slow to find at a key pressed.
            contract = (chosen().contract or default_contract()) if chosen().base else contract_code()
        except LedgerError:
            return []
        words = {"contract": contract, "begun": begun, "most": _MOST}
        begins = "upper(substr(code, 1, length(:begun))) = upper(:begun)"
        filtered = f"SELECT code, label FROM ({query}) AS codes WHERE {begins} LIMIT :most"  # noqa: S608 - our own words
        read = _rows_of_a_server if "://" in address else _rows_of_a_file
        return [(f"{code}{then}", str(label)) for code, label in read(address, filtered, words)]

    return complete


def _rows_of_a_file(path: str, query: str, words: dict[str, Any]) -> list[Any]:
    import sqlite3

    try:
        with closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute(query, words).fetchall()
    except sqlite3.Error:
        return []


def _rows_of_a_server(address: str, query: str, words: dict[str, Any]) -> list[Any]:
    try:
        import psycopg
    except ImportError:
        return []
    scheme, _, place = address.partition("://")
    try:
        with psycopg.connect(f"{scheme.partition('+')[0]}://{place}", connect_timeout=_PATIENCE) as connection:
            return connection.execute(_NAMED.sub(r"%(\1)s", query), words).fetchall()
    except psycopg.Error:
        return []


def listed(codes: Sequence[tuple[str, str]]) -> str:
    """Codes with their labels for a person to choose among, one a line, all of them."""
    return "\n".join(f"    {code}  {label}".rstrip() for code, label in codes)


def codes_of(offers: str) -> Callable[[str], str]:
    """What « ? » lists at a question that one of these codes ("lignes") answers, of those that begin so."""
    what = _offer(OFFERS[offers])
    chosen_already: Any = None
    return lambda begun: listed(what(chosen_already, [], begun.upper()))
