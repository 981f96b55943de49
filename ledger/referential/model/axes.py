"""The axes of a contract."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ledger.referential.model.dated import Dated
from ledger.storage.base import of_contract

REFERS_TO = ("ledger.journal.model.contracts",)


class Axis(Dated):
    """An axis of the contract, a priority or an objective below, to any depth: actions aim at what has none below.

    code: that of the one it stands under, a dot, its own part ("5", "5.1", "5.1.2"). rank: its place in the contract.
    """

    __tablename__ = "axis"

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    rank: Mapped[int]
    parent: Mapped[str | None] = mapped_column(info=of_contract("axis.code"), default=None)
