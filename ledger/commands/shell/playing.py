"""Playing a command line as a part of the act under way: in its session, all or nothing, and without a word."""

from __future__ import annotations

from contextvars import copy_context
from datetime import date
from typing import TYPE_CHECKING, Any

from ledger.commands.shell.choices import Around, inside
from ledger.commands.shell.usage import WrongUsage

if TYPE_CHECKING:
    import typer
    from sqlalchemy.orm import Session

ACTS = frozenset(
    {"enveloppe", "allocation", "convention", "versement", "recette", "bilan", "reversement", "recouvrement"}
)


def check_act(words: list[str]) -> None:
    """Nothing when these words begin an act of the book. raises: WrongUsage."""
    if not words or words[0] not in ACTS:
        raise WrongUsage(
            f"« {' '.join(words) or '…'} » n'est pas un acte du livre.",
            f"Donnez une commande entière qui commence par : {', '.join(sorted(ACTS))}.",
        )


def play(context: typer.Context, session: Session, words: list[str]) -> Any:
    """What this command line gives, written in this session, which its caller ends.

    raises: WrongUsage for what is no act or writes nothing, and what the command raises.
    """
    check_act(words)
    root = context.find_root().command

    def run() -> None:
        with root.make_context("cofiville", list(words)) as own:
            root.invoke(own)

    around = Around(session)
    with inside(around):
        copy_context().run(run)
    if not around.wrote:
        raise WrongUsage(f"« {' '.join(words)} » n'écrit rien.", "Donnez une commande qui enregistre un acte.")
    return around.shown


def day_of(words: list[str], otherwise: date) -> date:
    """The day typed in these words; the other where there is none that can be read."""
    from ledger.core.errors import InvalidValue
    from ledger.core.period import parse_day

    try:
        return parse_day(words[words.index("--le") + 1])
    except (ValueError, IndexError, InvalidValue):
        return otherwise


def dated(context: typer.Context, words: list[str], today: date) -> list[str]:
    """The words with the day they count for: the one typed, else today, so that it does not move until they are played.

    raises: WrongUsage for what is no act.
    """
    check_act(words)
    command: Any = context.find_root().command
    for word in words[:2]:
        found = command.get_command(context, word) if hasattr(command, "get_command") else None
        if found is None:
            return words
        command = found
    takes_a_day = any("--le" in getattr(each, "opts", ()) for each in command.params)
    return [*words, "--le", today.isoformat()] if takes_a_day and "--le" not in words else words
