"""Tables of the book. Their guards (append-only, balances, locked days) are triggers, in storage/guards."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import DDL, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from ledger.core.money import Money
from ledger.journal.vocabulary import ContractActKind, ContractFrame
from ledger.storage.base import ACT_DAY, KEPT_BY_THE_BASE, SEALED_IN_THE_BOOK, UNTRACKED, Base, ContractRow


def _looked_for_by_guards(*_asked: object, **_options: object) -> bool:
    """A key that the program knows, and that the base does not ask: the guard of transfers looks for what it names."""
    return False


class Contract(Base):
    """A Contrat de ville, carried by one EPCI: the partition of every book.

    starts_on, ends_on: its days as it was signed; None where nobody has said. Its acts may prolong it. closed_on: from
    that day nothing new is opened. time_zone: that of its "today". model: the shipped model it began with; "" for
    the default one.
    """

    __tablename__ = "contract"
    __table_args__ = (CheckConstraint(ContractFrame.check("frame"), name="frame"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    epci: Mapped[str]
    epci_financeur: Mapped[str]
    starts_on: Mapped[date | None] = mapped_column(default=None)
    ends_on: Mapped[date | None] = mapped_column(default=None)
    signed_on: Mapped[date | None] = mapped_column(default=None)
    closed_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    frame: Mapped[str] = mapped_column(default=ContractFrame.NONE.value, server_default="")
    time_zone: Mapped[str] = mapped_column(default="Europe/Paris", server_default="Europe/Paris")
    signatories: Mapped[str] = mapped_column(default="", server_default="")
    letter_heading: Mapped[str] = mapped_column(default="", server_default="")
    source: Mapped[str] = mapped_column(default="", server_default="")
    model: Mapped[str] = mapped_column(default="", server_default="")


class ContractAct(ContractRow):
    """A prolongation, an avenant or an annexe of a contract, written once.

    ends_on: the contract's last day from then on, of a prolongation alone.
    """

    __tablename__ = "contract_act"
    __table_args__ = (
        CheckConstraint(ContractActKind.check("kind"), name="kind"),
        CheckConstraint("(kind = 'prolongation') = (ends_on IS NOT NULL)", name="prolonged"),
    )

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    decided_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    piece: Mapped[str]
    recorded_at: Mapped[datetime]
    agent: Mapped[str]
    command: Mapped[str]
    ends_on: Mapped[date | None] = mapped_column(default=None)
    to_confirm: Mapped[bool] = mapped_column(default=False)


class Exercice(ContractRow):
    """A budget year of a contract: its days take entries until it is closed."""

    __tablename__ = "exercice"

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    closed_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closing_seal: Mapped[str | None] = mapped_column(default=None)
    closing_entries: Mapped[int | None] = mapped_column(default=None)

    @property
    def state(self) -> str:
        """The word shown to users: "ouvert" or "clos"."""
        return "ouvert" if self.closed_on is None else "clos"


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


class RuleWaiver(ContractRow):
    """A rule put aside by an entry: its code, what it required (in words), and why it did not hold; it never changes.

    rule: "" where what was put aside has no code of its own. convention, action, line: what the act bears on, where
    its accounts do not tell.
    """

    __tablename__ = "rule_waiver"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "entry_number"], ["entry.contract", "entry.sequence"], name="fk_rule_waiver_entry"
        ),
        CheckConstraint("motive <> ''", name="has_a_motive"),
    )

    entry_number: Mapped[int] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str]
    required: Mapped[str]
    motive: Mapped[str]
    convention: Mapped[str] = mapped_column(default="")
    action: Mapped[str] = mapped_column(default="")
    line: Mapped[str] = mapped_column(default="")


class Correction(ContractRow):
    """What a correction wrote in the place of the entry that this reversal undid; it never changes."""

    __tablename__ = "correction"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "reversal_number"], ["entry.contract", "entry.sequence"], name="fk_correction_reversal"
        ),
        ForeignKeyConstraint(
            ["contract", "right_number"], ["entry.contract", "entry.sequence"], name="fk_correction_right"
        ),
    )

    reversal_number: Mapped[int] = mapped_column(primary_key=True)
    right_number: Mapped[int]


class ChainHead(ContractRow):
    """The last entry of a contract's chain and its seal: the *sceau* that closings and backups print."""

    __tablename__ = "chain_head"
    __table_args__ = ({"info": {UNTRACKED: True, SEALED_IN_THE_BOOK: True}},)

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    sequence: Mapped[int]
    seal: Mapped[str]


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
