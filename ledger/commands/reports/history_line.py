"""The line of a screen that says its object's last act, and where all of them are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.commands.declaring.choices import chosen
from ledger.core.words import typed_word

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from ledger.reports.history.acts import ActInHistory


def history_line(session: Session, genre: str, code: str, *moment: date | None) -> tuple[str, ...]:
    """The last act that did something to this object, for people; nothing for a script, nor where a moment is asked."""
    from ledger.reports.history.acts import object_history
    from ledger.reports.history.declared import GENRES
    from ledger.reports.history.objects import SeveralObjects, find_object
    from ledger.storage.session import context

    of_another = genre == "contrat" and code != context(session).contract
    if chosen().for_machines or of_another or any(moment):
        return ()
    acts = object_history(session, GENRES[genre], code)
    if not acts:
        return ()
    try:
        find_object(session, code)
        which = ""
    except SeveralObjects:
        which = f" --genre {genre}"
    return (_line(acts, f"{typed_word(code)}{which}"),)


def enveloppe_line(session: Session, line: str, year: int, *moment: date | None) -> tuple[str, ...]:
    """The same, of the enveloppe of this line and year."""
    from ledger.reports.history.enveloppes import enveloppe_acts

    if chosen().for_machines or any(moment):
        return ()
    acts = enveloppe_acts(session, line, year)
    return (_line(acts, f"{typed_word(line)} {year}"),) if acts else ()


def _line(acts: list[ActInHistory], typed: str) -> str:
    last = acts[-1]
    said = (
        f"{len(acts)} acte(s), le dernier le {last.recorded_at.astimezone():%d/%m/%Y} par {last.agent} ({last.command})"
    )
    return f"Historique : {said}. Tout voir : cofiville historique {typed}"
