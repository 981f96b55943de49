"""What transfers as stored add up to, account by account: in all, a month, a day; read once by the audit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from ledger.journal.model import MonthKnown, MonthTotal
from ledger.journal.months import month_number
from ledger.journal.stored import read_day, stored_rows

_Days = dict[tuple[int, Any], int]


@dataclass(frozen=True, slots=True)
class Tally:
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


def tally(session: Session, entries: Sequence[Any], transfers: Sequence[Sequence[Any]]) -> tuple[Tally, list[int]]:
    """What these rows add up to; the accounts one of whose months, as the base counts them, is not what they add up to.

    Account 0 stands for the count as a whole. transfers: in the order of their entries.
    """
    known = stored_rows(session, MonthKnown, "contract")
    last = known[0].sequence if known else 0
    days = {entry.sequence: entry.effect_on for entry in entries}
    place = next((place for place, row in enumerate(transfers) if row[0] > last), len(transfers))
    found = Tally()
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
