"""What entries did to an enveloppe: its credits of no convention or action, position by position, before and after."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.positions import CREDIT_SIDE, POSITION_LABELS, POSITIONS, Position


class PositionMoved(NamedTuple):
    """What a position of an enveloppe held before and after an entry."""

    position: Position
    before: Money
    after: Money


class EnveloppeMoved(NamedTuple):
    """An entry that moved an enveloppe."""

    entry: Entry
    positions: tuple[PositionMoved, ...]


def enveloppe_moves(session: Session, line: str, year: int) -> list[EnveloppeMoved]:
    """What each entry did to the credits of this line and year, in the order of record.

    What left to an action or a convention is told by the position it left; what became of it there is theirs to tell.
    """
    own = select(Account).where(
        Account.line == line, Account.year == year, Account.convention == "", Account.action == ""
    )
    accounts = {each.id: POSITIONS[each.position] for each in session.scalars(own)}
    accounts = {number: position for number, position in accounts.items() if position in POSITION_LABELS}
    query = (
        select(Entry, Transfer)
        .join(Transfer, and_(Transfer.contract == Entry.contract, Transfer.sequence == Entry.sequence))
        .where(or_(Transfer.debit_account.in_(accounts), Transfer.credit_account.in_(accounts)))
        .order_by(Entry.sequence, Transfer.rank)
    )
    held: Counter[Position] = Counter()
    found = []
    for entry, moves in groupby(session.execute(query), key=lambda row: row[0]):
        before = held.copy()
        for _, transfer in moves:
            for account, cents in (
                (transfer.debit_account, transfer.amount.cents),
                (transfer.credit_account, -transfer.amount.cents),
            ):
                if (position := accounts.get(account)) is not None:
                    held[position] += -cents if position in CREDIT_SIDE else cents
        moved = (PositionMoved(each, Money(before[each]), Money(held[each])) for each in Position if each in held)
        found.append(EnveloppeMoved(entry, tuple(each for each in moved if each.before != each.after)))
    return found
