"""Around every writing command: the documents of the acts it writes are kept as those acts make them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.commands.declaring.configuration import configured

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.storage.base import Base

_KEPT_BY_ROW = ("avenant", "bilan")


def usual_templates() -> Path | None:
    """The folder of templates settled once for all, or by COFIVILLE_MODELES. raises: ConfigurationUnreadable."""
    folder = configured().templates
    return Path(folder) if folder else None


@contextmanager
def documents_kept(session: Session) -> Iterator[None]:
    """Inside, acts are written; at the end, what their documents say is kept in the same transaction.

    Acts that write no entry (an avenant of dates, a bilan without effect) are known by their rows.
    """
    from sqlalchemy import event, inspect

    from ledger.reports.documents.due import documents_due, last_entry

    made: list[Base] = []

    def note(flushed: Session, _context: object) -> None:
        made.extend(each for each in flushed.new if each.__tablename__ in _KEPT_BY_ROW)

    before = last_entry(session)
    event.listen(session, "after_flush", note)
    try:
        yield
        session.flush()
    finally:
        event.remove(session, "after_flush", note)
    stand = [each for each in made if inspect(each).persistent]
    if stand or documents_due(session, before):
        from ledger.reports.documents.kept import keep_acts

        keep_acts(session, before, stand, usual_templates())
