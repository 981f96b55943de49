"""Tables of actions: what is asked, by whom, of which lines."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ledger.core.money import ZERO, Money
from ledger.programming.plans.model import PlanVersion
from ledger.programming.publics.model import (
    ActionEpci,
    ActionIndicator,
    ActionPublic,
    ActionReference,
    ActionRenewal,
    ActionRenewalAcross,
)
from ledger.programming.vocabulary import ASKED, ActionNature, ActionState, Renewal, RequestState
from ledger.storage.base import ContractRow, JsonText, MistakableRow, of_contract

REFERS_TO = (
    "ledger.journal.model.contracts",
    "ledger.programming.calls.model",
    "ledger.referential.model.axes",
    "ledger.referential.model.lines",
    "ledger.referential.model.porteurs",
    "ledger.referential.model.territories",
    "ledger.referential.model.words",
)

MOST_YEARS = 6


class Action(MistakableRow):
    """A project of one porteur, asked in one year, with its cost, public and plan de financement.

    cost_total: without contributions in kind; these are `valued` (86, equal to 87). years: how many years it is
    asked for. renewal: "" when not said. share_source: where the shares by territory come from, in words.
    own_share: {"part": "1/10", "piece": …, "le": …} where the préfet let the maître d'ouvrage bear less of the public
    financing than the rule says (CGCT L1111-10 III).
    """

    __tablename__ = "action"
    __table_args__ = (
        ForeignKeyConstraint(["contract", "appel"], ["appel.contract", "appel.code"], name="fk_action_appel"),
        CheckConstraint(ActionNature.check("nature"), name="nature"),
        CheckConstraint(ActionState.check("status"), name="status"),
        CheckConstraint("innovation_criteria BETWEEN 0 AND 4", name="innovation_criteria"),
        CheckConstraint("cost_total >= 0 AND cost_eligible >= 0 AND cost_eligible <= cost_total", name="costs"),
        CheckConstraint(f"years BETWEEN 1 AND {MOST_YEARS}", name="years"),
        CheckConstraint(Renewal.check("renewal"), name="renewal"),
        CheckConstraint("valued >= 0", name="valued"),
        Index("ix_action_contract_year", "contract", "year"),
        Index("ix_action_contract_porteur", "contract", "porteur"),
    )

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int]
    appel: Mapped[str | None]
    porteur: Mapped[str] = mapped_column(ForeignKey("porteur.code"))
    title: Mapped[str]
    objective: Mapped[str | None] = mapped_column(info=of_contract("axis.code"))
    scale: Mapped[str] = mapped_column(info=of_contract("scale.code"))
    dispositif: Mapped[str] = mapped_column(info=of_contract("dispositif.code"))
    nature: Mapped[str]
    innovation_criteria: Mapped[int]
    cost_total: Mapped[Money]
    cost_eligible: Mapped[Money]
    no_droit_commun_reason: Mapped[str]
    status: Mapped[str]
    example: Mapped[bool]
    origin: Mapped[str]
    deposited_on: Mapped[date | None] = mapped_column(default=None)
    starts_on: Mapped[date | None] = mapped_column(default=None)
    ends_on: Mapped[date | None] = mapped_column(default=None)
    years: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    renewal: Mapped[str] = mapped_column(default="", server_default="")
    valued: Mapped[Money] = mapped_column(default=ZERO, server_default=text("0"))
    share_source: Mapped[str] = mapped_column(default="", server_default="")
    own_share: Mapped[dict[str, str] | None] = mapped_column(JsonText(), default=None)
    slices: Mapped[list[ActionSlice]] = relationship(
        foreign_keys="[ActionSlice.contract, ActionSlice.action]",
        init=False,
        cascade="all, delete-orphan",
        order_by="ActionSlice.kind",
    )
    territories: Mapped[list[ActionTerritory]] = relationship(
        foreign_keys="[ActionTerritory.contract, ActionTerritory.action]",
        init=False,
        cascade="all, delete-orphan",
        order_by="ActionTerritory.territory",
    )
    criteria: Mapped[list[ActionCriterion]] = relationship(
        foreign_keys="[ActionCriterion.contract, ActionCriterion.action]",
        init=False,
        cascade="all, delete-orphan",
        order_by="ActionCriterion.criterion",
    )
    fundings: Mapped[list[Funding]] = relationship(
        foreign_keys="[Funding.contract, Funding.action]",
        init=False,
        cascade="all, delete-orphan",
        order_by="Funding.line",
    )
    publics: Mapped[list[ActionPublic]] = relationship(
        foreign_keys="[ActionPublic.contract, ActionPublic.action]",
        init=False,
        cascade="all, delete-orphan",
        order_by=ActionPublic.rank,
    )
    counts: Mapped[list[ActionEpci]] = relationship(
        foreign_keys="[ActionEpci.contract, ActionEpci.action]",
        init=False,
        cascade="all, delete-orphan",
        order_by=ActionEpci.epci,
    )
    references: Mapped[list[ActionReference]] = relationship(
        foreign_keys="[ActionReference.contract, ActionReference.action]",
        init=False,
        cascade="all, delete-orphan",
        order_by=(ActionReference.kind, ActionReference.reference),
    )
    indicators: Mapped[list[ActionIndicator]] = relationship(
        foreign_keys="[ActionIndicator.contract, ActionIndicator.action]",
        init=False,
        cascade="all, delete-orphan",
        order_by=ActionIndicator.rank,
    )
    renewed: Mapped[ActionRenewal | None] = relationship(
        init=False,
        cascade="all, delete-orphan",
        foreign_keys=(ActionRenewal.contract, ActionRenewal.action),
    )
    renewed_across: Mapped[ActionRenewalAcross | None] = relationship(
        init=False,
        cascade="all, delete-orphan",
        foreign_keys=(ActionRenewalAcross.contract, ActionRenewalAcross.action),
    )
    plans: Mapped[list[PlanVersion]] = relationship(
        foreign_keys="[PlanVersion.contract, PlanVersion.action]", init=False, order_by=PlanVersion.rank
    )


class ActionSlice(ContractRow):
    """The part of an action's eligible cost borne for the inhabitants of one kind of territory."""

    __tablename__ = "action_slice"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_action_slice_action"
        ),
        CheckConstraint("kind IN ('qpv', 'veille', 'hors')", name="kind"),
        CheckConstraint("cost >= 0", name="cost_not_negative"),
    )

    action: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    headcount: Mapped[int | None]
    cost: Mapped[Money]


class ActionTerritory(ContractRow):
    """A territory that an action serves."""

    __tablename__ = "action_territory"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_action_territory_action"
        ),
    )

    action: Mapped[str] = mapped_column(primary_key=True)
    territory: Mapped[str] = mapped_column(info=of_contract("territory.code"), primary_key=True)


class ActionCriterion(ContractRow):
    """A criterion of innovation that an action meets, by the code that the contract's rule gives it (§5.1)."""

    __tablename__ = "action_innovation_criterion"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_action_innovation_criterion_action"
        ),
    )

    action: Mapped[str] = mapped_column(primary_key=True)
    criterion: Mapped[str] = mapped_column(primary_key=True)


class Funding(ContractRow):
    """One line of a plan de financement: what is asked of a credit line, own funds included.

    shared: the amount is the two EPCIs' common part, split by the key or the counted public (§5.4.3.3).
    """

    __tablename__ = "funding"
    __table_args__ = (
        ForeignKeyConstraint(["contract", "action"], ["action.contract", "action.number"], name="fk_funding_action"),
        CheckConstraint(RequestState.check("status"), name="status"),
        CheckConstraint("amount_requested >= 0", name="amount_not_negative"),
        Index("ix_funding_contract_line", "contract", "line"),
    )

    action: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(info=of_contract("credit_line.code"), primary_key=True)
    amount_requested: Mapped[Money]
    shared: Mapped[bool]
    status: Mapped[str]
    observation: Mapped[str]

    @property
    def is_asked(self) -> bool:
        """Whether a financeur is asked for it: neither only hoped for, nor refused, nor set aside."""
        return self.status in ASKED


class ActionStatus(ContractRow):
    """A move of an action's status, kept in order; append-only."""

    __tablename__ = "action_status"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_action_status_action"
        ),
    )

    action: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str]
    on: Mapped[date]
    reason: Mapped[str]
    agent: Mapped[str]
