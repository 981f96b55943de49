"""Tables of who benefits from an action, of its foreign references and indicators, of the quartiers vécus of a year."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from ledger.programming.vocabulary import IndicatorKind, ReferenceSystem
from ledger.storage.base import ACT_DAY, ContractRow, of_contract

REFERS_TO = (
    "ledger.journal.model.contracts",
    "ledger.programming.actions.model",
    "ledger.referential.model.territories",
)


class ActionPublic(ContractRow):
    """People that an action serves in one place, from one EPCI: counted beforehand, or estimated (§5.4.3.3).

    territory: None where only the kind of place is known. qpv_headcount, evidence: for a quartier vécu, how many of
    them live in a QPV, and what shows it (§3.2).
    """

    __tablename__ = "action_public"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_action_public_action"
        ),
        CheckConstraint("headcount >= 0", name="headcount"),
        CheckConstraint("qpv_headcount IS NULL OR qpv_headcount BETWEEN 0 AND headcount", name="qpv_headcount"),
    )

    action: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(info=of_contract("territory_kind.code"))
    territory: Mapped[str | None] = mapped_column(info=of_contract("territory.code"))
    epci: Mapped[str | None] = mapped_column(info=of_contract("epci.code"))
    headcount: Mapped[int]
    counted: Mapped[bool]
    qpv_headcount: Mapped[int | None]
    evidence: Mapped[str]


class ActionEpci(ContractRow):
    """How many people of an EPCI of the contract an action serves, counted beforehand in total (§5.4.3.3)."""

    __tablename__ = "action_epci"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_action_epci_action"
        ),
        CheckConstraint("headcount >= 0", name="headcount"),
    )

    action: Mapped[str] = mapped_column(primary_key=True)
    epci: Mapped[str] = mapped_column(info=of_contract("epci.code"), primary_key=True)
    headcount: Mapped[int]


class ActionReference(ContractRow):
    """A number given to an action by another system; one action has several, and one EJ covers several actions."""

    __tablename__ = "action_reference"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_action_reference_action"
        ),
        CheckConstraint(ReferenceSystem.check("kind"), name="kind"),
        Index("ix_action_reference_contract_reference", "contract", "reference"),
    )

    action: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(primary_key=True)


class ActionRenewal(ContractRow):
    """The action of an earlier year that this one renews."""

    __tablename__ = "action_renewal"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_action_renewal_action"
        ),
        ForeignKeyConstraint(
            ["contract", "previous"], ["action.contract", "action.number"], name="fk_action_renewal_previous"
        ),
        Index("ix_action_renewal_contract_previous", "contract", "previous"),
    )

    action: Mapped[str] = mapped_column(primary_key=True)
    previous: Mapped[str]


class ActionRenewalAcross(ContractRow):
    """The action of an earlier year, of another contract of the base, that this one renews."""

    __tablename__ = "action_renewal_across"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_action_renewal_across_action"
        ),
        ForeignKeyConstraint(
            ["previous_contract", "previous"],
            ["action.contract", "action.number"],
            name="fk_action_renewal_across_previous",
        ),
        CheckConstraint("previous_contract <> contract", name="another_contract"),
        Index("ix_action_renewal_across_previous_contract_previous", "previous_contract", "previous"),
    )

    action: Mapped[str] = mapped_column(primary_key=True)
    previous_contract: Mapped[str]
    previous: Mapped[str]


def renewed_action_words(number: str | None, contract: str | None) -> str:
    """How an action that another renews is named: NUMERO, or CONTRAT:NUMERO of another contract; "" for none.

    contract: None where it is the same.
    """
    return f"{contract}:{number}" if contract else number or ""


class ActionIndicator(ContractRow):
    """What will be looked at to judge an action: what is expected, then what was realised (§5.6.1)."""

    __tablename__ = "action_indicator"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_action_indicator_action"
        ),
        CheckConstraint(IndicatorKind.check("kind"), name="kind"),
    )

    action: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    label: Mapped[str]
    expected: Mapped[str]
    realised: Mapped[str | None]
    realised_on: Mapped[date | None] = mapped_column(info={ACT_DAY: True})


class QuartierVecu(ContractRow):
    """A quartier vécu on the list of a year, and the QPV whose inhabitants use it (§3.2)."""

    __tablename__ = "quartier_vecu"

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    territory: Mapped[str] = mapped_column(info=of_contract("territory.code"), primary_key=True)
    qpv: Mapped[str | None] = mapped_column(info=of_contract("territory.code"))
    source: Mapped[str]
