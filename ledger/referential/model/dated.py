"""What every fact of a contract that holds from a day to a day has."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from ledger.storage.base import ContractRow


class Dated(ContractRow):
    """A fact of a contract that holds from a day to a day; without one, as long as the contract itself."""

    __abstract__ = True

    starts_on: Mapped[date | None] = mapped_column(init=False, default=None, sort_order=90)
    ends_on: Mapped[date | None] = mapped_column(init=False, default=None, sort_order=91)

    def holds(self, first: date, last: date) -> bool:
        """Whether it holds on a day at least of these, both included."""
        return (self.starts_on is None or self.starts_on <= last) and (self.ends_on is None or self.ends_on >= first)
