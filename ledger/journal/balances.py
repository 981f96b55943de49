"""What accounts hold: now, or as of a day, from the months counted before it and the entries that follow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    bindparam,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.positions import CREDIT_SIDE, POSITIONS, AccountKey, Position

_FEW = {"conventions": "convention", "convention": "convention", "action": "action"}


@lru_cache(maxsize=64)
def _filters(names: tuple[str, ...]) -> tuple[ColumnElement[bool], ...]:
    """The accounts of balances whose filters have these names; their values are given when it is asked."""
    conditions: list[ColumnElement[bool]] = []
    for name in names:
        value: BindParameter[Any] = bindparam(name, expanding=name in ("positions", *_FEW))
        if name in _FEW:
            # Their ids come from an index alone: without statistics SQLite would walk every account of the contract.
            conditions.append(Account.id.in_(select(Account.id).where(getattr(Account, _FEW[name]).in_(value))))
        elif name == "positions":
            conditions.append(Account.position.in_(value))
        else:
            conditions.append(getattr(Account, name) == value)
    return tuple(conditions)


_KEY = (Account.position, Account.line, Account.year, Account.convention, Account.action)


@lru_cache(maxsize=64)
def _held_now(names: tuple[str, ...]) -> Select[Any]:
    """The question of balances when every day counts, made once for each of its shapes."""
    open_only = () if _FEW.keys() & set(names) else (Account.debit != Account.credit,)
    return select(*_KEY, _in_cents(Account.debit - Account.credit)).where(*_filters(names), *open_only)


def balances(
    session: Session,
    *,
    on: date | None = None,
    line: str | None = None,
    year: int | None = None,
    convention: str | None = None,
    conventions: Collection[str] | None = None,
    action: str | None = None,
    positions: Iterable[Position] | None = None,
) -> dict[AccountKey, Money]:
    """What every account that matches holds, on its natural side; accounts at zero are left out.

    on: only what counts for this day or before; None for every day.
    """
    values: dict[str, Any] = {
        "line": line,
        "year": year,
        "positions": None if positions is None else [str(position) for position in positions],
        "conventions": None if conventions is None else list(conventions),
        "convention": None if convention is None else [convention],
        "action": None if action is None else [action],
    }
    values = {name: value for name, value in values.items() if value is not None}
    names = tuple(values)
    query = _held_now(names)
    if not _all_counts(session, on):
        from ledger.journal.months import month_sums

        until = month_sums(session, on)
        query = (
            select(*_KEY, _in_cents(until.c.debit - until.c.credit))
            .join(until, until.c.account == Account.id)
            .where(*_filters(names))
        )
    return _held(session, query, values)


def balance_by(session: Session, position: Position, *by: str) -> dict[tuple[Any, ...], Money]:
    """What the accounts of a position hold, added up by these parts of their key, in the order of these; not zeros."""
    parts = [getattr(Account, name) for name in by]
    query = (
        select(*parts, _in_cents(func.sum(Account.debit) - func.sum(Account.credit)))
        .where(
            Account.position == str(position),
            Account.debit != Account.credit,
        )
        .group_by(*parts)
    )
    sign = -1 if position in CREDIT_SIDE else 1
    rows = sorted(map(tuple, session.execute(query)))
    return {tuple(of): Money(sign * int(debit)) for *of, debit in rows if debit}


def line_balances(session: Session, years: Collection[int], *, on: date | None = None) -> dict[AccountKey, Money]:
    """What the accounts of each position, line and year hold together, conventions and actions added up; not zeros.

    on: as in balances.
    """
    columns = (Account.position, Account.line, Account.year, literal(""), literal(""))
    wanted = (Account.year.in_(years),)
    if _all_counts(session, on):
        query: Any = select(*columns, _in_cents(func.sum(Account.debit) - func.sum(Account.credit))).where(*wanted)
    else:
        from ledger.journal.months import month_sums

        until = month_sums(session, on)
        summed = func.sum(until.c.debit) - func.sum(until.c.credit)
        query = select(*columns, _in_cents(summed)).join(until, until.c.account == Account.id).where(*wanted)
    return _held(session, query.group_by(Account.position, Account.line, Account.year))


def _in_cents(amount: ColumnElement[Any]) -> ColumnElement[Any]:
    """The amount as the base holds it, without a Money for each row read."""
    return type_coerce(amount, BigInteger)


def _all_counts(session: Session, day: date | None) -> bool:
    """Whether what accounts hold is what they held that day: no entry counts for a later one."""
    if day is None:
        return True
    return session.scalar(select(Entry.sequence).where(Entry.effect_on > day).limit(1)) is None


def _held(session: Session, query: Select[Any], values: Mapping[str, Any] | None = None) -> dict[AccountKey, Money]:
    """The rows of a key's five parts and of cents on the debit side, as what accounts hold; zeros left out."""
    found = {}
    for name, line, year, convention, action, debit in sorted(map(tuple, session.execute(query, values))):
        if cents := int(debit):
            position = POSITIONS[name]
            held = Money(-cents if position in CREDIT_SIDE else cents)
            found[AccountKey(position, line, year, convention, action)] = held
    return found


def amount_moved(
    session: Session,
    *,
    into: Position,
    out_of: Position | Sequence[Position],
    on: date | None = None,
    year: int | None = None,
    action: str | None = None,
    actions: Select[str] | None = None,
    kinds: Collection[str] = (),
) -> Mapping[AccountKey, Money]:
    """For each account of position `into`: what came from `out_of` minus what went back there.

    out_of: one position or several. on: only what counts for this day or before. actions: the numbers of those wanted.
    kinds: only by entries of these kinds. The answer to "how much was granted, whatever became of it".
    """
    few = (("year", year), ("action", action), ("action", actions))
    wanted: dict[str, Any] = {name: value for name, value in few if value is not None}
    net: dict[AccountKey, int] = {}
    for sign, rows in _crossed(session, into, out_of, ("line", "year", "convention", "action"), wanted, on, kinds):
        for line, of_year, convention, of_action, amount in rows:
            key = AccountKey(into, line, of_year, convention, of_action)
            net[key] = net.get(key, 0) + sign * int(amount)
    return {key: Money(cents) for key, cents in sorted(net.items()) if cents}


def moved_by_line(
    session: Session, years: Collection[int], *, into: Position, out_of: Position
) -> Mapping[tuple[int, str], Money]:
    """As amount_moved, the accounts of each year and line added up."""
    net: dict[tuple[int, str], int] = {}
    for sign, rows in _crossed(session, into, out_of, ("year", "line"), {"year": years}, None):
        for year, line, amount in rows:
            net[year, line] = net.get((year, line), 0) + sign * int(amount)
    return {key: Money(cents) for key, cents in sorted(net.items()) if cents}


def _crossed(
    session: Session,
    into: Position,
    out_of: Position | Sequence[Position],
    by: tuple[str, ...],
    wanted: Mapping[str, Any],
    on: date | None,
    kinds: Collection[str] = (),
) -> Iterator[tuple[int, Iterable[Any]]]:
    """The sums of the transfers that enter (1), then of those that go back (-1), by these parts of the account's key.

    wanted: the value, or the values, that a part of the key has.
    """
    values = {"into": into, "on": on, "kinds": list(kinds)}
    values["others"] = [out_of] if isinstance(out_of, str) else list(out_of)
    among = None
    plain: list[tuple[str, bool]] = []
    for name, value in wanted.items():
        if isinstance(value, Select):
            among = (name, value)
            continue
        several = not isinstance(value, (int, str))
        plain.append((name, several))
        values[f"of_{name}"] = list(value) if several else value
    for entering in (True, False):
        build = _crossing if among is None else _crossing.__wrapped__
        asked = (entering, by, tuple(plain), among, on is not None, bool(kinds))
        yield 1 if entering else -1, session.execute(build(*asked), values)


@lru_cache(maxsize=64)
def _crossing(
    entering: bool,
    by: tuple[str, ...],
    wanted: tuple[tuple[str, bool], ...],
    among: tuple[str, Select[str]] | None,
    dated: bool,
    of_kinds: bool,
) -> Select[Any]:
    """The question of _crossed, whose values are given when it is asked: made once for each of its shapes."""
    into: BindParameter[Any] = bindparam("into")
    others: BindParameter[Any] = bindparam("others", expanding=True)
    ids = select(Account.id).where(Account.position == into)
    for name, several in wanted:
        column = getattr(Account, name)
        value: BindParameter[Any] = bindparam(f"of_{name}", expanding=several)
        ids = ids.where(column.in_(value) if several else column == value)
    if among is not None:
        ids = ids.where(getattr(Account, among[0]).in_(among[1]))
    debited, credited = select(Account).subquery(), select(Account).subquery()
    mine, theirs = (debited, credited) if entering else (credited, debited)
    parts = [mine.c[name] for name in by]
    query = (
        select(*parts, _in_cents(func.sum(Transfer.amount)))
        .join(debited, debited.c.id == Transfer.debit_account)
        .join(credited, credited.c.id == Transfer.credit_account)
        .where(mine.c.position == into, theirs.c.position.in_(others))
        .group_by(*parts)
    )
    # Named by their ids, the accounts are looked up first, and not for every transfer of the book.
    moving = Transfer.debit_account if entering else Transfer.credit_account
    query = query.where(moving.in_(ids)) if wanted or among is not None else query
    if dated or of_kinds:
        query = query.join(Entry, Entry.sequence == Transfer.sequence)
    if dated:
        query = query.where(Entry.effect_on <= bindparam("on"))
    if of_kinds:
        query = query.where(Entry.kind.in_(bindparam("kinds", expanding=True)))
    return query
