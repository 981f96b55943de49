"""The accounts of official charts, and those that a contract says of its own budget."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from ledger.referential.model.dated import Dated
from ledger.referential.vocabulary import AccountOperation
from ledger.storage.base import Base

REFERS_TO = ("ledger.journal.model.contracts",)


class ChartAccount(Base):
    """An account of an official chart: nomenclature (M14, M57), variant, exercice."""

    __tablename__ = "chart_account"

    nomenclature: Mapped[str] = mapped_column(primary_key=True)
    variant: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]


class ContractAccount(Dated):
    """The account that the budget of a contract's EPCI uses for an operation, before what the shipped table says.

    party: who is paid (a statut or a type of porteur) or who pays (a financeur, its type, a line); "" for all.
    nomenclature: "M57", or "M57-developpee" for one variant alone. It holds for whole exercices: from 1 January of the
    first to 31 December of the last.
    """

    __tablename__ = "contract_account"
    __table_args__ = (CheckConstraint(AccountOperation.check("operation"), name="operation"),)

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    operation: Mapped[str] = mapped_column(primary_key=True)
    party: Mapped[str] = mapped_column(primary_key=True)
    nomenclature: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str]
    source: Mapped[str]
    to_confirm: Mapped[bool] = mapped_column(default=False, server_default=false())
    starts_on: Mapped[date] = mapped_column(init=False, default=None, primary_key=True, sort_order=90)
