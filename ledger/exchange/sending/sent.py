"""Workbooks sent: each has a number, bears the seal of the book it shows, and is kept to be sent again as it was."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.errors import NotFound
from ledger.core.period import french_day
from ledger.exchange.model import SentWorkbook
from ledger.journal.audit import book_head
from ledger.storage.heads import acts_seal
from ledger.storage.instants import instant_of_record
from ledger.storage.session import context

NUMBER = "envoi"


@dataclass(frozen=True, slots=True)
class WorkbookStamp:
    """What a sent workbook says of itself: its number, its day, the state of the book it shows, the last act."""

    number: int
    on: date
    entries: int
    seal: str
    acts_seal: str

    @property
    def name(self) -> str:
        """What people call it."""
        return f"Envoi n° {self.number} du {french_day(self.on)}"

    @property
    def words(self) -> str:
        """As people read it, under the title."""
        acts = f" — sceau des actes {self.acts_seal}" if self.acts_seal else ""
        return f"{self.name} — sceau du livre {self.entries}:{self.seal}{acts}"

    @property
    def about(self) -> Mapping[str, str]:
        """As the program reads it when the workbook comes back."""
        said = {NUMBER: str(self.number), "jour": self.on.isoformat(), "sceau": f"{self.entries}:{self.seal}"}
        return said | ({"sceau_actes": self.acts_seal} if self.acts_seal else {})


def send_workbook(
    session: Session, subject: str, year: int, *, on: date, made: Callable[[WorkbookStamp], bytes]
) -> tuple[WorkbookStamp, bytes]:
    """The workbook made with its stamp, kept; the last one again where the book still makes the very same bytes."""
    last = last_sent(session, subject, year)
    if last is not None and sha256(same := made(_stamp(last))).hexdigest() == last.sha256:
        return _stamp(last), same
    contract, agent, _ = context(session).signature
    number = session.scalar(select(func.max(SentWorkbook.number))) or 0
    state = book_head(session)
    stamp = WorkbookStamp(number + 1, on, state.entries, state.seal, acts_seal(session))
    content = made(stamp)
    session.add(
        SentWorkbook(
            contract=contract,
            number=stamp.number,
            subject=subject,
            year=year,
            sent_on=on,
            recorded_at=instant_of_record(session),
            agent=agent,
            entries=stamp.entries,
            seal=stamp.seal,
            sha256=sha256(content).hexdigest(),
            content=b64encode(content).decode("ascii"),
            acts_seal=stamp.acts_seal,
        )
    )
    session.flush()
    return stamp, content


def _stamp(sent: SentWorkbook) -> WorkbookStamp:
    return WorkbookStamp(sent.number, sent.sent_on, sent.entries, sent.seal, sent.acts_seal)


def last_sent(session: Session, subject: str, year: int) -> SentWorkbook | None:
    """The last workbook sent on this subject for this year; None when none was."""
    query = select(SentWorkbook).where(SentWorkbook.subject == subject, SentWorkbook.year == year)
    return session.scalar(query.order_by(SentWorkbook.number.desc()).limit(1))


def sent_workbooks(session: Session) -> Sequence[SentWorkbook]:
    """Every workbook sent, the first one first."""
    query = select(SentWorkbook)
    return session.scalars(query.order_by(SentWorkbook.number)).all()


def find_sent(session: Session, number: int) -> SentWorkbook:
    """The workbook sent under this number. raises: NotFound."""
    found = session.get(SentWorkbook, (context(session).contract, number))
    if found is None:
        raise NotFound(f"Aucun classeur n'a été envoyé sous le n° {number}.", "La liste : cofiville excel envois.")
    return found


def content_of(sent: SentWorkbook) -> bytes:
    """The very bytes sent."""
    return b64decode(sent.content)
