"""What an entry puts aside of the rules, and what a reversal was corrected by."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.storage.base import ContractRow

REFERS_TO = ("ledger.journal.model.entries",)


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
