"""Tables of what the committees say of actions; append-only: a later decision stands for it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ledger.core.money import Money
from ledger.programming.vocabulary import CommitteeKind, CommitteeOutcome
from ledger.storage.base import ACT_DAY, ContractRow, of_contract

REFERS_TO = ("ledger.programming.actions.model", "ledger.referential.model.lines")


class CommitteeDecision(ContractRow):
    """What a committee proposes (technique) or decides (copil) of an action, with the amount of each line (§5.3.3)."""

    __tablename__ = "decision"
    __table_args__ = (
        ForeignKeyConstraint(["contract", "action"], ["action.contract", "action.number"], name="fk_decision_action"),
        CheckConstraint(CommitteeKind.check("committee"), name="committee"),
        CheckConstraint(CommitteeOutcome.check("outcome"), name="outcome"),
    )

    action: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    committee: Mapped[str]
    outcome: Mapped[str]
    reason: Mapped[str]
    on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    agent: Mapped[str]
    amounts: Mapped[list[DecisionAmount]] = relationship(
        foreign_keys="[DecisionAmount.contract, DecisionAmount.action, DecisionAmount.rank]",
        init=False,
        order_by="DecisionAmount.line",
    )


class DecisionAmount(ContractRow):
    """The amount of a decision on one credit line."""

    __tablename__ = "decision_amount"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "action", "rank"],
            ["decision.contract", "decision.action", "decision.rank"],
            name="fk_decision_amount_decision",
        ),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
    )

    action: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(info=of_contract("credit_line.code"), primary_key=True)
    amount: Mapped[Money]
