"""What the guards of a new book ask of the rows of another that move in: empty accounts, open days, the head last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from ledger.core.money import ZERO
from ledger.journal.model import ChainHead, Entry, Exercice, Transfer

LAST = (Entry.__tablename__, Transfer.__tablename__, ChainHead.__tablename__)
AT_FIRST: Mapping[str, Mapping[str, Any]] = {
    "account": {"debit": ZERO, "credit": ZERO},
    "exercice": {"closed_on": None, "closed_at": None, "closing_seal": None, "closing_entries": None},
}


def close_days(source: Connection, target: Connection) -> None:
    """Lock in the new book the days that are locked in the other."""
    exercice = Exercice.__table__
    for row in source.execute(select(exercice).where(exercice.c.closed_on.is_not(None))).mappings():
        same = (exercice.c.contract == row["contract"]) & (exercice.c.year == row["year"])
        target.execute(update(Exercice).where(same).values({name: row[name] for name in AT_FIRST["exercice"]}))
