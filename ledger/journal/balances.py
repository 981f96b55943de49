"""What accounts hold: now (their totals), or as of a day (their transfers up to it)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.journal.context import context
from ledger.journal.keys import AccountKey, Position
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.months import sums


def _filters(contract: str, **wanted: str | int | Iterable[Position] | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Account.contract == contract]
    positions = wanted.pop("positions", None)
    if positions is not None:
        conditions.append(Account.position.in_([str(position) for position in positions]))  # type: ignore[union-attr]
    conditions.extend(getattr(Account, name) == value for name, value in wanted.items() if value is not None)
    return conditions


def balances(
    session: Session,
    *,
    on: date | None = None,
    known_at: datetime | None = None,
    line: str | None = None,
    year: int | None = None,
    convention: str | None = None,
    conventions: Collection[str] | None = None,
    action: str | None = None,
    positions: Iterable[Position] | None = None,
) -> dict[AccountKey, Money]:
    """What every account that matches holds, on its natural side; accounts at zero are left out.

    on: only what counts for this day or before; None for every day. known_at: only what was recorded by this instant
    (what we knew in March about January); None for all that is written.
    """
    contract = context(session).contract
    wanted = _filters(contract, line=line, year=year, convention=convention, action=action, positions=positions)
    if conventions is not None:
        wanted.append(Account.convention.in_(conventions))
    columns = (Account.position, Account.line, Account.year, Account.convention, Account.action)
    query: Any
    if on is None and known_at is None:
        query = select(*columns, (Account.debit - Account.credit)).where(*wanted)
    else:
        until = sums(session, contract, on, known_at)
        query = (
            select(*columns, until.c.debit - until.c.credit).join(until, until.c.account == Account.id).where(*wanted)
        )
    found = {}
    for position, of_line, of_year, of_convention, of_action, debit in session.execute(query):
        cents = debit.cents if isinstance(debit, Money) else int(debit)
        if cents:
            key = AccountKey(Position(position), of_line, of_year, of_convention, of_action)
            found[key] = Money(cents if key.position.side == "D" else -cents)
    return dict(sorted(found.items()))


def moved(
    session: Session,
    *,
    into: Position,
    out_of: Position,
    on: date | None = None,
    year: int | None = None,
    action: str | None = None,
) -> Mapping[AccountKey, Money]:
    """For each account of position `into`: what came from `out_of` minus what went back there.

    on: only what counts for this day or before. The answer to "how much was granted, whatever became of it".
    """
    contract = context(session).contract
    net: dict[AccountKey, int] = {}
    for entering in (True, False):
        debit, credit = (into, out_of) if entering else (out_of, into)
        debited, credited = select(Account).subquery(), select(Account).subquery()
        mine = debited if entering else credited
        query = (
            select(mine.c.line, mine.c.year, mine.c.convention, mine.c.action, func.sum(Transfer.amount))
            .join(debited, (debited.c.contract == Transfer.contract) & (debited.c.id == Transfer.debit_account))
            .join(credited, (credited.c.contract == Transfer.contract) & (credited.c.id == Transfer.credit_account))
            .where(Transfer.contract == contract, debited.c.position == debit, credited.c.position == credit)
            .group_by(mine.c.line, mine.c.year, mine.c.convention, mine.c.action)
        )
        if year is not None:
            query = query.where(mine.c.year == year)
        if action is not None:
            query = query.where(mine.c.action == action)
        if on is not None:
            joined = (Entry.contract == Transfer.contract) & (Entry.sequence == Transfer.sequence)
            query = query.join(Entry, joined).where(Entry.effect_on <= on)
        for line, of_year, convention, action, amount in session.execute(query):
            cents = amount.cents if isinstance(amount, Money) else int(amount)
            key = AccountKey(into, line, of_year, convention, action)
            net[key] = net.get(key, 0) + (cents if entering else -cents)
    return {key: Money(cents) for key, cents in sorted(net.items()) if cents}
