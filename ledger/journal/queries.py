"""The book as people read it: entries with their lines, the trial balance, the flows between positions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from ledger.core.errors import NotFound
from ledger.core.money import ZERO, Money
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.positions import AccountKey, Position
from ledger.storage.session import context


class AccountLine(NamedTuple):
    """What an account was debited and credited."""

    account: AccountKey
    debit: Money
    credit: Money


@dataclass(frozen=True, slots=True)
class WrittenEntry:
    """An entry as it stands in the book, with a line for each side of each transfer."""

    sequence: int
    reference: str
    label: str
    piece: str
    motive: str
    effect_on: date
    recorded_at: datetime
    agent: str
    command: str
    database_role: str
    reverses: int | None
    lines: tuple[AccountLine, ...]


def read_book(session: Session, year: int | None = None) -> list[WrittenEntry]:
    """The entries whose day of effect is in this year (all of them without a year), in the order of record."""
    entries = select(Entry)
    if year is not None:
        entries = entries.where(Entry.effect_on.between(date(year, 1, 1), date(year, 12, 31)))
    return _with_lines(session, list(session.scalars(entries.order_by(Entry.sequence))), one=False)


def read_entry(session: Session, sequence: int) -> WrittenEntry:
    """The entry of this number. raises: NotFound."""
    entry = session.get(Entry, (context(session).contract, sequence))
    if entry is None:
        raise NotFound(f"L'écriture {sequence} n'existe pas.", "Consultez les écritures : cofiville journal lister.")
    return _with_lines(session, [entry], one=True)[0]


def _with_lines(session: Session, entries: list[Entry], *, one: bool) -> list[WrittenEntry]:
    transfers = select(Transfer).order_by(Transfer.sequence, Transfer.rank)
    if one:
        transfers = transfers.where(Transfer.sequence == entries[0].sequence)
    accounts = session.scalars(select(Account))
    keys = {account.id: _key(account) for account in accounts}
    lines: dict[int, list[AccountLine]] = {}
    for transfer in session.scalars(transfers):
        of_entry = lines.setdefault(transfer.sequence, [])
        of_entry.append(AccountLine(keys[transfer.debit_account], transfer.amount, ZERO))
        of_entry.append(AccountLine(keys[transfer.credit_account], ZERO, transfer.amount))
    return [
        WrittenEntry(
            sequence=entry.sequence,
            reference=entry.reference,
            label=entry.label,
            piece=entry.piece,
            motive=entry.motive,
            effect_on=entry.effect_on,
            recorded_at=entry.recorded_at,
            agent=entry.agent,
            command=entry.command,
            database_role=entry.database_role,
            reverses=entry.reverses,
            lines=tuple(lines.get(entry.sequence, ())),
        )
        for entry in entries
    ]


def _key(account: Account) -> AccountKey:
    return AccountKey(Position(account.position), account.line, account.year, account.convention, account.action)


def trial_balance(session: Session, on: date | None = None, *, entries: int | None = None) -> list[AccountLine]:
    """The totals of every account used, in the order of keys; debits and credits add up to the same.

    on: only what counts for this day or before. entries: only so many of the first entries. None for all.
    """
    accounts = list(session.scalars(select(Account)))
    if on is None and entries is None:
        found = [AccountLine(_key(account), account.debit, account.credit) for account in accounts]
    else:
        moved = _moved(session, on, entries)
        found = [AccountLine(_key(account), *moved.get(account.id, (ZERO, ZERO))) for account in accounts]
    return sorted(line for line in found if line.debit or line.credit)


def _moved(session: Session, on: date | None, entries: int | None) -> dict[int, tuple[Money, Money]]:
    if entries is None:
        from ledger.journal.months import month_sums

        until = month_sums(session, on)
        rows = session.execute(select(until.c.account, until.c.debit, until.c.credit))
        return {account: (Money(int(debit)), Money(int(credit))) for account, debit, credit in rows}
    debited, credited = (_first(session, side, on, entries) for side in ("debit_account", "credit_account"))
    return {account: (debited.get(account, ZERO), credited.get(account, ZERO)) for account in debited.keys() | credited}


def _first(session: Session, side: str, on: date | None, entries: int) -> dict[int, Money]:
    """By account, the sum of one side of the first entries."""
    account = getattr(Transfer, side)
    query = select(account, func.sum(Transfer.amount)).where(Transfer.sequence <= entries).group_by(account)
    if on is not None:
        joined = Entry.sequence == Transfer.sequence
        query = query.join(Entry, joined).where(Entry.effect_on <= on)
    return dict(iter(session.execute(query)))


class AmountMoved(NamedTuple):
    """An amount that one act took from `source` to `target`; below zero where the act is undone."""

    kind: str
    sequence: int
    source: AccountKey
    target: AccountKey
    cents: int


def moved_between(
    session: Session, line: str, sources: Collection[Position], targets: Collection[Position], *, on: date | None = None
) -> list[AmountMoved]:
    """Every move on this line from an account of `sources` to one of `targets`, by number of entry.

    An act undone is there twice, the second time below zero under its own kind and number.
    on: only what counts for this day or before.
    """
    acts = _moves(session, line, sources, targets, on, undone=False)
    undone = _moves(session, line, targets, sources, on, undone=True)
    return sorted((*acts, *undone), key=lambda each: each.sequence)


def _moves(
    session: Session,
    line: str,
    sources: Collection[Position],
    targets: Collection[Position],
    on: date | None,
    *,
    undone: bool,
) -> Iterator[AmountMoved]:
    """Moves credited on `sources`; with undone, those of reversals, told as the act they undo."""
    credited, debited, act = aliased(Account), aliased(Account), aliased(Entry)
    named = Entry.reverses if undone else Entry.sequence
    query = (
        select(act.kind, act.sequence, credited, debited, Transfer.amount)
        .select_from(Transfer)
        .join(Entry, Entry.sequence == Transfer.sequence)
        .join(act, act.sequence == named)
        .join(credited, credited.id == Transfer.credit_account)
        .join(debited, debited.id == Transfer.debit_account)
        .where(
            Entry.reverses.is_not(None) if undone else Entry.reverses.is_(None),
            Transfer.credit_account.in_(_ids(line, sources)),
            Transfer.debit_account.in_(_ids(line, targets)),
        )
    )
    if on is not None:
        query = query.where(Entry.effect_on <= on)
    for kind, sequence, source, target, amount in session.execute(query):
        if undone:
            yield AmountMoved(kind, sequence, _key(target), _key(source), -amount.cents)
        else:
            yield AmountMoved(kind, sequence, _key(source), _key(target), amount.cents)


def _ids(line: str, positions: Collection[Position]) -> Any:
    return select(Account.id).where(Account.line == line, Account.position.in_([str(each) for each in positions]))


def sum_moved(moves: Collection[AmountMoved]) -> Money:
    """What these moves took, less what was undone of them."""
    return Money(sum(each.cents for each in moves))
