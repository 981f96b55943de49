"""What a command that dated an act back tells beside its result: the past days it left below zero."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING

from ledger.commands.shell.choices import act_around

if TYPE_CHECKING:
    from ledger.journal.past import PastOverdraft

_told: ContextVar[tuple[dict[str, str], ...]] = ContextVar("past days", default=())


def to_tell(past: Sequence[PastOverdraft]) -> None:
    """Keep what the result to be shown next must tell."""
    from ledger.journal.past import PAST_DAY

    _told.set(tuple({"code": PAST_DAY, "objet": each.key.text(), "message": each.message} for each in past))


def past_days() -> tuple[dict[str, str], ...]:
    """What is to be told, once; inside another act nothing, since that act tells it."""
    if act_around() is not None:
        return ()
    told = _told.get()
    _told.set(())
    return told
