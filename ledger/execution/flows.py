"""How a financeur's money goes through the EPCI's budget: held first, advanced when nothing is held (§5.2.5)."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.core.money import ZERO, Money
from ledger.journal.keys import AccountKey, Position
from ledger.journal.posting import Move


class Purse:
    """What the EPCI holds and has advanced of one line and millésime, as acts of one entry move it.

    late: how much of either account only came after the day of the act, which may not take it (see come_later).
    """

    def __init__(self, line: str, year: int, held: Money, advanced: Money) -> None:
        self._held_key = AccountKey(Position.DETENU, line, year)
        self._advance_key = AccountKey(Position.AVANCE, line, year)
        self._held, self._advanced = held, advanced
        self.late: Mapping[AccountKey, Money] = {}

    @property
    def keys(self) -> tuple[AccountKey, AccountKey]:
        """The accounts it follows: what is held, what is advanced."""
        return self._held_key, self._advance_key

    @classmethod
    def of(cls, line: str, year: int, balances: Mapping[AccountKey, Money]) -> Purse:
        """The purse as these balances leave it."""
        held = balances.get(AccountKey(Position.DETENU, line, year), ZERO)
        advanced = balances.get(AccountKey(Position.AVANCE, line, year), ZERO)
        return cls(line, year, held, advanced)

    def spend(self, on: AccountKey, amount: Money) -> list[Move]:
        """The moves that draw the amount for `on`: from what is held, then advanced by the EPCI."""
        from_held = min(self._there(self._held_key, self._held), amount)
        advanced = amount - from_held
        self._held -= from_held
        self._advanced += advanced
        drawn = ((self._held_key, from_held), (self._advance_key, advanced))
        return [Move(on, source, part) for source, part in drawn if part]

    def take_in(self, source: AccountKey, amount: Money) -> list[Move]:
        """The moves that bring the amount in from `source`: the advance is repaid first, the rest is held."""
        repaid = min(self._there(self._advance_key, self._advanced), amount)
        kept = amount - repaid
        self._advanced -= repaid
        self._held += kept
        fed = ((self._advance_key, repaid), (self._held_key, kept))
        return [Move(target, source, part) for target, part in fed if part]

    def _there(self, key: AccountKey, amount: Money) -> Money:
        return max(ZERO, amount - self.late.get(key, ZERO))
