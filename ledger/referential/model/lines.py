"""Who brings money, and the lines on which credits are opened."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from ledger.referential.model.dated import Dated
from ledger.referential.vocabulary import LineNature
from ledger.storage.base import of_contract

REFERS_TO = ("ledger.journal.model.contracts",)


class Financeur(Dated):
    """Who brings money: État, Région, EPCI, communes, Caf … (§5.3.1).

    statut: what it is in law (see statuts); None while it is to be confirmed (bailleurs, Caf, CPAM).
    """

    __tablename__ = "financeur"

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    role: Mapped[str]
    source: Mapped[str]
    statut: Mapped[str | None] = mapped_column(default=None)
    to_confirm: Mapped[bool] = mapped_column(default=False, server_default=false())


class CreditLine(Dated):
    """A line on which a financeur opens credits; `rank` orders lines inside their nature.

    territories: the kinds that it serves ("qpv|veille").
    """

    __tablename__ = "credit_line"
    __table_args__ = (CheckConstraint(LineNature.check("nature"), name="nature"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    financeur: Mapped[str] = mapped_column(info=of_contract("financeur.code"))
    label: Mapped[str]
    nature: Mapped[str]
    territories: Mapped[str]
    source: Mapped[str]
    rank: Mapped[int]
    to_confirm: Mapped[bool] = mapped_column(default=False, server_default=false())
