"""The instant of record: what a base records is never dated before what it has recorded already.

The last entry of the contract, and the last acts sealed of its rows and of those that all share, are looked at: a
machine whose clock went back records at the instant after theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
from ledger.storage.driver import on_postgresql, run_statement
from ledger.storage.session import context

_NEXT = timedelta(microseconds=1)
_FARTHEST = timedelta(minutes=5)
_LAST = (
    "SELECT 'recorded', recorded_at FROM"
    " (SELECT recorded_at FROM entry WHERE contract = ? ORDER BY sequence DESC LIMIT 1) entries"
    " UNION ALL SELECT 'recorded', recorded_at FROM"
    " (SELECT recorded_at FROM sealed_act WHERE contract = ? ORDER BY number DESC LIMIT 1) own"
    " UNION ALL SELECT 'recorded', recorded_at FROM"
    " (SELECT recorded_at FROM sealed_act WHERE contract = '' ORDER BY number DESC LIMIT 1) shared"
)
_SERVER_CLOCK = " UNION ALL SELECT 'server', clock_timestamp()"


class ClockApart(LedgerError):
    """The clock of this machine is too far from the server's for what it records to be believed."""

    code = "horloge"

    def __init__(self, apart: timedelta) -> None:
        moved = "avance" if apart > timedelta(0) else "retarde"
        super().__init__(
            f"L'horloge de cette machine {moved} de {span_words(abs(apart))} sur celle du serveur : rien n'a été"
            " écrit.",
            "Réglez la date et l'heure de cette machine, puis recommencez.",
        )


@dataclass(slots=True)
class Instants:
    """The last instant recorded that a session knows of; how far behind one the machine's clock was, at most."""

    latest: datetime | None = None
    behind: timedelta = timedelta(0)


def machine_instant() -> datetime:
    """What the clock of this machine says."""
    return datetime.now(UTC)


def read_last_instant(session: Session) -> datetime | None:
    """When the last thing there is was recorded; None in a base where nothing was.

    raises: ClockApart on a server whose clock is more than five minutes from this machine's.
    """
    contract = context(session).contract
    asked = _LAST + _SERVER_CLOCK if on_postgresql(session) else _LAST
    for said, stored in run_statement(session, asked, (contract, contract)):
        if said == "recorded":
            note_recorded(session, stored)
        elif abs(apart := machine_instant() - stored) > _FARTHEST:
            raise ClockApart(apart)
    return context(session).kept(Instants).latest


def note_recorded(session: Session, stored: Any) -> None:
    """Know that something was recorded at this instant, as the driver gives it: nothing is before it any more."""
    instant = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    known = context(session).kept(Instants)
    known.latest = instant if known.latest is None else max(known.latest, instant)


def instant_of_record(session: Session) -> datetime:
    """When what is written now is recorded: now, or the instant after the last one recorded where that is later.

    raises: ClockApart, as read_last_instant.
    """
    known = context(session).kept(Instants)
    if known.latest is None:
        read_last_instant(session)
    now = machine_instant()
    if known.latest is not None and now <= known.latest:
        known.behind = max(known.behind, known.latest - now)
        now = known.latest + _NEXT
    known.latest = now
    return now


def span_words(span: timedelta) -> str:
    """A length of time in its largest unit, or two: "1 h 30", "12 minutes", "3 650 jours"."""
    seconds = int(span.total_seconds())
    if seconds < 60:
        return f"{seconds} seconde{'s' if seconds > 1 else ''}"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} minute{'s' if minutes > 1 else ''}"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes:02d}"
    return f"{f'{hours // 24:,}'.replace(',', ' ')} jours"
