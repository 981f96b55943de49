"""A command that was not typed, or filled in, as it must be."""

from __future__ import annotations

from typing import TypeVar

from ledger.core.errors import LedgerError

Value = TypeVar("Value")


class WrongUsage(LedgerError):
    """The command was not typed as it must be. Exit code 2."""

    code = "usage"


def needed(value: Value | None, name: str) -> Value:
    """What was typed, or answered in a terminal. raises: WrongUsage when it is missing."""
    if value is None:
        what, it = (f"l'option {name}", "la") if name.startswith("--") else (name, "le")
        raise WrongUsage(f"Il manque {what}.", f"Donnez-{it}, ou lancez la commande dans un terminal.")
    return value
