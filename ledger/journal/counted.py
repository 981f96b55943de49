"""Do the months that the base counts say what the entries say?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from ledger.journal.model import MonthKnown, MonthTotal
from ledger.journal.months import month_number
from ledger.journal.stored import read_day, stored_rows


def miscounted(session: Session, entries: Sequence[Any], transfers: Sequence[Any]) -> list[int]:
    """The accounts one of whose months is not what these rows, as stored, add up to; 0 for the count as a whole."""
    known = stored_rows(session, MonthKnown, "contract")
    last = known[0].sequence if known else 0
    counted = [entry for entry in entries if entry.sequence <= last]
    months = {entry.sequence: month_number(day) for entry in counted if (day := read_day(entry.effect_on)) is not None}
    sums: dict[tuple[int, int], list[int]] = {}
    for transfer in transfers:
        month = months.get(transfer.sequence)
        if month is not None:
            sums.setdefault((transfer.debit_account, month), [0, 0])[0] += transfer.amount
            sums.setdefault((transfer.credit_account, month), [0, 0])[1] += transfer.amount
    stored = {
        (row.account, row.month): [row.debit, row.credit]
        for row in stored_rows(session, MonthTotal, "account", "month")
    }
    wrong = {key[0] for key in sums.keys() | stored.keys() if sums.get(key) != stored.get(key)}
    if known and max((entry.recorded_at for entry in counted), default=None) != known[0].recorded_until:
        wrong.add(0)
    return sorted(wrong)
