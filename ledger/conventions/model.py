"""Tables of what is signed, prepares it or follows it: avenants, slices, stages, references, rights."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ledger.conventions.vocabulary import ConventionKind, ConventionStatus, ReferenceKind
from ledger.core.money import ZERO, Money, total
from ledger.rules.vocabulary import Circuit, Condition, ConventionStage
from ledger.storage.base import ACT_DAY, ContractRow, JsonText, of_contract

REFERS_TO = ("ledger.journal.model.contracts", "ledger.referential.model.lines", "ledger.referential.model.porteurs")


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
    lines: Mapped[list[AvenantLine]] = relationship(
        foreign_keys="[AvenantLine.contract, AvenantLine.convention, AvenantLine.rank]",
        init=False,
        order_by="(AvenantLine.action, AvenantLine.line)",
    )


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
    line: Mapped[str] = mapped_column(info=of_contract("credit_line.code"), primary_key=True)
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


class Convention(ContractRow):
    """What binds one payer and one beneficiary for actions of one programmation (its year, or millésime).

    kind: a ConventionKind. circuit: a Circuit. state: a ConventionStatus.
    schedule: the plans its instalments follow, frozen when drafted (see instalments.py).
    cascade_reference: what allows an association to pay it (CGCT L1611-4).
    entry_number: the entry of its signature, or of the right acquired; reversal_number: the one that undid it, until it
    is signed again; ending_number: the one that gave up all it committed.
    """

    __tablename__ = "convention"
    __table_args__ = (
        CheckConstraint(ConventionKind.check("kind"), name="kind"),
        CheckConstraint(Circuit.check("circuit"), name="circuit"),
        CheckConstraint(ConventionStatus.check("state"), name="state"),
        CheckConstraint("(signed_on IS NULL) = (state IN ('brouillon', 'annulee'))", name="signed"),
        Index("ix_convention_contract_year", "contract", "year"),
        Index("ix_convention_contract_beneficiary", "contract", "beneficiary"),
    )

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int]
    kind: Mapped[str]
    circuit: Mapped[str]
    payer: Mapped[str] = mapped_column(info=of_contract("financeur.code"))
    beneficiary: Mapped[str | None] = mapped_column(ForeignKey("porteur.code"))
    purpose: Mapped[str]
    state: Mapped[str] = mapped_column(default=ConventionStatus.DRAFT.value)
    signed_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    starts_on: Mapped[date | None] = mapped_column(default=None)
    ends_on: Mapped[date | None] = mapped_column(default=None)
    piece: Mapped[str] = mapped_column(default="")
    example: Mapped[bool] = mapped_column(default=False)
    schedule: Mapped[list[dict[str, Any]] | None] = mapped_column(JsonText(), default=None)
    cascade_reference: Mapped[str] = mapped_column(default="", server_default="")
    entry_number: Mapped[int | None] = mapped_column(default=None)
    reversal_number: Mapped[int | None] = mapped_column(default=None)
    ending_number: Mapped[int | None] = mapped_column(default=None)
    lines: Mapped[list[ConventionLine]] = relationship(
        foreign_keys="[ConventionLine.contract, ConventionLine.convention]",
        init=False,
        order_by="(ConventionLine.action, ConventionLine.line)",
        cascade="all, delete-orphan",
    )
    instalments: Mapped[list[Instalment]] = relationship(
        foreign_keys="[Instalment.contract, Instalment.convention]",
        init=False,
        order_by="(Instalment.rank, Instalment.action, Instalment.line)",
        cascade="all, delete-orphan",
    )

    avenants: Mapped[list[Avenant]] = relationship(
        foreign_keys="[Avenant.contract, Avenant.convention]", init=False, order_by=Avenant.rank
    )
    slices: Mapped[list[Slice]] = relationship(
        init=False,
        order_by=(Slice.year, Slice.line),
        foreign_keys=(Slice.contract, Slice.convention),
    )

    @property
    def amount(self) -> Money:
        """The sum of its lines, avenants included."""
        return total(line.amount for line in self.lines)


class ConventionLine(ContractRow):
    """The amount one credit line grants to one action, with the terms of its final amount, frozen when drafted.

    What was signed is never edited: `amount` and `terms` are those in force, avenants included.
    terms: {"rates": {"qpv": "13/20", …}} when the rule fixes a rate per territory kind, else
    {"base": cents, "kinds": ["qpv", …]}: the conventioned rate is amount ÷ base. "receipts_off": from which real cost,
    "total" or "eligible", other receipts are taken off. "with_contributions": true where the base counts 86.
    """

    __tablename__ = "convention_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_convention_line_convention",
        ),
        CheckConstraint("amount > 0", name="amount_above_zero"),
    )

    convention: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(info=of_contract("credit_line.code"), primary_key=True)
    amount_signed: Mapped[Money] = mapped_column("amount")
    terms_signed: Mapped[dict[str, Any]] = mapped_column("terms", JsonText())
    amount_change: Mapped[Money] = mapped_column(default=ZERO, server_default="0")
    terms_amended: Mapped[dict[str, Any] | None] = mapped_column(JsonText(), default=None)

    @hybrid_property
    def amount(self) -> Money:
        """What was signed, and what its avenants changed."""
        return self.amount_signed + self.amount_change

    @property
    def terms(self) -> dict[str, Any]:
        """The terms in force."""
        return self.terms_signed if self.terms_amended is None else self.terms_amended


class Instalment(ContractRow):
    """One payment of the schedule, for one line of one action.

    condition: "signature", "date" (from `due_on`, or any day after the previous instalment) or "bilan".
    """

    __tablename__ = "instalment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "convention", "action", "line"],
            [
                "convention_line.contract",
                "convention_line.convention",
                "convention_line.action",
                "convention_line.line",
            ],
            name="fk_instalment_convention_line",
        ),
        ForeignKeyConstraint(
            ["contract", "convention"], ["convention.contract", "convention.number"], name="fk_instalment_convention"
        ),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint(Condition.check("condition"), name="condition"),
    )

    convention: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[Money]
    condition: Mapped[str]
    due_on: Mapped[date | None] = mapped_column(default=None)
