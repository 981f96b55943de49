"""Tables of the appels à projets: when they run, what they aim at, what they may still give."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ledger.programming.vocabulary import AppelKind
from ledger.storage.base import ContractRow, of_contract

REFERS_TO = ("ledger.journal.model.contracts", "ledger.referential.model.lines")


class Appel(ContractRow):
    """A yearly (or complementary) appel à projets (§5.4.1); closes_on is the last day to deposit."""

    __tablename__ = "appel"
    __table_args__ = (CheckConstraint(AppelKind.check("kind"), name="kind"),)

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int]
    kind: Mapped[str]
    launched_on: Mapped[date]
    closes_on: Mapped[date | None] = mapped_column(default=None)
    validated_on: Mapped[date | None] = mapped_column(default=None)
    axes: Mapped[list[AppelAxis]] = relationship(
        foreign_keys="[AppelAxis.contract, AppelAxis.appel]",
        init=False,
        cascade="all, delete-orphan",
        order_by="AppelAxis.axis",
    )
    lines: Mapped[list[AppelLine]] = relationship(
        foreign_keys="[AppelLine.contract, AppelLine.appel]",
        init=False,
        cascade="all, delete-orphan",
        order_by="AppelLine.line",
    )
    deadlines: Mapped[list[AppelDeadline]] = relationship(
        foreign_keys="[AppelDeadline.contract, AppelDeadline.appel]",
        init=False,
        cascade="all, delete-orphan",
        order_by="AppelDeadline.on",
    )


def _of_appel(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["contract", "appel"], ["appel.contract", "appel.code"], name=f"fk_{table}_appel")


class AppelAxis(ContractRow):
    """An axis that an appel aims at; none named means all."""

    __tablename__ = "appel_axis"
    __table_args__ = (_of_appel("appel_axis"),)

    appel: Mapped[str] = mapped_column(primary_key=True)
    axis: Mapped[str] = mapped_column(primary_key=True)


class AppelLine(ContractRow):
    """A credit line that an appel offers; none named means all."""

    __tablename__ = "appel_line"
    __table_args__ = (_of_appel("appel_line"),)

    appel: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(info=of_contract("credit_line.code"), primary_key=True)


class AppelDeadline(ContractRow):
    """A day of the calendar of an appel: "comité technique", "avis des services"."""

    __tablename__ = "appel_deadline"
    __table_args__ = (_of_appel("appel_deadline"),)

    appel: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    on: Mapped[date]
