"""The accounts of the book, the entries written in it and the amounts they move."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import DDL, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from ledger.core.money import Money
from ledger.storage.base import SEALED_IN_THE_BOOK, UNTRACKED, ContractRow

REFERS_TO = ("ledger.journal.model.contracts",)


def _looked_for_by_guards(*_asked: object, **_options: object) -> bool:
    """A key that the program knows, and that the base does not ask: the guard of transfers looks for what it names."""
    return False


class Account(ContractRow):
    """One position of one line and year, of one convention and action where it has them, with its totals."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("(side = 'D' AND debit >= credit) OR (side = 'C' AND credit >= debit)", name="never_overdrawn"),
        CheckConstraint("debit >= 0 AND credit >= 0", name="totals_not_negative"),
        UniqueConstraint("contract", "position", "line", "year", "convention", "action"),
        Index("ix_account_year_line", "contract", "year", "line"),
        Index("ix_account_convention", "contract", "convention"),
        Index("ix_account_action", "contract", "action"),
        ForeignKeyConstraint(["contract"], ["contract.code"]).ddl_if(dialect="sqlite"),
        {"info": {UNTRACKED: True, SEALED_IN_THE_BOOK: True}, "sqlite_with_rowid": False},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[str]
    side: Mapped[str]
    line: Mapped[str]
    year: Mapped[int]
    convention: Mapped[str]
    action: Mapped[str]
    debit: Mapped[Money]
    credit: Mapped[Money]


# Named in the table itself, the option would make SQLAlchemy load the dialect of PostgreSQL at each command.
event.listen(
    Account.__table__,
    "after_create",
    DDL("ALTER TABLE account SET (fillfactor = 50)").execute_if(dialect="postgresql"),  # type: ignore[no-untyped-call]
)


class Entry(ContractRow):
    """One act written in the book: what it is called, the day it counts for, who wrote it and when."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("contract", "reference"),
        UniqueConstraint("contract", "reverses"),
        ForeignKeyConstraint(["contract", "reverses"], ["entry.contract", "entry.sequence"], name="fk_entry_reverses"),
        Index("ix_entry_effect_on", "contract", "effect_on"),
        ForeignKeyConstraint(["contract"], ["contract.code"]).ddl_if(dialect="sqlite"),
        {"info": {UNTRACKED: True, SEALED_IN_THE_BOOK: True}, "sqlite_with_rowid": False},
    )

    sequence: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str]
    kind: Mapped[str]
    label: Mapped[str]
    piece: Mapped[str]
    motive: Mapped[str]
    effect_on: Mapped[date]
    recorded_at: Mapped[datetime]
    agent: Mapped[str]
    command: Mapped[str]
    reverses: Mapped[int | None]
    content_hash: Mapped[str]
    seal: Mapped[str]
    database_role: Mapped[str] = mapped_column(default="", server_default="")


class Transfer(ContractRow):
    """An amount moved by an entry from one account (credited) to another (debited)."""

    __tablename__ = "transfer"
    __table_args__ = (
        *(
            ForeignKeyConstraint(columns, targets).ddl_if(callable_=_looked_for_by_guards)
            for columns, targets in (
                (["contract", "sequence"], ["entry.contract", "entry.sequence"]),
                (["contract", "debit_account"], ["account.contract", "account.id"]),
                (["contract", "credit_account"], ["account.contract", "account.id"]),
            )
        ),
        CheckConstraint("amount > 0", name="amount_above_zero"),
        CheckConstraint("debit_account <> credit_account", name="two_accounts"),
        Index("ix_transfer_debit", "contract", "debit_account"),
        Index("ix_transfer_credit", "contract", "credit_account"),
        {"info": {UNTRACKED: True, SEALED_IN_THE_BOOK: True}, "sqlite_with_rowid": False},
    )

    sequence: Mapped[int] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    debit_account: Mapped[int]
    credit_account: Mapped[int]
    amount: Mapped[Money]
