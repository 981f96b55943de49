"""Tables of what is paid, justified and taken back. What moves is in the journal; here is what acts say.

Each row knows the number of the entry that its act wrote (entry_number) and, once undone, of the one that reverses it
(reversal_number).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ledger.core.money import ZERO, Money, total
from ledger.execution.vocabulary import DebtLossKind
from ledger.storage.base import ACT_DAY, ContractRow, JsonText, of_contract

REFERS_TO = (
    "ledger.conventions.model",
    "ledger.journal.model.contracts",
    "ledger.referential.model.lines",
    "ledger.referential.model.porteurs",
)


class PaymentOrder(ContractRow):
    """An order to pay (mandat): what is due now to the beneficiary of a convention.

    waiver: why it was ordered against a rule. rejection: why the comptable did not take it, since `rejected_on`.
    """

    __tablename__ = "payment_order"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "convention"], ["convention.contract", "convention.number"], name="fk_payment_order_convention"
        ),
        Index("ix_payment_order_contract_convention", "contract", "convention"),
    )

    reference: Mapped[str] = mapped_column(primary_key=True)
    convention: Mapped[str]
    rank: Mapped[int]
    ordered_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    account: Mapped[str]
    waiver: Mapped[str] = mapped_column(default="", server_default="")
    rejected_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    rejection: Mapped[str] = mapped_column(default="", server_default="")
    entry_number: Mapped[int | None] = mapped_column(default=None)
    reversal_number: Mapped[int | None] = mapped_column(default=None)
    lines: Mapped[list[PaymentOrderLine]] = relationship(
        foreign_keys="[PaymentOrderLine.contract, PaymentOrderLine.reference]",
        init=False,
        order_by="PaymentOrderLine.rank",
        cascade="all, delete-orphan",
    )

    @property
    def gross(self) -> Money:
        """What was found due."""
        return total(line.gross for line in self.lines)

    @property
    def set_off(self) -> Money:
        """What of it extinguishes an earlier overpayment; the rest is paid."""
        return total(line.set_off for line in self.lines)


class PaymentOrderLine(ContractRow):
    """The part of an order borne by one line of one action; `set_off` of it extinguishes an earlier overpayment."""

    __tablename__ = "payment_order_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "reference"],
            ["payment_order.contract", "payment_order.reference"],
            name="fk_payment_order_line_payment_order",
        ),
        CheckConstraint("gross > 0 AND set_off >= 0 AND set_off <= gross", name="set_off_within_gross"),
    )

    reference: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str]
    line: Mapped[str]
    year: Mapped[int]
    gross: Mapped[Money]
    set_off: Mapped[Money]


class Payment(ContractRow):
    """Money paid: by the comptable on an order, or (direct circuit) by the financeur itself, as a constat."""

    __tablename__ = "payment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "convention"], ["convention.contract", "convention.number"], name="fk_payment_convention"
        ),
        CheckConstraint("amount > 0", name="amount_above_zero"),
        Index("ix_payment_contract_convention", "contract", "convention"),
    )

    reference: Mapped[str] = mapped_column(primary_key=True)
    convention: Mapped[str]
    paid_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    amount: Mapped[Money]
    undone_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    entry_number: Mapped[int | None] = mapped_column(default=None)
    reversal_number: Mapped[int | None] = mapped_column(default=None)


class Bilan(ContractRow):
    """The compte rendu financier of an action, as it settles one convention: what it really cost, and for whom.

    Costs, slices and outside funding are the action's, the same for each of its conventions that is settled.
    other_funding: received from financeurs other than this convention's (see action_finals.py). outside_funding: the
    part of it that no convention of the book pays or may still pay; None where a bilan was settled before it was kept.
    real_cost: the eligible part of it. whole_cost: all of it, eligible or not; None where nothing depended on it.
    accounts: charges and produits realised, in cents, by account of the Cerfa 15059, where they were typed.
    surplus: produits above charges; it opens an examination, ended on `examined_on` with these words.
    """

    __tablename__ = "bilan"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "convention"], ["convention.contract", "convention.number"], name="fk_bilan_convention"
        ),
        CheckConstraint("real_cost >= 0 AND other_funding >= 0", name="amounts_not_negative"),
    )

    convention: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    settled_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    real_cost: Mapped[Money]
    other_funding: Mapped[Money]
    slices: Mapped[dict[str, Any]] = mapped_column(JsonText())
    piece: Mapped[str]
    accounts: Mapped[dict[str, Any] | None] = mapped_column(JsonText(), default=None)
    surplus: Mapped[Money] = mapped_column(default=ZERO, server_default="0")
    undone_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    examined_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    examination: Mapped[str] = mapped_column(default="", server_default="")
    whole_cost: Mapped[Money | None] = mapped_column(default=None)
    entry_number: Mapped[int | None] = mapped_column(default=None)
    reversal_number: Mapped[int | None] = mapped_column(default=None)
    outside_funding: Mapped[Money | None] = mapped_column(default=None)
    lines: Mapped[list[BilanLine]] = relationship(
        foreign_keys="[BilanLine.contract, BilanLine.convention, BilanLine.action]",
        init=False,
        order_by="BilanLine.line",
        cascade="all, delete-orphan",
    )


class BilanLine(ContractRow):
    """What one line finally grants to the action, what limited it, and the steps that led there."""

    __tablename__ = "bilan_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "convention", "action"],
            ["bilan.contract", "bilan.convention", "bilan.action"],
            name="fk_bilan_line_bilan",
        ),
        CheckConstraint("amount_final >= 0", name="amount_not_negative"),
    )

    convention: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(info=of_contract("credit_line.code"), primary_key=True)
    amount_final: Mapped[Money]
    limited_by: Mapped[str]
    steps: Mapped[list[dict[str, str]]] = mapped_column(JsonText())


class Titre(ContractRow):
    """A titre de recettes issued against a porteur for what it was paid too much.

    reduced: the part that reduces or annuls mandats of its own exercice; the rest is charged to `account`.
    cancellation_number: the entry of the decision that cancels what is left of it, as long as it stands.
    """

    __tablename__ = "titre"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "convention"], ["convention.contract", "convention.number"], name="fk_titre_convention"
        ),
        CheckConstraint("amount > 0", name="amount_above_zero"),
        Index("ix_titre_contract_convention", "contract", "convention"),
    )

    reference: Mapped[str] = mapped_column(primary_key=True)
    convention: Mapped[str]
    issued_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    amount: Mapped[Money]
    account: Mapped[str]
    cancelled_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    cancellation: Mapped[str] = mapped_column(default="", server_default="")
    cancellation_piece: Mapped[str] = mapped_column(default="", server_default="")
    entry_number: Mapped[int | None] = mapped_column(default=None)
    reversal_number: Mapped[int | None] = mapped_column(default=None)
    cancellation_number: Mapped[int | None] = mapped_column(default=None)
    reduced: Mapped[Money] = mapped_column(default=ZERO, server_default="0")


class DebtLoss(ContractRow):
    """What of a titre is lost by an act of its own, and the account that bears it ("" where the comptable is asked).

    agreement: the paper by which the financeur whose money it was no longer asks for it back; "" where it does.
    """

    __tablename__ = "debt_loss"
    __table_args__ = (
        ForeignKeyConstraint(["contract", "titre"], ["titre.contract", "titre.reference"], name="fk_debt_loss_titre"),
        CheckConstraint("amount > 0", name="amount_above_zero"),
        CheckConstraint(DebtLossKind.check("kind"), name="kind"),
        CheckConstraint("agreement = '' OR kind <> 'non_valeur'", name="agreement_where_lost_for_good"),
        CheckConstraint("(undone_on IS NULL) = (reversal_number IS NULL)", name="undone"),
    )

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    titre: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    amount: Mapped[Money]
    decided_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    motive: Mapped[str]
    piece: Mapped[str]
    account: Mapped[str]
    entry_number: Mapped[int]
    agreement: Mapped[str] = mapped_column(default="", server_default="")
    reversal_number: Mapped[int | None] = mapped_column(default=None)
    undone_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})


class Collection(ContractRow):
    """Money collected on a titre."""

    __tablename__ = "collection"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_above_zero"),
        Index("ix_collection_contract_titre", "contract", "titre"),
    )

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    reference: Mapped[str] = mapped_column(primary_key=True)
    titre: Mapped[str]
    collected_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    amount: Mapped[Money]
    undone_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    entry_number: Mapped[int | None] = mapped_column(default=None)
    reversal_number: Mapped[int | None] = mapped_column(default=None)


class SetOff(ContractRow):
    """An overpayment imputed on the next grant of the same porteur and line (compensation N-1)."""

    __tablename__ = "set_off"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "convention"], ["convention.contract", "convention.number"], name="fk_set_off_convention"
        ),
        CheckConstraint("amount > 0", name="amount_above_zero"),
        Index("ix_set_off_contract_beneficiary", "contract", "beneficiary", "line", "year"),
    )

    convention: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    beneficiary: Mapped[str] = mapped_column(ForeignKey("porteur.code"))
    amount: Mapped[Money]
    decided_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    undone_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    entry_number: Mapped[int | None] = mapped_column(default=None)
    reversal_number: Mapped[int | None] = mapped_column(default=None)


class Compensation(ContractRow):
    """What a financeur keeps back from a new right for what an earlier convention left unspent.

    entry_number: the entry of the right. realised_number: the receipt that realised it.
    """

    __tablename__ = "compensation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "recette"], ["convention.contract", "convention.number"], name="fk_compensation_recette"
        ),
        ForeignKeyConstraint(
            ["contract", "convention"], ["convention.contract", "convention.number"], name="fk_compensation_convention"
        ),
        CheckConstraint("amount > 0", name="amount_above_zero"),
    )

    recette: Mapped[str] = mapped_column(primary_key=True)
    convention: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[Money]
    realised_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    entry_number: Mapped[int | None] = mapped_column(default=None)
    realised_number: Mapped[int | None] = mapped_column(default=None)
