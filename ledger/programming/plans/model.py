"""Tables of the plans de financement as they were: each version whole, never changed once written."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ledger.core.money import Money
from ledger.programming.vocabulary import PlanSide, PlanStage
from ledger.storage.base import ContractRow, of_contract

REFERS_TO = ("ledger.programming.actions.model", "ledger.referential.model.lines")


class PlanVersion(ContractRow):
    """A plan de financement as deposited, adjusted or arbitrated.

    cost_total: charges without contributions in kind (60–69). valued: the contributions (86, equal to 87).
    """

    __tablename__ = "plan_version"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_plan_version_action"
        ),
        CheckConstraint(PlanStage.check("stage"), name="stage"),
        CheckConstraint("cost_total >= 0 AND valued >= 0", name="totals"),
    )

    action: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[str]
    on: Mapped[date]
    reason: Mapped[str]
    agent: Mapped[str]
    recorded_at: Mapped[datetime]
    cost_total: Mapped[Money]
    valued: Mapped[Money]
    lines: Mapped[list[PlanLine]] = relationship(
        foreign_keys="[PlanLine.contract, PlanLine.action, PlanLine.version]", init=False, order_by="PlanLine.rank"
    )


class PlanLine(ContractRow):
    """A line of a version: an account of the Cerfa 12156, with the credit line asked where there is one.

    account: "" for charges known by their total alone.
    """

    __tablename__ = "plan_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "action", "version"],
            ["plan_version.contract", "plan_version.action", "plan_version.rank"],
            name="fk_plan_line_plan_version",
        ),
        CheckConstraint(PlanSide.check("side"), name="side"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
    )

    action: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    side: Mapped[str]
    account: Mapped[str]
    label: Mapped[str]
    amount: Mapped[Money]
    line: Mapped[str | None] = mapped_column(info=of_contract("credit_line.code"))
    status: Mapped[str]
