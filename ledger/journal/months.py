"""What accounts were debited and credited until a day: the months counted before it, then the entries that follow."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Subquery, and_, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from ledger.journal.model import Entry, MonthKnown, MonthTotal, Transfer
from ledger.storage.session import context


def month_number(day: date) -> int:
    """The month of a day as the base keeps it: 201603."""
    return day.year * 100 + day.month


def month_sums(session: Session, on: date | None) -> Subquery:
    """The `account`, `debit` and `credit` of what counts for this day or before."""
    parts = union_all(*_parts(_counted(session), on)).subquery()
    account, debit, credit = parts.c
    whole = [
        func.sum(cast(side, BigInteger)).cast(BigInteger).label(name)
        for name, side in (("debit", debit), ("credit", credit))
    ]
    return select(account.label("account"), *whole).group_by(account).subquery()


def _parts(counted: int, on: date | None) -> list[Select[Any]]:
    last = on or date.max
    until: list[ColumnElement[bool]] = [Entry.effect_on <= last] if on else []
    if not counted:
        return list(_transfers(until))
    before = select(MonthTotal.account, MonthTotal.debit, MonthTotal.credit).where(
        MonthTotal.month < month_number(last)
    )
    # Two parts rather than one OR: each reads its own range of an index.
    of_the_month = and_(Entry.sequence + 0 <= counted, Entry.effect_on >= last.replace(day=1), Entry.effect_on <= last)
    return [before, *_transfers([of_the_month]), *_transfers([Entry.sequence > counted, *until])]


def _counted(session: Session) -> int:
    """Up to which entry the months can be used."""
    known = session.get(MonthKnown, context(session).contract, populate_existing=True)
    return 0 if known is None else known.sequence


def _transfers(wanted: list[ColumnElement[bool]]) -> tuple[Select[Any], Select[Any]]:
    joined = Transfer.sequence == Entry.sequence + 0
    none = literal(0)
    into: Any = select(Transfer.debit_account, Transfer.amount, none)
    out_of: Any = select(Transfer.credit_account, none, Transfer.amount)
    return into.join(Entry, joined).where(*wanted), out_of.join(Entry, joined).where(*wanted)
