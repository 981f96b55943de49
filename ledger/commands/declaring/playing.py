"""Playing a command line as a part of the act under way: in its session, all or nothing, and without a word."""

from __future__ import annotations

from contextvars import copy_context
from datetime import date
from typing import TYPE_CHECKING, Any

from ledger.commands.declaring.caller import line_runner
from ledger.commands.declaring.choices import Around, inside
from ledger.commands.declaring.usage import WrongUsage

if TYPE_CHECKING:
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


def play(session: Session, words: list[str]) -> Any:
    """What this command line gives, written in this session, which its caller ends.

    raises: WrongUsage for what is no act or writes nothing, and what the command raises.
    """
    check_act(words)
    around = Around(session)
    with inside(around):
        copy_context().run(line_runner().run_line, words)
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


def dated(words: list[str], today: date) -> list[str]:
    """The words with the day they count for: the one typed, else today, so that it does not move until they are played.

    raises: WrongUsage for what is no act.
    """
    check_act(words)
    takes_a_day = "--le" not in words and line_runner().has_option(words[:2], "--le")
    return [*words, "--le", today.isoformat()] if takes_a_day else words
