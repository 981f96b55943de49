"""The contract, the partition of every book, and what its acts changed of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ledger.journal.vocabulary import ContractActKind, ContractFrame
from ledger.storage.base import ACT_DAY, Base, ContractRow


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
