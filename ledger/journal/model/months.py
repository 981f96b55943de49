"""What accounts are debited and credited a month, as the base counts it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ledger.core.money import Money
from ledger.storage.base import KEPT_BY_THE_BASE, ContractRow

REFERS_TO = ("ledger.journal.model.contracts",)


class MonthTotal(ContractRow):
    """What an account was debited and credited a month of effect (201603), up to a number of entries.

    The base keeps it itself, under the head of the chain: nobody writes it.
    """

    __tablename__ = "month_total"
    __table_args__ = ({"info": {KEPT_BY_THE_BASE: True}, "sqlite_with_rowid": False},)

    account: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    debit: Mapped[Money]
    credit: Mapped[Money]


class MonthKnown(ContractRow):
    """Up to which entry the months of a contract are counted, and the latest instant one of these was recorded."""

    __tablename__ = "month_known"
    __table_args__ = ({"info": {KEPT_BY_THE_BASE: True}},)

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    sequence: Mapped[int]
    recorded_until: Mapped[datetime]
