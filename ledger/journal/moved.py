"""What went from some positions of a line to others: flows, where balances only say what is left."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ledger.core.money import Money
from ledger.journal.keys import AccountKey, Position
from ledger.journal.model import Account, Entry, Transfer


class Moved(NamedTuple):
    """An amount that one act took from `source` to `target`; below zero where the act is undone."""

    kind: str
    sequence: int
    source: AccountKey
    target: AccountKey
    cents: int


def moved_between(
    session: Session, line: str, sources: Collection[Position], targets: Collection[Position], *, on: date | None = None
) -> list[Moved]:
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
) -> Iterator[Moved]:
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
            yield Moved(kind, sequence, _key(target), _key(source), -amount.cents)
        else:
            yield Moved(kind, sequence, _key(source), _key(target), amount.cents)


def _ids(line: str, positions: Collection[Position]) -> Any:
    return select(Account.id).where(Account.line == line, Account.position.in_([str(each) for each in positions]))


def _key(account: Account) -> AccountKey:
    return AccountKey(Position(account.position), account.line, account.year, account.convention, account.action)


def sum_moved(moves: Collection[Moved]) -> Money:
    """What these moves took, less what was undone of them."""
    return Money(sum(each.cents for each in moves))
