"""Past days that an act dated back left below zero: told, not refused, since the book was never so when it was written.

The order of record is what nothing may overdraw (a CHECK of the base). The order of days may be: a commitment recorded
in May and dated in January, covered by credits of March.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.core.period import french_day
from ledger.journal.context import context
from ledger.journal.keys import AccountKey
from ledger.journal.seal import Draft
from ledger.journal.stored import read_day
from ledger.journal.tally import Tally
from ledger.storage.driver import Question, ask

PAST_DAY = "jour_passe_negatif"
_LOWERED = "dated_back"
_OF_ACCOUNTS = (
    "SELECT sequence, rank, debit_account, credit_account, amount, effect_on FROM transfer"
    " JOIN entry USING (contract, sequence) WHERE contract = ? AND {side}_account IN (??)"
)


class PastOverdraft(NamedTuple):
    """Days (the last included) at the end of which an account would have been below zero, and by how much at worst.

    entry: the last written that lowers it on one of them or before.
    """

    key: AccountKey
    first: date
    last: date
    missing: Money
    entry: int

    @property
    def message(self) -> str:
        """What happened, in a sentence."""
        days = f"le {french_day(self.first)}"
        if self.last > self.first:
            days = f"du {french_day(self.first)} au {french_day(self.last)}"
        return (
            f"{days[0].upper()}{days[1:]}, il aurait manqué {self.missing.french()} : l'écriture {self.entry} "
            "est datée d'avant ce qui la couvre."
        )


def past_overdrafts(
    sums: Tally, keys: Mapping[int, AccountKey], transfers: Sequence[Sequence[Any]], days: Mapping[int, Any]
) -> list[PastOverdraft]:
    """Every account of these that was below zero at the end of a day, at the first such days, in the order of keys.

    transfers: all those of these accounts. days: of each entry, as stored.
    """
    spells: dict[int, tuple[date, date, int]] = {}
    for account, moves in groupby(sums.moves(), key=lambda move: move[0]):
        key = keys.get(account)
        if key is not None and (spell := _first_spell(moves, _sign(key))) is not None:
            spells[account] = spell
    entries = _lowering(spells, keys, transfers, days) if spells else {}
    return sorted(
        PastOverdraft(keys[account], first, last, Money(missing), entries.get(account, 0))
        for account, (first, last, missing) in spells.items()
    )


def _sign(key: AccountKey) -> int:
    return 1 if key.position.side == "D" else -1


def _lowering(
    spells: Mapping[int, tuple[date, date, int]],
    keys: Mapping[int, AccountKey],
    transfers: Sequence[Sequence[Any]],
    days: Mapping[int, Any],
) -> dict[int, int]:
    """For each of these accounts, the last entry that lowers it by the end of its spell."""
    found: dict[int, int] = {}
    for sequence, _rank, debit, credit, _amount in transfers:
        for account, lowers in ((credit, 1), (debit, -1)):
            if account in spells and _sign(keys[account]) == lowers:
                day = read_day(days.get(sequence))
                if day is not None and day <= spells[account][1]:
                    found[account] = max(found.get(account, 0), sequence)
    return found


def _first_spell(moves: Iterator[tuple[int, Any, int]], sign: int) -> tuple[date, date, int] | None:
    """The first days below zero of an account whose days these are: first, last, cents missing at worst."""
    held = lowest = 0
    first = None
    for _, stored, net in moves:
        day = read_day(stored)
        if day is None:
            continue
        held += net * sign
        if first is None and held < 0:
            first = day
        elif first is not None and held >= 0:
            return first, day - timedelta(days=1), -lowest
        lowest = min(lowest, held)
    return None if first is None else (first, day or first, -lowest)


def note_dated_back(session: Session, drafts: Sequence[Draft], latest: date | None) -> None:
    """Remember the accounts that acts lower on a day before one the book has, for `left_below_zero`.

    latest: the last day of effect there is before them; None in an empty book.
    """
    for draft in drafts:
        if latest is None or draft.effect_on >= latest:
            latest = draft.effect_on
            continue
        lowered = [move.credit for move in draft.moves if move.credit.position.side == "D"]
        lowered += [move.debit for move in draft.moves if move.debit.position.side == "C"]
        session.info.setdefault(_LOWERED, set()).update(lowered)


def left_below_zero(session: Session) -> list[PastOverdraft]:
    """The past days below zero of the accounts that acts of this session, dated back, lowered; told once."""
    keys = {key.account_id(): key for key in session.info.pop(_LOWERED, ())}
    if not keys:
        return []
    questions = [
        Question(_OF_ACCOUNTS.format(side=side), context(session).contract, sorted(keys))
        for side in ("debit", "credit")
    ]
    rows = {tuple(row) for found in ask(session, *questions) for row in found}
    days = {row[0]: row[5] for row in rows}
    transfers = [row[:5] for row in rows]
    sums = Tally()
    sums.add(transfers, days)
    return past_overdrafts(sums, keys, transfers, days)
