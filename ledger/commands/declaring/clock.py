"""What a command that writes asks of the clock of its machine, and tells of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ledger.commands.declaring.choices import chosen
from ledger.commands.outcome import Unconfirmed
from ledger.core.errors import LedgerError
from ledger.core.period import french_day

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_FAR_AHEAD = timedelta(days=366)
_WORTH_SAYING = timedelta(seconds=1)
LATE_CLOCK = "horloge_en_retard"
CLOCK_IS_RIGHT = "horloge_juste"
"""The global option by which a clock far ahead is believed."""


class ClockAhead(LedgerError):
    """The clock of this machine is more than a year after the last thing recorded."""

    code = "horloge"


def check_clock(session: Session) -> None:
    """Look at the clock before anything is written.

    raises: Unconfirmed when it is more than a year after the last thing recorded, ClockApart when it is too far from
    the server's.
    """
    from ledger.storage.instants import machine_instant, read_last_instant

    last, now = read_last_instant(session), machine_instant()
    if last is None or now - last <= _FAR_AHEAD or chosen().clock_is_right:
        return
    said = (
        f"L'horloge de cette machine dit le {french_day(now.astimezone().date())} ; le dernier enregistrement date du"
        f" {french_day(last.astimezone().date())}, plus d'un an avant."
    )
    refusal = ClockAhead(
        f"{said} Rien n'a été écrit.",
        "Réglez l'horloge ; si elle est juste, ajoutez --horloge-juste après « cofiville ».",
    )
    consequences = f"{said} Ce qui sera écrit ensuite ne pourra plus être daté d'avant."
    raise Unconfirmed(consequences, option=CLOCK_IS_RIGHT, refusal=refusal)


def retreat_of(session: Session) -> dict[str, str] | None:
    """What is told of a clock that was behind the last thing recorded by a second or more; None else."""
    from ledger.storage.instants import Instants, span_words
    from ledger.storage.session import context

    behind = context(session).kept(Instants).behind
    if behind < _WORTH_SAYING:
        return None
    message = (
        f"Elle retarde de {span_words(behind)} sur le dernier enregistrement ; celui-ci est daté juste après lui."
        " Réglez la date et l'heure de cette machine."
    )
    return {"code": LATE_CLOCK, "objet": "horloge de cette machine", "message": message}
