"""Tables of the posts cofinanced: engineering posts (§5.3.2.2), adultes-relais (§5.3.1), others of the contract."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ledger.core.money import Money
from ledger.storage.base import ContractRow, of_contract

REFERS_TO = (
    "ledger.journal.model.contracts",
    "ledger.programming.actions.model",
    "ledger.referential.model.lines",
    "ledger.referential.model.porteurs",
    "ledger.referential.model.territories",
    "ledger.referential.model.words",
)


class Post(ContractRow):
    """A post in one year: its cost for the twelve months, the months it exists, who employs, who pays.

    percent: part of a full-time equivalent. population: the inhabitants served, None when not known.
    """

    __tablename__ = "post"
    __table_args__ = (
        ForeignKeyConstraint(["contract", "action"], ["action.contract", "action.number"], name="fk_post_action"),
        CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),
        CheckConstraint("first_month BETWEEN 1 AND 12 AND last_month BETWEEN first_month AND 12", name="months"),
        CheckConstraint("cost_yearly >= 0", name="cost_not_negative"),
        CheckConstraint("population >= 0", name="population"),
    )

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(info=of_contract("post_kind.code"))
    label: Mapped[str]
    porteur: Mapped[str] = mapped_column(ForeignKey("porteur.code"))
    action: Mapped[str | None]
    percent: Mapped[int]
    first_month: Mapped[int]
    last_month: Mapped[int]
    cost_yearly: Mapped[Money]
    population: Mapped[int | None]
    population_source: Mapped[str]
    example: Mapped[bool]
    communes: Mapped[list[PostCommune]] = relationship(
        foreign_keys="[PostCommune.contract, PostCommune.year, PostCommune.post]",
        init=False,
        cascade="all, delete-orphan",
        order_by="PostCommune.commune",
    )
    absences: Mapped[list[PostAbsence]] = relationship(
        foreign_keys="[PostAbsence.contract, PostAbsence.year, PostAbsence.post]",
        init=False,
        cascade="all, delete-orphan",
        order_by="PostAbsence.first_month",
    )
    fundings: Mapped[list[PostFunding]] = relationship(
        foreign_keys="[PostFunding.contract, PostFunding.year, PostFunding.post]",
        init=False,
        cascade="all, delete-orphan",
        order_by="PostFunding.line",
    )


def _of_post(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["contract", "year", "post"], ["post.contract", "post.year", "post.code"], name=f"fk_{table}_post"
    )


class PostCommune(ContractRow):
    """A commune that a post serves."""

    __tablename__ = "post_commune"
    __table_args__ = (_of_post("post_commune"),)

    year: Mapped[int] = mapped_column(primary_key=True)
    post: Mapped[str] = mapped_column(primary_key=True)
    commune: Mapped[str] = mapped_column(info=of_contract("commune.insee"), primary_key=True)


class PostAbsence(ContractRow):
    """Months during which nobody holds a post."""

    __tablename__ = "post_absence"
    __table_args__ = (
        _of_post("post_absence"),
        CheckConstraint("first_month BETWEEN 1 AND 12 AND last_month BETWEEN first_month AND 12", name="months"),
    )

    year: Mapped[int] = mapped_column(primary_key=True)
    post: Mapped[str] = mapped_column(primary_key=True)
    first_month: Mapped[int] = mapped_column(primary_key=True)
    last_month: Mapped[int]
    reason: Mapped[str]


class PostFunding(ContractRow):
    """What a credit line pays of a post for the twelve months."""

    __tablename__ = "post_funding"
    __table_args__ = (_of_post("post_funding"), CheckConstraint("amount >= 0", name="amount_not_negative"))

    year: Mapped[int] = mapped_column(primary_key=True)
    post: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(info=of_contract("credit_line.code"), primary_key=True)
    amount: Mapped[Money]
