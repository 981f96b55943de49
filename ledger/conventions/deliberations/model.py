"""Tables of the délibérations that grant the EPCI's own money: their days, and the table annexed to each."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ledger.core.money import Money
from ledger.storage.base import ACT_DAY, ContractRow, of_contract

REFERS_TO = (
    "ledger.journal.model.contracts",
    "ledger.programming.actions.model",
    "ledger.referential.model.lines",
    "ledger.referential.model.porteurs",
)


class Deliberation(ContractRow):
    """A délibération of an exercice; withdrawn, it grants nothing any more.

    number: that of the assembly, once adopted. It is enforceable once published (or notified) and transmitted to the
    préfet, from the later of the two days (CGCT, L2131-1 and L5211-3).
    """

    __tablename__ = "deliberation"
    __table_args__ = (
        CheckConstraint("(number = '') = (adopted_on IS NULL)", name="adopted_under_a_number"),
        CheckConstraint("adopted_on IS NOT NULL OR (sent_on IS NULL AND published_on IS NULL)", name="adopted_first"),
    )

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int]
    prepared_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    number: Mapped[str] = mapped_column(default="", server_default="")
    adopted_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    sent_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    published_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    withdrawn_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    reason: Mapped[str] = mapped_column(default="", server_default="")
    lines: Mapped[list[DeliberationLine]] = relationship(
        foreign_keys="[DeliberationLine.contract, DeliberationLine.deliberation]",
        init=False,
        order_by="DeliberationLine.rank",
    )

    @property
    def enforceable_on(self) -> date | None:
        """The day from which it may be carried out; None while it may not."""
        if self.withdrawn_on is not None or self.sent_on is None or self.published_on is None:
            return None
        return max(self.sent_on, self.published_on)


class DeliberationLine(ContractRow):
    """A row of the annexed table: what an action is granted of a line of the EPCI's own money, and to whom."""

    __tablename__ = "deliberation_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "deliberation"],
            ["deliberation.contract", "deliberation.code"],
            name="fk_deliberation_line_deliberation",
        ),
        ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_deliberation_line_action"
        ),
        CheckConstraint("amount > 0", name="amount_above_zero"),
    )

    deliberation: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str]
    line: Mapped[str] = mapped_column(info=of_contract("credit_line.code"))
    beneficiary: Mapped[str] = mapped_column(ForeignKey("porteur.code"))
    amount: Mapped[Money]
