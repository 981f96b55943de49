"""The rows of the book as the database keeps them, and what its transfers add up to: read by the audit."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from ledger.journal.model import MonthKnown, MonthTotal
from ledger.journal.months import month_number
from ledger.storage.base import Base
from ledger.storage.driver import Question, ask_server


def stored_rows(session: Session, entity: type[Base], *order: str) -> Sequence[Any]:
    """Every row of the contract but for its code, as the driver gives it, named by column, in the order of these."""
    row = namedtuple(entity.__name__, _names(entity))  # type: ignore[misc]
    return [row._make(values) for values in stored_tuples(session, entity, *order)]


def stored_tuples(session: Session, entity: type[Base], *order: str) -> Sequence[Sequence[Any]]:
    """The stored rows of a table in the order of its columns, without their names."""
    sql = (
        f"SELECT {', '.join(_names(entity))} FROM {entity.__tablename__} WHERE contract = ? ORDER BY {', '.join(order)}"  # noqa: S608
    )
    [found] = ask_server(session, Question(sql))
    return found


def _names(entity: type[Base]) -> list[str]:
    return [column.name for column in entity.__table__.columns if column.name != "contract"]


@contextmanager
def any_text(session: Session) -> Iterator[None]:
    """Read text that is no longer UTF-8 as it is (SQLite lets it be written), so that its row can be named."""
    driver: Any = session.connection().connection.driver_connection
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    usual = driver.text_factory
    driver.text_factory = _decoded
    try:
        yield
    finally:
        driver.text_factory = usual


def _decoded(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogateescape")


@lru_cache(maxsize=4096)
def read_day(stored: Any) -> date | None:
    """The day stored; None when it is not written the one way days are."""
    if not isinstance(stored, str):
        return stored if isinstance(stored, date) else None
    try:
        day = date.fromisoformat(stored)
    except ValueError:
        return None
    return day if day.isoformat() == stored else None


@lru_cache(maxsize=4096)
def read_instant(stored: Any) -> datetime | None:
    """The instant stored, in UTC; None when it is not written the one way instants are."""
    if not isinstance(stored, str):
        return stored.astimezone(UTC) if isinstance(stored, datetime) else None
    try:
        instant = datetime.fromisoformat(stored).astimezone(UTC)
    except ValueError:
        return None
    return instant if instant.isoformat(timespec="microseconds") == stored else None


_Days = dict[tuple[int, Any], int]


@dataclass(frozen=True, slots=True)
class TransferTotals:
    """The cents debited and credited by (account, day of effect as stored; None for a transfer without entry)."""

    debits: _Days = field(default_factory=dict)
    credits: _Days = field(default_factory=dict)

    def add(self, transfers: Iterable[Sequence[Any]], days: Mapping[int, Any]) -> None:
        """Count these transfers, as stored. days: of each entry."""
        into, out_of = self.debits, self.credits
        for sequence, _rank, debit, credit, amount in transfers:
            day = days.get(sequence)
            into[debit, day] = into.get((debit, day), 0) + amount
            out_of[credit, day] = out_of.get((credit, day), 0) + amount

    def months(self) -> dict[tuple[int, int], list[int]]:
        """Debits and credits by account and month, without the days nobody can read."""
        found: dict[tuple[int, int], list[int]] = {}
        for side, days in enumerate((self.debits, self.credits)):
            for (account, stored), cents in days.items():
                if (day := read_day(stored)) is not None:
                    found.setdefault((account, month_number(day)), [0, 0])[side] += cents
        return found

    def totals(self) -> dict[int, list[int]]:
        """Debits and credits by account."""
        found: dict[int, list[int]] = {}
        for side, days in enumerate((self.debits, self.credits)):
            for (account, _), cents in days.items():
                found.setdefault(account, [0, 0])[side] += cents
        return found

    def moves(self) -> Iterator[tuple[int, Any, int]]:
        """By account then day: what the account was debited that day, less what it was credited."""
        days = sorted(key for key in self.debits.keys() | self.credits.keys() if key[1] is not None)
        for key in days:
            yield *key, self.debits.get(key, 0) - self.credits.get(key, 0)


def total_transfers(
    session: Session, entries: Sequence[Any], transfers: Sequence[Sequence[Any]]
) -> tuple[TransferTotals, list[int]]:
    """What these rows add up to; the accounts one of whose months, as the base counts them, is not what they add up to.

    Account 0 stands for the count as a whole. transfers: in the order of their entries.
    """
    known = stored_rows(session, MonthKnown, "contract")
    last = known[0].sequence if known else 0
    days = {entry.sequence: entry.effect_on for entry in entries}
    place = next((place for place, row in enumerate(transfers) if row[0] > last), len(transfers))
    found = TransferTotals()
    found.add(transfers[:place], days)
    months = found.months()
    stored = {
        (row.account, row.month): [row.debit, row.credit]
        for row in stored_rows(session, MonthTotal, "account", "month")
    }
    wrong = {key[0] for key in months.keys() | stored.keys() if months.get(key) != stored.get(key)}
    recorded = max((entry.recorded_at for entry in entries if entry.sequence <= last), default=None)
    if known and recorded != known[0].recorded_until:
        wrong.add(0)
    found.add(transfers[place:], days)
    return found, sorted(wrong)
