"""Tables of what follows a signature, or prepares it: avenants, later slices, stages on paper, references, rights."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

import ledger.referential.model  # noqa: F401 -- its tables are the targets of foreign keys
from ledger.conventions.vocabulary import ConventionStage, ReferenceKind
from ledger.core.money import Money
from ledger.storage.base import ACT_DAY, ContractRow
from ledger.storage.columns import JsonText


def _of_convention(table: str, column: str = "convention") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["contract", column], ["convention.contract", "convention.number"], name=f"fk_{table}_{column}"
    )


class Avenant(ContractRow):
    """A signed change of a signed convention; never edited.

    facts_before, facts_after: {"debut", "fin", "objet", "echeances"} as they stood before it and stand after it.
    entry_number: None when no amount changes and no rule is put aside.
    """

    __tablename__ = "avenant"
    __table_args__ = (
        _of_convention("avenant"),
        CheckConstraint("rank > 0", name="rank"),
        CheckConstraint("piece <> ''", name="has_a_piece"),
    )

    convention: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    signed_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    purpose: Mapped[str]
    piece: Mapped[str]
    facts_before: Mapped[dict[str, Any]] = mapped_column(JsonText())
    facts_after: Mapped[dict[str, Any]] = mapped_column(JsonText())
    entry_number: Mapped[int | None] = mapped_column(default=None)
    lines: Mapped[list[AvenantLine]] = relationship(init=False, order_by="(AvenantLine.action, AvenantLine.line)")


class AvenantLine(ContractRow):
    """What an avenant makes of the amount of one line of one action."""

    __tablename__ = "avenant_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "convention", "rank"],
            ["avenant.contract", "avenant.convention", "avenant.rank"],
            name="fk_avenant_line_avenant",
        ),
        ForeignKeyConstraint(
            ["contract", "convention", "action", "line"],
            [f"convention_line.{name}" for name in ("contract", "convention", "action", "line")],
            name="fk_avenant_line_convention_line",
        ),
        CheckConstraint("amount_before >= 0 AND amount_after >= 0", name="amounts_not_negative"),
    )

    convention: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(primary_key=True)
    amount_before: Mapped[Money]
    amount_after: Mapped[Money]


class Slice(ContractRow):
    """What a pluriannual convention foresees for a later year on one line: forecast until it is opened.

    opened_as: the convention of that year that made it firm.
    """

    __tablename__ = "convention_slice"
    __table_args__ = (
        _of_convention("convention_slice"),
        _of_convention("convention_slice", "opened_as"),
        CheckConstraint("amount > 0", name="amount_above_zero"),
        Index("ix_convention_slice_opened_as", "contract", "opened_as"),
    )

    convention: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(ForeignKey("credit_line.code"), primary_key=True)
    amount: Mapped[Money]
    opened_as: Mapped[str | None] = mapped_column(default=None)


class Upstream(ContractRow):
    """The right acquired on a financeur (a convention of kind "recette") that a downstream convention passes on."""

    __tablename__ = "convention_upstream"
    __table_args__ = (
        _of_convention("convention_upstream"),
        _of_convention("convention_upstream", "upstream"),
        CheckConstraint("convention <> upstream", name="another"),
        Index("ix_convention_upstream_upstream", "contract", "upstream"),
    )

    convention: Mapped[str] = mapped_column(primary_key=True)
    upstream: Mapped[str] = mapped_column(primary_key=True)


class Stage(ContractRow):
    """A stage of the paper convention, reached on a day; a stage may come back (sent again after a correction)."""

    __tablename__ = "convention_stage"
    __table_args__ = (
        _of_convention("convention_stage"),
        CheckConstraint(ConventionStage.check("stage"), name="stage"),
    )

    convention: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[str]
    reached_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    remark: Mapped[str] = mapped_column(default="")


class Reference(ContractRow):
    """A number given by the financeur to this convention for a year; one may cover several conventions, and back."""

    __tablename__ = "convention_reference"
    __table_args__ = (
        _of_convention("convention_reference"),
        CheckConstraint(ReferenceKind.check("kind"), name="kind"),
        Index("ix_convention_reference_reference", "contract", "kind", "reference"),
    )

    convention: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
