"""The acts that moved what actions are granted, or freed some of it, as the book and the avenants say them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

import ledger.conventions.model  # noqa: F401 -- avenants are tied to its tables
from ledger.conventions.followed_model import Avenant, AvenantLine
from ledger.core.money import ZERO, Money
from ledger.journal.keys import Position
from ledger.journal.model import Account, Entry, Transfer
from ledger.programming.grants import GIVEN_UP, GIVING_UP

_HELD = (Position.PROGRAMME, Position.ENGAGE)
_LEFT = (Position.DISPONIBLE, Position.BLOQUE, Position.ANNULE, Position.RENDU, Position.REPORTE)


@dataclass(slots=True)
class GrantedMove:
    """What an entry that stands changes of an action's grant on a line.

    granted: signed, of the amount granted (see granted_by_action). freed: what leaves what is programmed or engaged
    without changing that amount.
    """

    action: str
    line: str
    entry: Entry
    granted: Money = ZERO
    freed: Money = ZERO


class AmendedLine(NamedTuple):
    """What an avenant changes, signed, of what its convention commits for an action on a line; lines: in all."""

    action: str
    line: str
    avenant: Avenant
    entry: Entry
    change: Money
    lines: int

    @property
    def name(self) -> str:
        """How a sentence names it."""
        return f"avenant {self.avenant.rank} à la convention {self.avenant.convention}"


def granted_moves(session: Session, numbers: Select[str]) -> list[GrantedMove]:
    """What entries changed of the grants of the actions so numbered, without what was undone nor what undid it.

    By action and line, the `granted` sum to what it is granted today.
    """
    found: dict[tuple[str, str, int], GrantedMove] = {}
    for entering in (True, False):
        crossing = _crossing(numbers, entering=entering)
        for mine, other, amount, entry in session.execute(crossing):
            if (mine.position, other) == (Position.ENGAGE, Position.REPORTE):
                continue
            move = found.setdefault(
                (mine.action, mine.line, entry.sequence), GrantedMove(mine.action, mine.line, entry)
            )
            signed = amount if entering else -amount
            if _grants(mine.position, other, entry.kind):
                move.granted += signed
            else:
                move.freed -= signed
    return list(found.values())


def _grants(mine: str, other: str, kind: str) -> bool:
    """Whether what passes between these positions changes the amount granted, by the one definition of it."""
    if mine == Position.PROGRAMME:
        return other == Position.DISPONIBLE
    return other in GIVEN_UP and kind in GIVING_UP


def _crossing(numbers: Select[str], *, entering: bool) -> Select[Account, str, Money, Entry]:
    """The transfers that enter what is programmed or engaged for the actions, or leave it; between entries that stand.

    Named by their ids, the accounts are looked up first, and not for every transfer of the book.
    """
    mine, other, undoing = aliased(Account), aliased(Account), aliased(Entry)
    own, facing = Transfer.debit_account, Transfer.credit_account
    if not entering:
        own, facing = facing, own
    ids = select(Account.id).where(Account.position.in_(map(str, _HELD)), Account.action.in_(numbers))
    undone = select(undoing.sequence).where(undoing.reverses == Entry.sequence).exists()
    return (
        select(mine, other.position, Transfer.amount, Entry)
        .select_from(Transfer)
        .join(mine, mine.id == own)
        .join(other, other.id == facing)
        .join(Entry, Entry.sequence == Transfer.sequence)
        .where(own.in_(ids), other.position.in_(map(str, _LEFT)))
        .where(Entry.reverses.is_(None), ~undone)
    )


def amended_lines(session: Session, numbers: Select[str]) -> list[AmendedLine]:
    """What each avenant changed of the amounts of the actions so numbered."""
    counted = aliased(AvenantLine)
    lines = (
        select(func.count())
        .where(counted.convention == Avenant.convention, counted.rank == Avenant.rank)
        .scalar_subquery()
    )
    query = (
        select(AvenantLine, Avenant, Entry, lines)
        .join(
            Avenant,
            (Avenant.convention == AvenantLine.convention) & (Avenant.rank == AvenantLine.rank),
        )
        .join(Entry, Entry.sequence == Avenant.entry_number)
        .where(AvenantLine.action.in_(numbers))
    )
    return [
        AmendedLine(changed.action, changed.line, avenant, entry, changed.amount_after - changed.amount_before, count)
        for changed, avenant, entry, count in session.execute(query)
    ]
